import Diagnostics
import Foundation
import Models
import Tensors
import TestSupport
import Testing
import Weights

@testable import Upstreams

/// Each architecture against transformers' own, from samples to states.
struct HubModelsTests {
  let folder: TemporaryFolder
  let family: UpstreamFamily

  init() throws {
    folder = try TemporaryFolder()
    family = PretrainedFamilyTests.family(folder)
  }

  private func largest(_ values: some Sequence<Float>) -> Float {
    values.lazy.map(abs).max() ?? 0
  }

  @Test(arguments: HubFixture.names)
  func statesAreThoseOfTransformers(_ name: String) throws {
    let fixture = try HubFixture(name)
    #expect(fixture.cases.count >= 4)
    for one in fixture.cases {
      let upstream = try family.make(fixture.path + one.option)
      let found = try upstream.hiddenStates(
        of: CheckpointFixture.waveform(one.samples))
      try #require(
        [found.layers, found.frames, found.dimension] == one.shape,
        "\(one.option) \(one.samples)")
      let size = found.frames * found.dimension
      for state in 0..<found.layers {
        let part = state * size..<(state + 1) * size
        let off = largest(
          zip(found.values[part], one.values[part]).lazy.map { $0 - $1 })
        let scale = largest(one.values[part])
        #expect(scale > 0.1)
        #expect(
          off <= 1e-4 * scale,
          "\(one.option) \(one.samples), state \(state): \(off) of \(scale)")
      }
    }
  }

  @Test(arguments: HubFixture.names)
  func theDescriptionIsThatOfTheModel(_ name: String) throws {
    let fixture = try HubFixture(name)
    let description = try family.describe(fixture.path)
    #expect(description.stateTitles?.count == description.layers)
    #expect(description.layers == fixture.cases[0].shape[0])
    #expect(description.dimension == fixture.cases[0].shape[2])
    let frames = try 40_000 / Double(#require(description.heardPerFrame))
    let longest = fixture.cases.first {
      $0.samples == 40_000 && $0.option == ""
    }
    #expect(abs(frames - Double(longest?.shape[1] ?? 0)) < 2)
  }

  /// Alone or in company, in whatever order: the same bits.
  @Test(arguments: HubFixture.names)
  func companyDoesNotMatter(_ name: String) throws {
    let fixture = try HubFixture(name)
    for option in Set(fixture.cases.map(\.option)) {
      let upstream = try #require(
        family.make(fixture.path + option) as? any GroupUpstream)
      let waveforms = [16000, 800, 7777, 20000].map {
        CheckpointFixture.waveform($0)
      }
      let together = try upstream.hiddenStates(ofEach: waveforms)
      for (waveform, states) in zip(waveforms, together).reversed() {
        #expect(try upstream.hiddenStates(of: waveform) == states)
      }
    }
  }

  @Test(arguments: HubFixture.names)
  func gradientsAreThoseOfTransformers(_ name: String) throws {
    let fixture = try HubFixture(name)
    let files = try PretrainedFiles(path: fixture.path)
    let engine = Engine(threads: 2, seed: 1)
    let model = try files.train(engine: engine, trainsFeatureEncoder: true)
    let samples = CheckpointFixture.waveform(HubFixture.gradientSamples)
    let states = try model.hiddenStates(of: [samples])
    let size = states.layers[0].count
    let probe = CheckpointFixture.waveform(states.layers.count * size)
    try model.backward(
      states,
      gradients: states.layers.indices.map {
        Array(probe[$0 * size..<($0 + 1) * size])
      })
    let originals = Dictionary(
      uniqueKeysWithValues: PretrainedType.canonicalNames(
        Array(fixture.gradients.keys), of: files.architecture
      ).map { ($0.name, $0.original) })
    let usual = fixture.gradients.values.map { $0[1] }
      .sorted()[fixture.gradients.count / 2]
    #expect(model.parameters.count > 20)
    for parameter in model.parameters {
      let name = String(parameter.name.dropFirst("upstream.".count))
      let expected = try #require(
        originals[name].flatMap { fixture.gradients[$0] }, "\(name)")
      let values = try #require(parameter.node.gradientValues)
      let probe = CheckpointFixture.waveform(values.count)
      var (sum, squares) = (0.0, 0.0)
      for (value, weight) in zip(values, probe) {
        sum += Double(value) * Double(weight)
        squares += Double(value) * Double(value)
      }
      let bound = 1e-3 * max(expected[1], usual / 100)
      #expect(abs(sum - expected[0]) < bound, "\(name): \(sum), \(expected)")
      #expect(abs(squares.squareRoot() - expected[1]) < bound, "\(name)")
    }
  }

  /// What is trained is what is extracted.
  @Test(arguments: HubFixture.names)
  func trainingStartsFromTheSameStates(_ name: String) throws {
    let fixture = try HubFixture(name)
    for option in Set(fixture.cases.map(\.option)) {
      let engine = Engine(threads: 2, seed: 1)
      guard let make = family.makeTrainable else {
        Issue.record("nothing can be trained")
        return
      }
      let trained = try make(fixture.path + option, engine, false)
      let upstream = try family.make(fixture.path + option)
      let samples = CheckpointFixture.waveform(20000)
      let expected = try upstream.hiddenStates(of: samples)
      let found = try trained.hiddenStates(of: samples)
      #expect(found.count == expected.layers)
      let values = found.flatMap { Array($0.values) }
      try #require(values.count == expected.values.count)
      let off = largest(zip(values, expected.values).lazy.map { $0 - $1 })
      #expect(off <= 1e-4 * largest(expected.values))
    }
  }

  /// At 24 kHz, with frames that are no whole number at 16 kHz.
  @Test func ratesOfTheirOwnAreStated() throws {
    for name in ["mert", "encodec"] {
      let description = try family.describe(HubFixture(name).path)
      #expect(description.rate == 24_000)
      #expect(description.heardPerFrame == 320)
      #expect(abs(description.samplesPerFrame - 640.0 / 3) < 1e-9)
      #expect(description.heard(16_001) == 24_002)
    }
  }

  @Test func onlyWhatIsPaddedCanBeTrimmed() throws {
    let whisper = try HubFixture("whisper").path
    let digests = try ["", "?trimmed"].map {
      try family.describe(whisper + $0).digest
    }
    #expect(digests[0] != digests[1])
    let mms = try HubFixture("mms").path
    for name in [
      whisper + "?cut", mms + "?trimmed", whisper + "?language=xyz",
      mms + "?language=", mms + "?language=../xyz",
    ] {
      #expect(throws: UserError.self) { try family.describe(name) }
    }
  }

  @Test func languagesHaveAdaptersOfTheirOwn() throws {
    let path = try HubFixture("mms").path
    let digests = try ["", "?language=xyz"].map {
      try family.describe(path + $0).digest
    }
    #expect(digests[0] != digests[1])
    let error = #expect(throws: UserError.self) {
      try family.describe(path + "?language=deu")
    }
    #expect(error?.fix?.contains("those for xyz") == true)
  }

  @Test(arguments: HubFixture.names)
  func oneByteOfTheWeightsIsAnotherUpstream(_ name: String) throws {
    let path = folder.file(name)
    try FileManager.default.copyItem(
      atPath: try HubFixture(name).path, toPath: path)
    let digest = try family.describe(path).digest
    let file = path + "/model.safetensors"
    let size = try #require(
      FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
    try flipByte(size - 7, of: file)
    #expect(try family.describe(path).digest != digest)
  }

  /// A configuration of another model's sizes, or of none's.
  @Test(arguments: [
    ("whisper", "d_model", 0), ("whisper", "d_model", 25),
    ("whisper", "encoder_layers", 1 << 40), ("whisper", "num_mel_bins", 21),
    ("whisper", "max_source_positions", -1), ("whisper", "encoder_layers", 4),
    ("conformer", "conv_depthwise_kernel_size", 4),
    ("conformer", "num_attention_heads", 24), ("conformer", "hidden_size", 0),
    ("w2v-bert", "left_max_position_embeddings", -2),
    ("w2v-bert", "left_max_position_embeddings", 7),
    ("w2v-bert", "feature_projection_input_dim", 31),
    ("ast", "patch_size", 101), ("ast", "time_stride", 0),
    ("ast", "max_length", 200), ("mms", "adapter_attn_dim", 5),
    ("mms", "adapter_attn_dim", -1), ("sew", "squeeze_factor", 0),
    ("sew", "squeeze_factor", 9), ("sew-d", "position_buckets", 1 << 21),
    ("sew-d", "max_position_embeddings", 3), ("mert", "sample_rate", 0),
    ("mert", "sample_rate", 16000), ("encodec", "num_filters", 0),
    ("encodec", "num_filters", 1 << 17), ("encodec", "hidden_size", 13),
    ("encodec", "codebook_size", 15), ("encodec", "audio_channels", 2),
    ("parakeet", "num_mel_bins", 12), ("parakeet", "num_mel_bins", 24),
    ("parakeet", "subsampling_factor", 6), ("parakeet", "hidden_size", 0),
    ("parakeet", "conv_kernel_size", 4),
  ])
  func sizesThatDoNotFitAreRefused(
    _ name: String, _ key: String, _ value: Int
  ) throws {
    let path = folder.file(name)
    try FileManager.default.copyItem(
      atPath: try HubFixture(name).path, toPath: path)
    let file = URL(fileURLWithPath: path + "/config.json")
    var settings = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: file))
        as? [String: Any])
    settings[key] = value
    try JSONSerialization.data(withJSONObject: settings).write(to: file)
    #expect(throws: UserError.self) { try family.describe(path) }
  }
}
