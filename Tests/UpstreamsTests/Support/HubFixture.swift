import Foundation
import Testing
import Weights

@testable import Upstreams

/// A tiny model in the hub's layout and what transformers gives from it, as
/// `make_hub_fixtures.py` wrote them.
struct HubFixture {
  static let names = [
    "whisper", "conformer", "conformer-rope", "w2v-bert", "w2v-bert-relative",
    "ast", "mms", "hubert-batch-norm", "sew", "sew-odd", "sew-d", "mert",
    "encodec", "encodec-plain", "parakeet", "parakeet-ctc",
  ]

  struct Case {
    /// Behind the model's name: `?trimmed`, say, or nothing.
    var option: String
    var samples: Int
    /// `[states, frames, dimension]`
    var shape: [Int]
    var values: [Float]
  }

  let path: String
  let cases: [Case]
  /// Σ gradient · waveform of each parameter, and the gradient's norm, by the
  /// file's name of it.
  let gradients: [String: [Double]]
  /// Samples of the case that these are of.
  static let gradientSamples = 7777

  init(_ name: String) throws {
    let root = try #require(Bundle.module.resourceURL)
    path = root.appendingPathComponent("Fixtures/hub/\(name)").path
    let file = try WeightsFile.open(path + "/expected.safetensors")
    cases = try file.names.map { name in
      let parts = name.split(separator: " ")
      return Case(
        option: parts.count > 1 ? "?\(parts[0])" : "",
        samples: try #require(parts.last.flatMap { Int($0) }),
        shape: try #require(file.shape(of: name)),
        values: try file.floats(name))
    }
    gradients = try JSONDecoder().decode(
      [String: [Double]].self,
      from: Data(
        contentsOf: URL(fileURLWithPath: path + "/gradients.json")))
  }
}
