import Diagnostics
import Foundation

/// The architecture of Whisper's encoder: two convolutions over log mel
/// energies, positions, transformer layers, over windows of 30 seconds.
package struct WhisperConfiguration: Sendable, Equatable {
  /// Mel energies of a frame.
  package var inputs: Int
  package var hiddenSize: Int
  package var layers: Int
  package var heads: Int
  package var innerSize: Int
  /// Frames of a window.
  package var positions: Int

  /// 16 kHz samples: a mel frame is 160.
  package var samplesPerFrame: Int { 320 }

  package func checkSizes() throws {
    // Far above any model there is; a product of three stays an Int.
    for (key, size, most) in [
      ("num_mel_bins", inputs, 200), ("d_model", hiddenSize, 1 << 16),
      ("encoder_layers", layers, 1 << 10),
      ("encoder_attention_heads", heads, 1 << 16),
      ("encoder_ffn_dim", innerSize, 1 << 20),
      ("max_source_positions", positions, 1 << 16),
    ] where size < 1 || size > most {
      throw UserError("\(key) is \(size)", fix: "it is between 1 and \(most)")
    }
    guard hiddenSize % heads == 0 else {
      throw UserError(
        "d_model \(hiddenSize) is no multiple of encoder_attention_heads "
          + "\(heads)")
    }
  }
}

extension WhisperConfiguration: Decodable {
  private enum Key: String, CodingKey {
    case inputs = "num_mel_bins"
    case hiddenSize = "d_model"
    case layers = "encoder_layers"
    case heads = "encoder_attention_heads"
    case innerSize = "encoder_ffn_dim"
    case positions = "max_source_positions"
    case activation = "activation_function"
  }

  /// What a `config.json` leaves out is what `transformers` takes it for.
  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    func size(_ key: Key, _ otherwise: Int) throws -> Int {
      try keys.decodeIfPresent(Int.self, forKey: key) ?? otherwise
    }
    let activation =
      try keys.decodeIfPresent(String.self, forKey: .activation) ?? "gelu"
    guard activation == "gelu" else {
      throw UserError("activation_function is \(activation); only gelu is")
    }
    inputs = try size(.inputs, 80)
    hiddenSize = try size(.hiddenSize, 384)
    layers = try size(.layers, 4)
    heads = try size(.heads, 6)
    innerSize = try size(.innerSize, 1536)
    positions = try size(.positions, 1500)
    try checkSizes()
  }
}
