import Foundation
import Tensors
import TestSupport
import Testing

@testable import Records

@Suite struct ExperimentTests {
  private typealias Change = @Sendable (inout Experiment) -> Void

  private static let deciding: [(String, Change)] = [
    ("upstream", { $0.upstreamDigest = "u2" }),
    ("task's id", { $0.task.id = "other" }),
    ("task's version", { $0.task.version = 2 }),
    ("sources", { $0.libraryDigest = "d2" }),
    ("fold", { $0.fold = "fold1" }),
    ("configuration", { $0.config = Samples.configuration(1) }),
    ("selection", { $0.feature.stateName = "last_hidden_state" }),
    ("layer", { $0.feature.layer = 0 }),
    ("normalisation", { $0.feature.normalize = true }),
    ("precision", { $0.feature.halfPrecision = true }),
    ("seed", { $0.seed = 2 }),
    ("profile", { $0.profile = .smoke }),
    ("limit", { $0.limit = 10 }),
    ("revision of the numbers", { $0.numerics = "1.1" }),
  ]

  private static let indifferent: [(String, Change)] = [
    ("threads", { $0.threads = 7 }),
    ("store", { $0.store = "/elsewhere" }),
    ("library's place", { $0.library = "/elsewhere/sample.so" }),
    ("corpora's places", { $0.corpora = ["corpus": "/elsewhere"] }),
    ("task's title", { $0.task.title = "another" }),
  ]

  @Test func signatureChangesWithAllThatDecidesTheNumbers() throws {
    var seen = [try Samples.experiment.signature(): "nothing"]
    for (name, change) in Self.deciding {
      var experiment = Samples.experiment
      change(&experiment)
      let signature = try experiment.signature()
      #expect(seen[signature] == nil, "\(name)")
      seen[signature] = name
    }
  }

  @Test func signatureDoesNotChangeWithWhatDecidesNone() throws {
    let signature = try Samples.experiment.signature()
    #expect(signature.count == 64)
    for (name, change) in Self.indifferent {
      var experiment = Samples.experiment
      change(&experiment)
      #expect(try experiment.signature() == signature, "\(name)")
    }
  }

  /// Versions of one revision of the numbers share their results.
  @Test func signatureIsTheOneOfItsRevision() throws {
    #expect(NumericsRevision.text == "3.1")
    let signature = try Samples.experiment.signature()
    #expect(
      signature
        == "4168b27a27a90fb819fbef2162a62b06"
        + "28e51602282a698ccfe36d722b38bab2")
  }

  /// Before 1.0 the configuration was JSON in JSON, its places beside it, and
  /// two tasks read `specaug` themselves.
  @Test func fileOfAnEarlierVersionIsUnderstood() throws {
    let folder = try TemporaryFolder()
    try Samples.experiment.write(to: folder.path)
    let path = folder.path + "/" + Experiment.fileName
    var object = try #require(
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any])
    object["config"] = #"""
      {"downstream_expert":{"a":"x\ny","specaug":{"num_freq_mask":1}},\#
      "optimizer":{"lr":1e-05,"name":"Adam"},"runner":{"total_steps":3}}
      """#
    object["places"] = ["keys": [:], "values": [:]]
    try JSONSerialization.data(withJSONObject: object).write(
      to: URL(fileURLWithPath: path))
    let config = try Experiment.read(from: folder.path).config
    #expect(config.settings.totalSteps == 3)
    #expect(config.augmentation?.frequencyMasks?.number == 1)
    #expect(
      try config.value.map(at: "downstream_expert").keys == ["a"])
    #expect(
      try config.value.double(at: "optimizer.lr") == 1e-5)
  }

  @Test func neighbouringPartsDoNotRunIntoEachOther() throws {
    var a = Samples.experiment
    var b = Samples.experiment
    (a.upstreamDigest, a.libraryDigest) = ("x", "yz")
    (b.upstreamDigest, b.libraryDigest) = ("xy", "z")
    #expect(try a.signature() != b.signature())
  }

  @Test func fileGivesBackWhatWasWritten() throws {
    let folder = try TemporaryFolder()
    var experiment = Samples.experiment
    experiment.config = Samples.configuration(3)
    try experiment.write(to: folder.path)
    let read = try Experiment.read(from: folder.path)
    #expect(try read.signature() == experiment.signature())
    #expect(read.corpora == experiment.corpora)
    #expect(
      try read.config.value.value(at: "runner.total_steps")?.mark?.description
        == "test.yaml:1:24")
    try folder.write("experiment.json", "{")
    #expect(throws: (any Error).self) {
      try Experiment.read(from: folder.path)
    }
  }
}
