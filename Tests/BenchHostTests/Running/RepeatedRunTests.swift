import Foundation
import Testing

@testable import Records

/// The same command again.
@Suite struct RepeatedRunTests {
  private static let benchmark =
    BenchmarkFolder.standard + """
        emotion:
          runner: {total_steps: 20, eval_step: 10, gradient_accumulate_steps: 1}

      """

  @Test func secondRunDoesNothingAndQuickly() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    #expect(try folder.superb("run").exitCode == 0)
    let before = try folder.files().filter { $0.hasSuffix("result.json") }
      .map { try folder.contents("runs/" + $0) }
    let again = try folder.superb("run")
    #expect(again.exitCode == 0)
    #expect(again.errors.components(separatedBy: "done before").count == 5)
    // Costs and times included: no experiment was begun.
    let after = try folder.files().filter { $0.hasSuffix("result.json") }
      .map { try folder.contents("runs/" + $0) }
    #expect(after == before)
    #expect(again.cpuSeconds < 2)
  }

  @Test func freshRunTrainsAgainOnTheStoredStates() throws {
    let folder = try BenchmarkFolder()
    #expect(try folder.superb("run").exitCode == 0)
    let numbers = try folder.numbers()
    let first = try folder.result("fbank").cost
    #expect(first.upstreamPasses > 0)
    let fresh = try folder.superb("run", "--fresh")
    #expect(fresh.exitCode == 0, "\(fresh.errors)")
    let second = try folder.result("fbank").cost
    #expect(second.upstreamPasses == 0)
    #expect(second.trainingSteps == first.trainingSteps)
    #expect(try folder.numbers() == numbers)
  }

  /// It is padded and heard, as in s3prl, and everybody says so.
  @Test func recordingOfLessThanAFrameIsPaddedAndCounted() throws {
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard.replacingOccurrences(
        of: "CORPORA/speech_commands\n", with: "commands\n"))
    try FileManager.default.copyItem(
      atPath: try ToneCorpus.shared.get().path + "/speech_commands",
      toPath: folder.path + "/commands")
    // Not all of them are of train or dev.
    for recording in folder.files(below: "commands/yes")
    where recording.hasSuffix(".wav") {
      // A header of 44 bytes, and 300 samples.
      var short = try folder.contents("commands/yes/" + recording).prefix(644)
      for (place, size) in [(4, UInt32(636)), (40, 600)] {
        short.replaceSubrange(
          place..<place + 4,
          with: withUnsafeBytes(of: size.littleEndian) { Data($0) })
      }
      try short.write(
        to: URL(fileURLWithPath: folder.path + "/commands/yes/" + recording))
    }
    let check = try folder.superb("data", "check", "-d", "ks")
    #expect(check.exitCode == 0, "\(check.errors)")
    #expect(
      check.output.contains(" under 25 ms: padded"), "\(check.output)")
    let run = try folder.superb("run", "-u", "fbank_no_cmvn")
    #expect(run.exitCode == 0, "\(run.errors)")
    let padded = try #require(
      try folder.result("fbank_no_cmvn").paddedUtterances)
    #expect(padded > 1)
    let alone = try #require(try folder.result("fbank_no_cmvn").aloneInBatch)
    #expect(alone.utterances == 8 && alone.differing == [])
    let report = try folder.superb("report")
    #expect(
      report.output.contains(
        "heard \(padded) utterances of ks filled up with silence"),
      "\(report.output)")
  }

  @Test func recordingThatCannotBeReadCostsOneCell() throws {
    let folder = try BenchmarkFolder(
      Self.benchmark.replacingOccurrences(
        of: "CORPORA/speech_commands\n", with: "commands\n"))
    try FileManager.default.copyItem(
      atPath: try ToneCorpus.shared.get().path + "/speech_commands",
      toPath: folder.path + "/commands")
    let broken = try #require(
      folder.files(below: "commands/yes").first { $0.hasSuffix(".wav") })
    let whole = try folder.contents("commands/yes/" + broken)
    try folder.write("commands/yes/" + broken, "no recording at all")
    let run = try folder.superb("run", "-u", "fbank_no_cmvn")
    #expect(run.exitCode == 1, "\(run.errors)")
    let lost = try folder.result("fbank_no_cmvn", "ks")
    #expect(lost.failure?.kind == .user)
    #expect(
      lost.failure?.reason.contains(broken) == true, "\(lost.failure as Any)")
    #expect(try folder.result("fbank_no_cmvn", "emotion").status == .done)
    #expect(run.errors.contains("the same command again"))

    try whole.write(
      to: URL(fileURLWithPath: folder.path + "/commands/yes/" + broken))
    #expect(try folder.superb("run", "-u", "fbank_no_cmvn").exitCode == 0)
    #expect(try folder.result("fbank_no_cmvn", "ks").status == .done)
  }

  /// What lies behind a link is somebody else's.
  @Test func aLinkInPlaceOfAnExperimentsFolderIsNotFollowed() throws {
    let folder = try BenchmarkFolder()
    #expect(try folder.superb("run", "-u", "fbank").exitCode == 0)
    let result = try #require(
      folder.files().first { $0.hasSuffix("result.json") })
    let cell =
      folder.path + "/runs/"
      + (result as NSString).deletingLastPathComponent
    let elsewhere = folder.path + "/elsewhere"
    try FileManager.default.moveItem(atPath: cell, toPath: elsewhere)
    try FileManager.default.createSymbolicLink(
      atPath: cell, withDestinationPath: elsewhere)
    let run = try folder.superb("run", "-u", "fbank", "--fresh")
    #expect(run.exitCode == 2)
    #expect(run.errors.contains("is a symbolic link"), "\(run.errors)")
    #expect(FileManager.default.fileExists(atPath: elsewhere + "/result.json"))
  }
}
