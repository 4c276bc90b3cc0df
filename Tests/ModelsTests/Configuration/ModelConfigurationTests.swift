import Diagnostics
import Foundation
import Testing

@testable import Models

@Suite struct ModelConfigurationTests {
  private func read(_ json: String) throws -> ModelConfiguration {
    try ModelConfiguration(json: Data(json.utf8), at: "config.json")
  }

  private func refusal(_ json: String) -> String? {
    do {
      _ = try read(json)
      return nil
    } catch {
      return (error as? UserError)?.description
    }
  }

  @Test func whatIsLeftOutIsThatOfTheBaseModel() throws {
    let base = try read(#"{"model_type": "wav2vec2"}"#)
    #expect(base.hiddenSize == 768)
    #expect(base.layers == 12)
    #expect(base.heads == 12)
    #expect(base.innerSize == 3072)
    #expect(base.shape.samplesPerFrame == 320)
    #expect(base.shape.receptiveField == 400)
    #expect(base.position == .single(kernel: 128, groups: 16))
    #expect(base.convolutionNorm == .group)
    #expect(!base.normalizesFirst && !base.convolutionBias)
    #expect(base.projectionNorm && base.relativeBias == nil)
    #expect(base.states == 13)
    // As counted in PyTorch, without the embedding of masked frames.
    #expect(base.parameters.reduce(0) { $0 + $1.count } == 94_370_944)
  }

  @Test func familiesHaveDefaultsOfTheirOwn() throws {
    let data2vec = try read(#"{"model_type": "data2vec-audio"}"#)
    #expect(data2vec.position == .stacked(count: 5, kernel: 19, groups: 16))
    #expect(data2vec.convolutionNorm == .layer)
    let wavlm = try read(#"{"model_type": "wavlm"}"#)
    #expect(
      wavlm.relativeBias == .init(buckets: 320, maximumDistance: 800))
    let distilled = try read(#"{"model_type": "distilhubert"}"#)
    #expect(distilled.states == 6)
    #expect(!distilled.projectionNorm)
  }

  @Test func whatIsNotUnderstoodIsRefusedByName() throws {
    let wrong = [
      ("{}", "model_type"),
      (#"{"model_type": "whisper"}"#, "whisper"),
      (#"{"model_type": "wav2vec2", "hidden_act": "relu"}"#, "relu"),
      (
        #"{"model_type": "wav2vec2", "adapter_attn_dim": 16}"#,
        "adapter_attn_dim"
      ),
      (
        #"{"model_type": "wav2vec2", "feat_extract_norm": "batch"}"#, "batch"
      ),
      (#"{"model_type": "wav2vec2", "conv_dim": [512]}"#, "conv_dim"),
      (
        #"{"model_type": "wav2vec2", "conv_dim": [], "conv_kernel": [],"#
          + #" "conv_stride": []}"#, "conv_dim"
      ),
      (
        #"{"model_type": "wav2vec2", "num_attention_heads": 7}"#,
        "num_attention_heads"
      ),
      (#"{"model_type": "wav2vec2", "hidden_size": 0}"#, "hidden_size"),
      (#"{"model_type": "wav2vec2", "hidden_size": "x"}"#, "hidden_size"),
      (#"{"model_type": "wavlm", "num_buckets": 3}"#, "num_buckets"),
      ("[1", "config.json"),
    ]
    for (json, word) in wrong {
      let text = try #require(refusal(json), "\(json)")
      #expect(text.hasPrefix("config.json: "), "\(text)")
      #expect(text.contains(word), "\(text)")
    }
  }

  @Test func everyFixturesParametersAreItsTensors() throws {
    for name in ModelFixture.names {
      let fixture = try ModelFixture(name)
      let names = fixture.configuration.parameters.map(\.name).sorted()
      #expect(names == fixture.tensors.names, "\(name)")
    }
  }

  @Test func aPreprocessorForAnotherRateIsRefused() throws {
    let json = #"{"do_normalize": true, "sampling_rate": 8000}"#
    #expect(throws: UserError.self) {
      try AudioPreprocessor(json: Data(json.utf8), at: "p.json")
    }
    let other = try AudioPreprocessor(
      json: Data(#"{"do_normalize": false, "padding_side": "right"}"#.utf8),
      at: "p.json")
    #expect(other == AudioPreprocessor(normalizes: false))
  }
}
