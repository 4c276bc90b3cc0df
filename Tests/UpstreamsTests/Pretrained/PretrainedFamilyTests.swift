import Diagnostics
import Foundation
import Models
import Synchronization
import TestSupport
import Testing

@testable import Upstreams

struct PretrainedFamilyTests {
  let folder: TemporaryFolder
  let family: UpstreamFamily
  let samples = (0..<4000).map { Float($0 * 7919 % 1000) / 1000 - 0.4995 }

  init() throws {
    folder = try TemporaryFolder()
    family = Self.family(folder)
  }

  static func family(
    _ folder: TemporaryFolder, _ endpoint: String = "http://127.0.0.1:1",
    catalogue: PretrainedCatalogue = .standard
  ) -> UpstreamFamily {
    var settings = HubSettings(endpoint: endpoint, cache: folder.file("hub"))
    settings.pause = 0.01
    return .pretrained(
      locator: PretrainedLocator(catalogue: catalogue, settings: settings),
      digests: WeightsDigest(folder: folder.file("digests")))
  }

  func states(_ form: String) throws -> HiddenStates {
    try family.make(try WeightFixtures.path(form)).hiddenStates(of: samples)
  }

  /// However the weights came, the model is the same.
  @Test(arguments: [
    ("sharded", "wav2vec2"), ("parametrized", "wav2vec2"),
    ("prefixed", "wav2vec2"), ("double", "wav2vec2"),
    ("fairseq.pt", "wav2vec2"), ("fairseq-legacy.pt", "wav2vec2"),
    ("finetuned.pt", "wav2vec2"), ("s3prl.pt", "wav2vec2"),
    ("wav2vec2/model.safetensors", "wav2vec2"), ("wavlm.pt", "wavlm"),
    ("data2vec.pt", "data2vec"),
  ])
  func everyFormGivesTheSameHiddenStates(
    _ form: String, _ reference: String
  ) throws {
    let expected = try states(reference)
    #expect(try states(form) == expected)
    #expect(expected.layers == 3 && expected.dimension == 16)
    #expect(expected.frames == 12 && expected.isFinite)
  }

  @Test(arguments: [("half", Float(0.02)), ("bfloat16", 0.15)])
  func halfPrecisionGivesNearlyTheSame(_ form: String, _ bound: Float) throws {
    let pairs = zip(try states(form).values, try states("wav2vec2").values)
    #expect(pairs.allSatisfy { abs($0 - $1) < bound })
  }

  @Test func distilHuBERTHasStatesForItsHeads() throws {
    let states = try states("distilhubert.ckpt")
    #expect(states.layers == 6 && states.isFinite)
    let hidden = try self.states("distilled")
    #expect(hidden.layers == 3)
    // Both have layer 2 in common, and the heads come after it.
    let count = states.frames * 16
    #expect(
      states.values[2 * count..<3 * count]
        .elementsEqual(hidden.values[2 * count..<3 * count]))
  }

  @Test(arguments: [
    "wav2vec2", "sharded", "prefixed", "fairseq.pt", "wavlm", "data2vec.pt",
    "distilhubert.ckpt", "distilled",
  ])
  func theDescriptionIsThatOfTheModel(_ form: String) throws {
    let path = try WeightFixtures.path(form)
    let description = try family.describe(path)
    let upstream = try family.make(path)
    #expect(upstream.description == description)
    let model = try #require(upstream as? PretrainedUpstream).model().shape
    #expect(description.layers == model.layers)
    #expect(description.dimension == model.dimension)
    #expect(description.samplesPerFrame == Double(model.samplesPerFrame))
    #expect(description.receptiveField == model.receptiveField)
    #expect(description.parameters == model.parameters)
    #expect(description.weights == path)
    #expect(description.digest.count == 64)
  }

  @Test func theDigestFollowsTheContent() throws {
    let path = folder.file("model")
    try FileManager.default.copyItem(
      atPath: try WeightFixtures.path("wav2vec2"), toPath: path)
    let digest = try family.describe(path).digest
    let elsewhere = try family.describe(try WeightFixtures.path("wav2vec2"))
    #expect(elsewhere.digest == digest)
    #expect(elsewhere.licence == "apache-2.0")
    try flipByte(30_000, of: "\(path)/model.safetensors")
    let changed = try family.describe(path).digest
    #expect(changed != digest)
    let preprocessor = "\(path)/preprocessor_config.json"
    try FileManager.default.removeItem(atPath: preprocessor)
    #expect(try family.describe(path).digest != changed)
  }

  @Test func namesThatAreRecognised() throws {
    for name in [
      "./x", "../x", "~/x", "/x", "x.pt", "x.bin", "x.safetensors", "a/b",
      "a/b@v1", try WeightFixtures.path("wavlm"),
    ] {
      #expect(family.recognizes(name), "\(name)")
    }
    for name in ["fbnak", "x.py", "a/b/c", "hub:a", ""] {
      #expect(!family.recognizes(name), "\(name)")
    }
  }

  @Test func whatIsNotHereIsSaidToBe() throws {
    #expect(!family.isAtHand("hubert_base"))
    #expect(!family.isAtHand("some/model"))
    // Nothing would have to be fetched; describing it tells that it is not
    // there.
    #expect(family.isAtHand("./nothing"))
    #expect(throws: UserError.self) { try family.describe("./nothing") }
    #expect(family.place("./nothing") == "./nothing")
    let place = family.place("hubert_base")
    #expect(
      place?.contains("models--facebook--hubert-base-ls960, else") == true)
    #expect(place?.hasSuffix("/facebook/hubert-base-ls960") == true)
    #expect(family.isAtHand(try WeightFixtures.path("wavlm.pt")))
    let error = #expect(throws: UserError.self) {
      try family.describe("hubert_base")
    }
    #expect(
      error?.location?.contains("models--facebook--hubert-base-ls960") == true)
  }

  @Test func aConfigurationThatDoesNotFitIsRefused() throws {
    let path = folder.file("model")
    try FileManager.default.copyItem(
      atPath: try WeightFixtures.path("wav2vec2"), toPath: path)
    let place = "\(path)/config.json"
    let text = try String(contentsOfFile: place, encoding: .utf8)
      .replacingOccurrences(
        of: "\"num_hidden_layers\": 2", with: "\"num_hidden_layers\": 3")
    try text.write(toFile: place, atomically: true, encoding: .utf8)
    let error = #expect(throws: UserError.self) { try family.describe(path) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("encoder.layers.2"))
    #expect(throws: UserError.self) { try family.make(path) }
  }

  /// Threads that come at the same time get the one model.
  @Test func weightsAreReadOnceAndNotBeforeTheFirstUtterance() async throws {
    let reads = Mutex(0)
    let path = try WeightFixtures.path("wav2vec2")
    let files = try PretrainedFiles(path: path)
    let upstream = PretrainedUpstream(description: try family.describe(path)) {
      reads.withLock { $0 += 1 }
      return try files.load()
    }
    #expect(upstream.description.layers == 3)
    #expect(reads.withLock { $0 } == 0)
    try await withThrowingTaskGroup(of: HiddenStates.self) { group in
      for _ in 0..<4 {
        group.addTask { try upstream.hiddenStates(of: samples) }
      }
      for try await states in group {
        #expect(try states == self.states("wav2vec2"))
      }
    }
    #expect(reads.withLock { $0 } == 1)
  }

  @Test(arguments: ["wav2vec2", "sharded", "prefixed"])
  func aModelOfTheHubIsFetchedOnce(_ form: String) throws {
    var files: [String: HubServer.File] = [:]
    let place = try WeightFixtures.path(form)
    for name in try FileManager.default.contentsOfDirectory(atPath: place) {
      files[name] = .init(
        content: try WeightFixtures.bytes("\(form)/\(name)"),
        isLarge: name.hasSuffix(".safetensors") || name.hasSuffix(".bin"))
    }
    let server = try HubServer(files)
    let family = Self.family(folder, server.endpoint)
    #expect(!family.isAtHand("some/tiny"))
    let states = try family.make("some/tiny").hiddenStates(of: samples)
    #expect(try states == self.states(form))
    #expect(family.isAtHand("some/tiny"))
    let count = server.requests.count
    let description = try family.describe("some/tiny")
    #expect(server.requests.count == count)
    #expect(description.digest == (try self.family.describe(place)).digest)
    #expect(description.licence == (form == "wav2vec2" ? "apache-2.0" : nil))
    #expect(description.weights?.hasSuffix(HubServer.commit) == true)
  }

  @Test func s3prlsNamesLeadToModelsAndToFiles() throws {
    let server = try HubServer([
      "config.json": .init(
        content: try WeightFixtures.bytes("wavlm/config.json")),
      "model.safetensors": .init(
        content: try WeightFixtures.bytes("wavlm/model.safetensors"),
        isLarge: true),
      "distilhubert.ckpt": .init(
        content: try WeightFixtures.bytes("distilhubert.ckpt"), isLarge: true),
    ])
    let reference = HubReference(organisation: "some", model: "tiny")
    let catalogue = PretrainedCatalogue(entries: [
      .init(
        name: "one", aliases: [], title: "One", reference: reference,
        licence: "MIT"),
      .init(
        name: "two", aliases: [], title: "Two", reference: reference,
        file: "distilhubert.ckpt"),
    ])
    let family = Self.family(folder, server.endpoint, catalogue: catalogue)
    #expect(
      try family.make("one").hiddenStates(of: samples) == states("wavlm"))
    let one = try family.describe("one")
    #expect(one.title == "One" && one.licence == "MIT")
    #expect(
      try family.make("two").hiddenStates(of: samples)
        == states("distilhubert.ckpt"))
  }
}
