import Foundation
import Records
import Testing

/// A table of the user's own recordings is a task under its own name.
@Suite struct OwnDataTests {
  private static let short =
    "config.runner.total_steps=60,,config.runner.eval_step=30"

  /// What `docs/own-data.md` shows: three pitches, ten people.
  private func recordings() throws -> BenchmarkFolder {
    let folder = try BenchmarkFolder(nil)
    let tones = try ToneCorpus.shared.get()
    for number in 0..<60 {
      let word = ["yes", "up", "go"][number % 3]
      let speaker = Self.speakers[number / 3 % 10]
      try folder.link(
        "clips/\(number).wav",
        to: "\(tones.path)/speech_commands/\(word)/\(speaker)_nohash_0.wav")
    }
    return folder
  }

  private static let speakers = [
    "3c6ef362", "daa66d13", "78dde6c4", "17156075", "b54cda26", "538453d7",
    "f1bbcd88", "8ff34739", "cc623a9b", "6a99b44c",
  ]

  private static func lines(_ line: (Int) -> String) -> String {
    (0..<60).map { line($0) + "\n" }.joined()
  }

  @Test func exampleOfTheDocumentationRuns() throws {
    let folder = try recordings()
    try folder.write(
      "tones.csv",
      "path,label,room\n"
        + Self.lines { "clips/\($0).wav,\(["low", "mid", "high"][$0 % 3]),a" })
    let check = try folder.superb("data", "check", "--data", "tones.csv")
    #expect(check.exitCode == 0, "\(check.errors)")
    #expect(check.output.contains("tones: ok"), "\(check.output)")
    #expect(check.output.contains("train  48 utterances"), "\(check.output)")
    let run = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--data", "tones.csv", "-o", Self.short)
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try folder.result("fbank_no_cmvn", "tones")
    #expect(try #require(result.primaryMetric).value == 1)
    #expect(
      result.warnings.contains {
        $0.contains("which recordings are dev and test: taken by the hash")
      }, "\(result.warnings)")
    #expect(try folder.superb("report").output.contains("tones"))

    // Its folder is moved: nothing is done again, and it answers.
    let other = try BenchmarkFolder(nil)
    for name in ["clips", "tones.csv", "runs"] {
      try FileManager.default.moveItem(
        atPath: folder.path + "/" + name, toPath: other.path + "/" + name)
    }
    let again = try other.superb(
      "run", "-u", "fbank_no_cmvn", "--data", "tones.csv", "-o", Self.short)
    #expect(again.errors.contains("done before"), "\(again.errors)")
    try other.write("benchmark.yaml", "data: {tones: tones.csv}\n")
    let figures = try other.superb("evaluate", "--from", "runs")
    #expect(figures.exitCode == 0, "\(figures.errors)")
    #expect(figures.output.contains("tones"))
    let answer = try other.superb(
      "predict", "--from", "runs", "clips/0.wav")
    #expect(answer.output.contains("low"), "\(answer.errors)")
  }

  @Test func textsAndSpeakersAreTasksToo() throws {
    let folder = try recordings()
    try folder.write(
      "said.jsonl",
      Self.lines {
        let text = ["no", "oh no", "on"][$0 % 3]
        return #"{"path": "clips/\#($0).wav", "text": "\#(text)", "#
          + #""start": 0, "end": 0.2}"#
      })
    let widths =
      ",,config.downstream_expert.modelrc.RNNs.dim=[16,16]"
      + ",,config.downstream_expert.modelrc.project_dim=16"
    let said = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--data", "said.jsonl", "--data-name",
      "spoken", "-o", Self.short + widths)
    #expect(said.exitCode == 0, "\(said.errors)")
    let spoken = try folder.result("fbank_no_cmvn", "spoken")
    #expect(spoken.primaryMetric?.name == "cer")
    #expect(spoken.metrics.contains { $0.name == "wer" })

    try folder.write(
      "who.csv",
      "path,speaker\n" + Self.lines { "clips/\($0).wav,s\($0 / 3 % 10)" })
    try folder.write(
      "pairs.txt",
      "1 clips/0.wav clips/1.wav\n0 clips/0.wav clips/3.wav\n")
    let who = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--data", "who.csv", "--data-trials",
      "pairs.txt", "-o", Self.short)
    #expect(who.exitCode == 0, "\(who.errors)")
    #expect(
      try folder.result("fbank_no_cmvn", "who").primaryMetric?.name == "eer")
    let truth = try #require(
      folder.files().first { $0.hasSuffix("test_truth.txt") })
    #expect(
      try folder.text("runs/" + truth).split(separator: "\n").count == 2)
  }

  @Test func whatIsWrongInATableIsSaidByItsLines() throws {
    let folder = try recordings()
    try folder.write(
      "bad.csv",
      """
      path,label,start,end
      clips/0.wav,low,0,0.2
      clips/none.wav,low,,
      clips/1.wav,,0.3,0.1

      """)
    let check = try folder.superb("data", "check", "--data", "bad.csv")
    #expect(check.exitCode == 2)
    for part in [
      "bad.csv:3: there is no audio file \(folder.path)/clips/none.wav",
      "bad.csv:4: the column 'label' is empty",
      "bad.csv:4: it ends before it starts",
    ] {
      #expect(check.output.contains(part), "\(check.output)")
    }
    try folder.write("none.csv", "path,class\nclips/0.wav,x\n")
    let none = try folder.superb(
      "run", "-u", "fbnk", "--data", "none.csv")
    #expect(none.exitCode == 2)
    #expect(none.errors.contains("none.csv:1: none of the columns"))
    #expect(none.errors.contains("there is no upstream 'fbnk'"))
    let name = try folder.superb(
      "run", "-u", "fbank", "--data", "bad.csv", "--data-name", "ks")
    #expect(name.exitCode == 2)
    #expect(name.errors.contains("so is a task"), "\(name.errors)")
  }
}
