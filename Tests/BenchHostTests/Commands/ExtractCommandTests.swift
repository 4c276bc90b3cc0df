import Foundation
import Testing

/// `superb extract` at the user's level.
@Suite struct ExtractCommandTests {
  /// The header of a safetensors file.
  private func header(_ data: Data) throws -> [String: Any] {
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let object = try JSONSerialization.jsonObject(
      with: data.dropFirst(8).prefix(length))
    return try #require(object as? [String: Any])
  }

  /// A folder with a link to some tones.
  private func folder() throws -> BenchmarkFolder {
    let folder = try BenchmarkFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/words",
      withDestinationPath: try ToneCorpus.shared.get().path
        + "/speech_commands_test")
    return folder
  }

  @Test func everyFileBecomesATensor() throws {
    let folder = try folder()
    let outcome = try folder.superb(
      "extract", "--upstream", "random:3x16", "words/yes", "--out",
      "states.safetensors", "--json")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("3 files"))
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        as? [String: Any])
    #expect(summary["utterances"] as? Int == 3)
    let tensors = try header(try folder.contents("states.safetensors"))
    #expect(Set(tensors.keys) == ["__metadata__", "0", "1", "2"])
    let tensor = try #require(tensors["1"] as? [String: Any])
    #expect(tensor["dtype"] as? String == "F32")
    // 4000 samples at 320 a frame, halves to even.
    #expect(tensor["shape"] as? [Int] == [3, 12, 16])
    let again = try folder.superb(
      "extract", "-u", "random:3x16", "words/yes", "--out",
      "again.safetensors", "--jobs", "1")
    #expect(again.output.contains("again.safetensors: 3 utterances"))
    #expect(
      try folder.contents("again.safetensors")
        == folder.contents("states.safetensors"))
  }

  @Test func badAudioIsNamedAndEndsWithOne() throws {
    let folder = try folder()
    try folder.write("bad.wav", "this is no audio")
    let outcome = try folder.superb(
      "extract", "-u", "mfcc", "bad.wav", "words/no/0.wav", "--out", "x.st")
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("failed: bad.wav: "))
    #expect(Set(try header(folder.contents("x.st")).keys).contains("0"))
  }

  @Test func wrongInputEndsWithTwoAndLeavesNothing() throws {
    let folder = try folder()
    func refusal(_ arguments: String...) throws -> String {
      let outcome = try folder.superb(["extract"] + arguments)
      #expect(outcome.exitCode == 2, "\(outcome.errors)")
      return outcome.errors
    }
    #expect(
      try refusal("-u", "mfc", "words/no", "--out", "x")
        .contains("did you mean 'mfcc'?"))
    #expect(
      try refusal("-u", "mfcc", "nowhere.wav", "--out", "x")
        .contains("nowhere.wav"))
    let doubled = try refusal("-u", "mfcc", "words", "--out", "x")
    #expect(doubled.contains("two audio files would both be called '0'"))
    #expect(
      try refusal("-u", "mfcc", "words/no", "--out", "no/such/x")
        .contains("no such folder"))
    #expect(
      try refusal("-u", "mfcc", "words/no", "--out", "x", "-l", "1")
        .contains("there is no layer 1"))
    #expect(try refusal("-u", "mfcc", "words/no").contains("--out"))
    #expect(!folder.files(below: ".").contains { $0.hasPrefix("x") })
  }

  @Test func extractedStatesServeARun() throws {
    let folder = try folder()
    let extracted = try folder.superb(
      "extract", "-u", "fbank_no_cmvn", "words/yes", "--out", "yes.safetensors")
    #expect(extracted.exitCode == 0, "\(extracted.errors)")
    let shown = try folder.superb("upstreams", "features:yes.safetensors")
    #expect(shown.output.contains("features of 3 utterances"))
    #expect(shown.output.contains("10 ms"))
    let again = try folder.superb(
      "extract", "-u", "features:yes.safetensors", "words/yes", "--out",
      "again.safetensors")
    #expect(again.exitCode == 0, "\(again.errors)")
  }

  @Test(.enabled(if: isPythonThere, "there is no python3 on PATH"))
  func aClassInPythonIsAnUpstream() throws {
    let folder = try folder()
    try folder.write(
      "mine.py",
      """
      class Mine:
          def get_downsample_rates(self, key):
              return 400
          def __call__(self, waves):
              n = len(waves[0]) // 400
              return {"hidden_states": [[[1.0, 2.0]] * n]}

      """)
    let outcome = try folder.superb(
      "extract", "-u", "python:mine.py:Mine", "words/yes", "--out", "x.st")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let tensors = try header(try folder.contents("x.st"))
    let tensor = try #require(tensors["2"] as? [String: Any])
    #expect(tensor["shape"] as? [Int] == [1, 10, 2])
    let missing = try folder.superb(
      "extract", "-u", "python:mine.py:Yours", "words/yes", "--out", "y.st")
    #expect(missing.exitCode == 2)
    #expect(missing.errors.contains("no class 'Yours', but Mine"))
  }
}
