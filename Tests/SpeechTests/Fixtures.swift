import Foundation
import Testing

@testable import Speech

/// What `Fixtures/make_fixtures.py` wrote.
enum Fixtures {
  struct Signal: Decodable {
    var name: String
    var samples: [Int]
    var matrices: [Matrix]

    var waveform: [Float] { samples.map { Float($0) / 32_768 } }
  }

  struct Matrix: Decodable {
    var kind: String
    var frames: Int
    var dimension: Int
    var offset: Int
    /// The largest error of torchaudio's own single precision.
    var roundoff: Float
  }

  struct Effects: Decodable {
    var chains: [Chain]
    var resampled: [Resampled]
  }

  struct Chain: Decodable {
    var name: String
    var recipe: [[Int]]
    var gain: Double
    var trims: Bool
    var count: Int
    var digest: String
  }

  struct Resampled: Decodable {
    var rate: Int
    var recipe: [[Int]]
    var count: Int
    var offset: Int
  }

  static func url(_ name: String) throws -> URL {
    try #require(Bundle.module.resourceURL)
      .appendingPathComponent("Fixtures").appendingPathComponent(name)
  }

  static func json<Value: Decodable>(
    _ name: String, as type: Value.Type
  ) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: url(name)))
  }

  static func floats(_ name: String) throws -> [Float] {
    let data = try Data(contentsOf: url(name))
    return stride(from: 0, to: data.count, by: 4).map { index in
      Float(
        bitPattern: (0..<4).reduce(0) {
          $0 | UInt32(data[index + $1]) << UInt32(8 * $1)
        })
    }
  }

  /// The generator of make_fixtures.py, as samples in [-1, 1].
  static func waveform(_ recipe: [[Int]]) -> [Float] {
    var random = LinearCongruence(state: 1)
    return recipe.flatMap { part in
      (0..<part[0]).map { _ in
        Float(Double(Int(random.next()) * part[1]) * 0x1p-31)
      }
    }
  }
}

/// Numerical Recipes' generator; the upper 16 bits as a signed integer.
struct LinearCongruence {
  var state: UInt32

  mutating func next() -> Int16 {
    state = 1_664_525 &* state &+ 1_013_904_223
    return Int16(bitPattern: UInt16(state >> 16))
  }
}

/// A folder that is gone when the test is over.
final class TemporaryFolder {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("speech-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String {
    url.appendingPathComponent(name).path
  }

  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }
}

func tone(
  _ hertz: Double, rate: Int, count: Int, level: Double = 0.5
) -> [Float] {
  (0..<count).map {
    Float(level * sin(2 * .pi * hertz * Double($0) / Double(rate)))
  }
}

/// FNV-1a, 64 bits, over little-endian bytes.
func fnv1a(_ values: [Int32]) -> UInt64 {
  var digest: UInt64 = 0xcbf2_9ce4_8422_2325
  for value in values {
    for shift in stride(from: 0, to: 32, by: 8) {
      let byte = UInt64(UInt8(truncatingIfNeeded: value >> Int32(shift)))
      digest = (digest ^ byte) &* 0x0000_0100_0000_01b3
    }
  }
  return digest
}
