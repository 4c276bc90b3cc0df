import Foundation
import Models
import Upstreams
import Weights

/// Writes tiny pretrained models as `save_pretrained` does.
enum ModelFolder {
  static var configuration: [String: Any] {
    [
      "model_type": "wav2vec2", "hidden_size": 16, "num_hidden_layers": 2,
      "num_attention_heads": 2, "intermediate_size": 24,
      "conv_dim": [8, 8, 8, 8, 8, 8, 8], "num_conv_pos_embeddings": 16,
      "num_conv_pos_embedding_groups": 2,
    ]
  }

  /// A folder with a configuration and random weights that fit it.
  ///
  /// - Parameter change: spoils the tensors, or leaves them.
  static func write(
    to path: String, _ configuration: [String: Any] = configuration,
    change: (inout [String: [Int]]) -> Void = { _ in }
  ) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
    let json = try JSONSerialization.data(withJSONObject: configuration)
    try json.write(to: URL(fileURLWithPath: "\(path)/config.json"))
    let model = try ModelConfiguration(
      json: try JSONSerialization.data(withJSONObject: Self.configuration),
      at: path)
    var shapes: [String: [Int]] = [:]
    for parameter in model.parameters {
      shapes[parameter.name] = parameter.shape
    }
    change(&shapes)
    var writer = SafeTensorsWriter()
    var state: UInt64 = 7
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      let values = (0..<shape.reduce(1, *)).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / 0x1p23 - 1
      }
      try writer.add(name, shape: shape, floats: values)
    }
    try writer.write(to: "\(path)/model.safetensors")
  }
}
