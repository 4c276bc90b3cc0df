/// The sizes of a transformer's layers.
struct TransformerConfiguration: Sendable, Equatable {
  var hiddenSize: Int
  var heads: Int
  var innerSize: Int
  /// Whether layers normalize their input rather than their output.
  var normalizesFirst: Bool
  var layerNormEpsilon: Double
  /// Whether attention minds distances, as WavLM's does.
  var hasRelativeBias = false

  var headSize: Int { hiddenSize / heads }

  /// The tensors of one layer, but for those of a relative bias.
  func parameters(_ layer: String) -> [ModelParameter] {
    let linear =
      ["q_proj", "k_proj", "v_proj", "out_proj"].map {
        ("attention." + $0, hiddenSize, hiddenSize)
      } + [
        ("feed_forward.intermediate_dense", innerSize, hiddenSize),
        ("feed_forward.output_dense", hiddenSize, innerSize),
      ]
    return linear.flatMap { name, width, depth in
      ModelParameter.linear("\(layer).\(name)", width, depth)
    }
      + ["layer_norm", "final_layer_norm"].flatMap {
        ModelParameter.norm("\(layer).\($0)", hiddenSize)
      }
  }
}

extension ModelConfiguration {
  var transformer: TransformerConfiguration {
    TransformerConfiguration(
      hiddenSize: hiddenSize, heads: heads, innerSize: innerSize,
      normalizesFirst: normalizesFirst, layerNormEpsilon: layerNormEpsilon,
      hasRelativeBias: relativeBias != nil)
  }
}
