/// A tensor that a model needs.
struct ModelParameter: Equatable {
  var name: String
  var shape: [Int]

  var count: Int { shape.reduce(1, *) }
}

extension ModelConfiguration {
  /// Every tensor of the model, from the front end to its last layer.
  var parameters: [ModelParameter] {
    var list: [ModelParameter] = []
    func add(_ name: String, _ shape: Int...) {
      list.append(ModelParameter(name: name, shape: shape))
    }
    func linear(_ name: String, _ width: Int, _ depth: Int) {
      add(name + ".weight", width, depth)
      add(name + ".bias", width)
    }
    func norm(_ name: String, _ size: Int) {
      add(name + ".weight", size)
      add(name + ".bias", size)
    }

    var inputs = 1
    for (index, convolution) in convolutions.enumerated() {
      let layer = Names.convolution(index)
      add(layer + ".conv.weight", convolution.channels, inputs, convolution.kernel)
      if convolutionBias { add(layer + ".conv.bias", convolution.channels) }
      if convolutionNorm == .layer || index == 0 {
        norm(layer + ".layer_norm", convolution.channels)
      }
      inputs = convolution.channels
    }
    if projectionNorm { norm(Names.projection + ".layer_norm", inputs) }
    linear(Names.projection + ".projection", hiddenSize, inputs)

    switch position {
    case .single(let kernel, let groups):
      let name = Names.position + ".conv"
      add(name + ".weight_g", 1, 1, kernel)
      add(name + ".weight_v", hiddenSize, hiddenSize / groups, kernel)
      add(name + ".bias", hiddenSize)
    case .stacked(let count, let kernel, let groups):
      for index in 0..<count {
        let name = Names.position + ".layers.\(index).conv"
        add(name + ".weight", hiddenSize, hiddenSize / groups, kernel)
        add(name + ".bias", hiddenSize)
      }
    }
    norm(Names.encoderNorm, hiddenSize)

    for index in 0..<layers {
      let layer = Names.layer(index)
      for part in ["q_proj", "k_proj", "v_proj", "out_proj"] {
        linear(layer + ".attention." + part, hiddenSize, hiddenSize)
      }
      if let relativeBias {
        add(layer + ".attention.gru_rel_pos_const", 1, heads, 1, 1)
        linear(layer + ".attention.gru_rel_pos_linear", 8, headSize)
        if index == 0 { add(Names.bias, relativeBias.buckets, heads) }
      }
      norm(layer + ".layer_norm", hiddenSize)
      linear(layer + ".feed_forward.intermediate_dense", innerSize, hiddenSize)
      linear(layer + ".feed_forward.output_dense", hiddenSize, innerSize)
      norm(layer + ".final_layer_norm", hiddenSize)
    }

    if let predictionHeads {
      let (count, inner) = (predictionHeads.count, predictionHeads.inner)
      linear(Names.heads + ".0", count * inner, hiddenSize)
      add(Names.heads + ".2.weight", count, inner, hiddenSize)
      add(Names.heads + ".2.bias", 1, 1, count, hiddenSize)
    }
    return list
  }

  /// What tensors are called: as in Hugging Face's models, without a prefix,
  /// and the prediction heads, which those lack, as in s3prl's.
  enum Names {
    static let projection = "feature_projection"
    static let position = "encoder.pos_conv_embed"
    static let encoderNorm = "encoder.layer_norm"
    static let bias = "encoder.layers.0.attention.rel_attn_embed.weight"
    static let heads = "output_layer"

    static func convolution(_ index: Int) -> String {
      "feature_extractor.conv_layers.\(index)"
    }
    static func layer(_ index: Int) -> String { "encoder.layers.\(index)" }
  }
}
