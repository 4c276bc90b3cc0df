import Diagnostics

extension ConformerConfiguration: Decodable {
  private enum Key: String, CodingKey {
    case modelType = "model_type"
    case convDim = "conv_dim"
    case convKernel = "conv_kernel"
    case convStride = "conv_stride"
    case convBias = "conv_bias"
    case featExtractNorm = "feat_extract_norm"
    case featExtractActivation = "feat_extract_activation"
    case inputs = "feature_projection_input_dim"
    case hiddenSize = "hidden_size"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case innerSize = "intermediate_size"
    case hiddenAct = "hidden_act"
    case layerNormEpsilon = "layer_norm_eps"
    case kernel = "conv_depthwise_kernel_size"
    case positions = "position_embeddings_type"
    case before = "left_max_position_embeddings"
    case behind = "right_max_position_embeddings"
    case rotaryBase = "rotary_embedding_base"
    case hasAdapter = "add_adapter"
  }

  /// Reads a `config.json`; what it leaves out is what `transformers` takes it
  /// for.
  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    let isBERT = try keys.value(.modelType, "") == "wav2vec2-bert"
    let name = try keys.value(.hiddenAct, isBERT ? "swish" : "gelu")
    guard let activation = Activation(rawValue: name == "silu" ? "swish" : name)
    else {
      throw UserError(
        "hidden_act is \(name)", fix: "understood are gelu, relu and swish")
    }
    let first = try keys.value(.featExtractActivation, "gelu")
    guard first == "gelu" else {
      throw UserError("feat_extract_activation is \(first); only gelu is")
    }
    if try keys.value(.hasAdapter, false) {
      throw UserError(
        "add_adapter: an adapter makes the last state shorter than the others",
        fix: "set add_adapter to false: its layers stand behind all states")
    }
    let convolutionNorm = try ModelConfiguration.ConvolutionNorm(
      named: keys.value(.featExtractNorm, "group"))
    let convolutions = try ConvolutionShape.stack(
      channels: keys.value(.convDim, Array(repeating: 512, count: 7)),
      kernels: keys.value(.convKernel, [10, 3, 3, 3, 3, 2, 2]),
      strides: keys.value(.convStride, [5, 2, 2, 2, 2, 2, 2]),
      mayBeEmpty: isBERT)
    let positions: AttentionPositions
    switch try keys.decodeIfPresent(String.self, forKey: .positions)
      ?? (isBERT ? "relative_key" : "relative")
    {
    case "relative": positions = .sinusoids
    case "rotary":
      positions = .turned(base: try keys.value(.rotaryBase, 10000))
    case "relative_key":
      positions = .clamped(
        before: try keys.value(.before, 64), behind: try keys.value(.behind, 8))
    case let other:
      throw UserError(
        "position_embeddings_type is \(other)",
        fix: "understood are relative, relative_key and rotary")
    }
    let epsilon = try keys.value(.layerNormEpsilon, 1e-5)
    self.init(
      inputs: isBERT ? try keys.value(.inputs, 160) : 1,
      convolutions: isBERT ? [] : convolutions,
      convolutionNorm: convolutionNorm,
      convolutionBias: try keys.value(.convBias, false),
      hiddenSize: try keys.value(.hiddenSize, isBERT ? 1024 : 768),
      layers: try keys.value(.layers, isBERT ? 24 : 12),
      heads: try keys.value(.heads, isBERT ? 16 : 12),
      innerSize: try keys.value(.innerSize, isBERT ? 4096 : 3072),
      kernel: try keys.value(.kernel, 31), positions: positions,
      activation: activation, layerEpsilon: isBERT ? epsilon : 1e-5,
      epsilon: epsilon)
    try checkSizes()
  }
}
