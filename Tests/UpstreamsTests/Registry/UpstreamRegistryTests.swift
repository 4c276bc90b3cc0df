import Diagnostics
import Speech
import Testing

@testable import Upstreams

struct UpstreamRegistryTests {
  let registry = UpstreamRegistry.builtIn

  @Test func everyNameCanBeDescribedAndMade() throws {
    let registry = UpstreamRegistry(families: [.spectral, .noise])
    #expect(
      registry.names == [
        "fbank", "fbank_no_cmvn", "mfcc", "mfcc_no_cmvn", "spectrogram", "mel",
        "linear",
        "stft_mag", "random",
      ])
    var digests: Set<String> = []
    for name in registry.names {
      #expect(try registry.isAtHand(name))
      let description = try registry.describe(name)
      #expect(description.name == name)
      #expect(try registry.make(name).description == description)
      #expect(digests.insert(description.digest).inserted)
      #expect(description.digest.count == 64)
    }
  }

  @Test func everySpectralFrontEndIsAnUpstream() {
    for name in SpectralFeatures.names {
      #expect(registry.names.contains(name))
    }
  }

  @Test(arguments: [
    ("fbank", 240), ("fbank_no_cmvn", 240), ("mfcc", 39), ("spectrogram", 257),
    ("mel", 80), ("linear", 201), ("stft_mag", 257), ("random", 80),
  ])
  func statesHaveThePromisedShape(_ name: String, _ width: Int) throws {
    let upstream = try registry.make(name)
    #expect(upstream.description.dimension == width)
    let samples = (0..<8000).map { Float($0 * 7919 % 1000) / 2000 - 0.25 }
    let states = try upstream.hiddenStates(of: samples)
    #expect(states.layers == 1 && states.dimension == width)
    #expect(states.values.count == states.frames * width)
    let expected = 8000 / upstream.description.samplesPerFrame
    #expect(abs(Double(states.frames) - expected) <= 2)
    #expect(states.isFinite)
  }

  @Test func anAliasIsTheUpstreamItself() throws {
    #expect(try registry.describe("baseline") == registry.describe("fbank"))
  }

  @Test func noNameIsThereTwice() {
    let names = registry.members.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
    for name in ["hubert", "wav2vec2", "wavlm", "data2vec", "distilhubert"] {
      #expect(names.contains(name))
    }
  }

  @Test func anUnknownNameBringsTheNearest() {
    let error = #expect(throws: UserError.self) {
      try registry.make("fbnak")
    }
    #expect(error?.fix == "did you mean 'fbank'?")
  }

  @Test func aFamilyMayRecogniseOtherNames() throws {
    let family = UpstreamFamily(
      title: "folders", members: [],
      recognizes: { $0.hasPrefix("/") },
      describe: { _ in ToyUpstream().description },
      make: { _ in ToyUpstream() })
    let registry = UpstreamRegistry(families: [.noise, family])
    #expect(try registry.describe("/some/folder").name == "toy")
    #expect(registry.names == ["random"])
  }
}
