import Foundation
import Testing

@testable import Tensors

/// PyTorch's numbers, written by Fixtures/make_fixtures.py.
enum Fixture {
  struct Array: Decodable {
    let shape: [Int]
    let values: [Float]
  }

  struct Operator: Decodable {
    let name: String
    let inputs: [Array]
    let probe: [Float]
    let output: Array
    let gradients: [[Float]]
    let labels: [Int32]?
    let offsets: [Int]?
    let normalize: Bool?
  }

  struct Optimizers: Decodable {
    let rate: Double
    let shapes: [String: [Int]]
    let start: [String: [Float]]
    let gradients: [[String: [Float]]]
    let results: [String: [String: [Float]]]
  }

  static func read<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
    let url = try #require(
      Bundle.module.url(
        forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(type, from: Data(contentsOf: url))
  }
}
