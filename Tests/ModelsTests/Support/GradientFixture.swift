import Foundation
import Testing

/// Gradients of a tiny model, as `make_gradient_fixtures.py` wrote them.
struct GradientFixture {
  static let names = [
    "wav2vec2", "wav2vec2-large", "wavlm", "data2vec-audio", "distilhubert",
  ]

  private struct Index: Decodable {
    struct Tensor: Decodable {
      var name: String
      var place: Int
    }
    var samples: Int
    var tensors: [Tensor]
  }

  let samples: Int
  /// By the tensor's name.
  let gradients: [String: ArraySlice<Float>]

  init(_ name: String) throws {
    let index = try JSONDecoder().decode(
      Index.self, from: try Self.read(name, "json"))
    let numbers = try Self.read(name, "bin").withUnsafeBytes {
      Array($0.bindMemory(to: Float.self))
    }
    let ends = index.tensors.dropFirst().map(\.place) + [numbers.count]
    samples = index.samples
    gradients = Dictionary(
      zip(index.tensors, ends).map { ($0.name, numbers[$0.place..<$1]) },
      uniquingKeysWith: { $1 })
  }

  private static func read(_ name: String, _ type: String) throws -> Data {
    let url = try #require(
      Bundle.module.url(
        forResource: name, withExtension: type,
        subdirectory: "Fixtures/gradients"))
    return try Data(contentsOf: url)
  }
}
