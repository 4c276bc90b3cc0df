/// A tensor that a model needs.
package struct ModelParameter: Sendable, Equatable {
  package var name: String
  package var shape: [Int]

  /// Its numbers.
  package var count: Int { shape.reduce(1, *) }

  static func linear(_ name: String, _ width: Int, _ depth: Int) -> [Self] {
    [
      ModelParameter(name: name + ".weight", shape: [width, depth]),
      ModelParameter(name: name + ".bias", shape: [width]),
    ]
  }

  static func norm(_ name: String, _ size: Int) -> [Self] {
    [".weight", ".bias"].map { ModelParameter(name: name + $0, shape: [size]) }
  }
}

extension ModelConfiguration {
  /// Every tensor of the model, from the front end to its last layer.
  package var parameters: [ModelParameter] {
    var list: [ModelParameter] = []
    func add(_ name: String, _ shape: Int...) {
      list.append(ModelParameter(name: name, shape: shape))
    }
    func linear(_ name: String, _ width: Int, _ depth: Int) {
      list += ModelParameter.linear(name, width, depth)
    }
    func norm(_ name: String, _ size: Int) {
      list += ModelParameter.norm(name, size)
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
      list += transformer.parameters(layer)
      if let relativeBias {
        add(layer + ".attention.gru_rel_pos_const", 1, heads, 1, 1)
        linear(layer + ".attention.gru_rel_pos_linear", 8, headSize)
        if index == 0 { add(Names.bias, relativeBias.buckets, heads) }
      }
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
    /// What the names of its tensors begin with.
    static let frontEnd = "feature_extractor."
    static let projection = "feature_projection"
    static let position = "encoder.pos_conv_embed"
    static let encoderNorm = "encoder.layer_norm"
    static let bias = "encoder.layers.0.attention.rel_attn_embed.weight"
    static let heads = "output_layer"

    static func convolution(_ index: Int) -> String {
      frontEnd + "conv_layers.\(index)"
    }
    static func layer(_ index: Int) -> String { "encoder.layers.\(index)" }
  }
}

extension ModelShape {
  /// That of a model of this configuration.
  init(_ configuration: ModelConfiguration) {
    self.init(
      layers: configuration.states, dimension: configuration.hiddenSize,
      samplesPerFrame: configuration.samplesPerFrame,
      receptiveField: configuration.receptiveField,
      parameters: configuration.parameters.reduce(0) { $0 + $1.count })
  }
}
