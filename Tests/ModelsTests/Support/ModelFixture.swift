import Foundation
import Testing

@testable import Models

/// A tiny model and the states that it must give, as
/// `make_model_fixtures.py` wrote them.
struct ModelFixture: CustomTestStringConvertible {
  static let names = [
    "wav2vec2", "wav2vec2-large", "hubert", "hubert-large",
    "hubert-distilled", "wavlm", "wavlm-large", "data2vec-audio", "unispeech",
    "unispeech-sat", "distilhubert",
  ]

  struct Case: Decodable {
    var samples, frames, states, place: Int
    /// The frames that are kept, if not all are.
    var kept: [Int]?
    /// Each state's largest magnitude, if not all frames are kept.
    var largest: [Float]?
  }

  private struct Index: Decodable {
    struct Tensor: Decodable {
      var name: String
      var shape: [Int]
      var place: Int
    }
    var config: ModelConfiguration
    var tensors: [Tensor]
    var cases: [Case]
  }

  let name: String
  let configuration: ModelConfiguration
  let tensors: TensorTable
  let cases: [Case]
  private let numbers: [Float]

  init(_ name: String) throws {
    let index = try JSONDecoder().decode(
      Index.self, from: try Self.read(name, "json"))
    let numbers = try Self.read(name, "bin").withUnsafeBytes {
      Array($0.bindMemory(to: Float.self))
    }
    self.name = name
    self.numbers = numbers
    configuration = index.config
    cases = index.cases
    tensors = TensorTable(
      index.tensors.map { tensor in
        let count = tensor.shape.reduce(1, *)
        return (
          tensor.name, tensor.shape,
          Array(numbers[tensor.place..<tensor.place + count])
        )
      })
  }

  private static func read(_ name: String, _ type: String) throws -> Data {
    let url = try #require(
      Bundle.module.url(
        forResource: name, withExtension: type, subdirectory: "Fixtures"))
    return try Data(contentsOf: url)
  }

  var testDescription: String { name }

  func load() throws -> any SpeechModel {
    try SpeechModels.load(configuration: configuration, tensors: tensors)
  }

  /// Of one state, the frames that are kept, one after the other.
  func expected(_ one: Case, state: Int) -> ArraySlice<Float> {
    let count = (one.kept?.count ?? one.frames) * configuration.hiddenSize
    let start = one.place + state * count
    return numbers[start..<start + count]
  }

  /// The script's `waveform`.
  static func waveform(_ count: Int) -> [Float] {
    (0..<UInt64(count)).map { n in
      var state = n * 2_654_435_761 % (1 << 32)
      state = (state ^ (state >> 15)) * 2_246_822_519 % (1 << 32)
      let noise = Double(state >> 8) / 0x1p24 - 0.5
      let saw = Double(n * 37 % 1600) / 1600 - 0.5
      return Float(0.3 * noise + 0.2 * saw + 0.01)
    }
  }
}

/// Tensors in memory.
struct TensorTable: NamedTensors {
  struct Missing: Error {}

  var tensors: [String: (shape: [Int], values: [Float])] = [:]

  init(_ list: [(String, [Int], [Float])]) {
    for (name, shape, values) in list { tensors[name] = (shape, values) }
  }

  var names: [String] { tensors.keys.sorted() }
  func shape(of name: String) -> [Int]? { tensors[name]?.shape }
  func floats(_ name: String) throws -> [Float] {
    guard let tensor = tensors[name] else { throw Missing() }
    return tensor.values
  }
}
