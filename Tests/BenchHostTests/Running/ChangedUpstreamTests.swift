import Foundation
import Records
import Tensors
import Testing

/// Heads whose upstream, or whose superb, is no longer what it was.
@Suite struct ChangedUpstreamTests {
  private static let benchmark = """
    name: demo
    corpora: {iemocap: CORPORA/iemocap}
    tasks:
      emotion:
        runner:
          total_steps: 20
          eval_step: 10
          save_step: 10
          gradient_accumulate_steps: 1
        optimizer: {lr: 1.0e-2}
        downstream_expert: {datarc: {test_fold: fold2}}

    """

  private func extract(_ upstream: String, in folder: BenchmarkFolder) throws {
    let outcome = try folder.superb(
      "extract", "-u", upstream, ToneCorpus.shared.get().path + "/iemocap",
      "--out", "states.safetensors")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
  }

  @Test func figuresOfFeaturesThatHaveChangedAreRefused() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    try extract("fbank_no_cmvn", in: folder)
    let run = ["run", "-u", "features:states.safetensors"]
    #expect(try folder.superb(run).exitCode == 0)
    let place =
      "runs/"
      + (try #require(
        folder.files().first { $0.hasSuffix("experiment.json") })
      as NSString).deletingLastPathComponent
    let recording =
      try ToneCorpus.shared.get().path
      + "/iemocap/Session1/sentences/wav/Ses01F_impro01"
      + "/Ses01F_impro01_F000.wav"
    unlink(folder.path + "/states.safetensors")
    try extract("mfcc_no_cmvn", in: folder)
    for arguments in [
      ["evaluate", "--from", place], ["predict", "--from", place, recording],
      ["run", "-e", place],
    ] {
      let refused = try folder.superb(arguments)
      #expect(refused.exitCode == 2, "\(arguments): \(refused.errors)")
      #expect(
        refused.errors.contains("is not the one that"), "\(refused.errors)")
      #expect(refused.errors.contains("--other-upstream"))
    }
    #expect(try folder.results().count == 1)
  }

  @Test func otherFeaturesOfTheSameShapeAreAnotherExperimentIfAllowed() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    try extract("fbank_no_cmvn", in: folder)
    let run = ["run", "-u", "features:states.safetensors"]
    #expect(try folder.superb(run).exitCode == 0)
    let file = try #require(
      folder.files().first { $0.hasSuffix("experiment.json") })
    let place = "runs/" + (file as NSString).deletingLastPathComponent
    let first = try #require(try folder.results().values.first)
    // The same tensors, written at another time.
    unlink(folder.path + "/states.safetensors")
    try extract("fbank_no_cmvn", in: folder)
    let evaluated = try folder.superb(
      "evaluate", "--from", place, "--other-upstream")
    #expect(evaluated.exitCode == 0, "\(evaluated.errors)")
    let continued = try folder.superb(
      "run", "-e", place, "--other-upstream", "-n", "other")
    #expect(continued.exitCode == 0, "\(continued.errors)")
    let other = try #require(
      try folder.results().first { $0.key.hasPrefix("other/") }?.value)
    #expect(other.upstream.digest != first.upstream.digest)
    #expect(other.signature != first.signature)
    #expect(
      continued.errors.contains("evaluations are not what they were"),
      "\(continued.errors)")
  }

  @Test func anUpgradeSaysWhatIsStaleAndWhy() throws {
    let folder = try BenchmarkFolder()
    let run = ["run", "-u", "fbank_no_cmvn"]
    #expect(try folder.superb(run).exitCode == 0)
    let first = try #require(try folder.results().first)
    #expect(first.value.versions["numerics"] == NumericsRevision.text)
    // As a version of other numbers would have left it.
    let cell =
      folder.path + "/runs/"
      + (first.key as NSString).deletingLastPathComponent
    let old = (cell as NSString).deletingLastPathComponent + "/0123456789ab"
    try FileManager.default.moveItem(atPath: cell, toPath: old)
    let name = old + "/experiment.json"
    let text = try String(contentsOfFile: name, encoding: .utf8)
    let edited = text.replacingOccurrences(
      of: "\"\(NumericsRevision.text)\"", with: "\"1.1\"")
    #expect(edited != text)
    try edited.write(toFile: name, atomically: true, encoding: .utf8)
    let again = try folder.superb(run)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.errors.contains("0123456789ab"), "\(again.errors)")
    #expect(again.errors.contains("computes other numbers"))
    #expect(!again.errors.contains("done before"))
    // Its half-done trainings are not gone on with as if they were its own.
    let continued = try folder.superb("run", "-e", old, "-n", "later")
    #expect(continued.exitCode == 0, "\(continued.errors)")
    #expect(try folder.results().keys.contains { $0.hasPrefix("later/") })
  }
}
