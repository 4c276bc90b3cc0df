import Foundation
import Testing
import Weights

@testable import Upstreams

/// A checkpoint and the hidden states that it must give, as
/// `make_checkpoint_fixtures.py` wrote them.
struct CheckpointFixture: CustomTestStringConvertible {
  /// The checkpoints' files.
  static let files = [
    "apc.ckpt", "vq_apc.ckpt", "tera.ckpt", "tera-long.ckpt",
    "mockingjay.ckpt", "audio_albert.ckpt", "wav2vec.pt", "wav2vec-legacy.pt",
  ]

  /// Of the longest case these frames are kept.
  private static let longest = 480_000
  private static let kept = [0, 1499, 2900]

  struct Case {
    var samples: Int
    /// Nil for all.
    var frames: [Int]?
    var shape: [Int]
    var values: [Float]
  }

  let file: String
  let path: String
  let cases: [Case]

  init(_ file: String) throws {
    let folder =
      try #require(Bundle.module.resourcePath)
      + "/Fixtures/checkpoints"
    self.file = file
    path = "\(folder)/\(file)"
    let name = try #require(file.split(separator: ".").first)
    let states = try SafeTensors(path: "\(folder)/\(name).safetensors")
    cases = try states.tensors.map { name, tensor in
      let samples = try #require(Int(name))
      return Case(
        samples: samples, frames: samples == Self.longest ? Self.kept : nil,
        shape: tensor.shape, values: try states.floats(name))
    }
  }

  var testDescription: String { file }

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
