import Diagnostics

/// The architecture of SEW and SEW-D: wav2vec 2.0 whose transformer sees the
/// mean of every few frames.
package struct SqueezedConfiguration: Sendable, Equatable {
  package var convolutions: [ConvolutionShape]
  package var convolutionNorm: ModelConfiguration.ConvolutionNorm
  package var convolutionBias: Bool
  /// Frames that become one.
  package var squeeze: Int
  /// Of the convolution that tells the transformer where it is.
  package var positionKernel, positionGroups: Int
  package var hiddenSize: Int
  package var layers: Int
  package var heads: Int
  package var innerSize: Int
  package var layerNormEpsilon: Double
  /// Of the norm behind the front end.
  package var featureEpsilon: Double
  /// SEW-D's attention; nil for SEW's, which knows no distances.
  package var distances: DisentangledDistances?

  package func checkSizes() throws {
    var sizes = [
      ("hidden_size", hiddenSize), ("num_hidden_layers", layers),
      ("num_attention_heads", heads), ("intermediate_size", innerSize),
      ("squeeze_factor", squeeze), ("num_conv_pos_embeddings", positionKernel),
      ("num_conv_pos_embedding_groups", positionGroups),
    ]
    for convolution in convolutions {
      sizes += [
        ("conv_dim", convolution.channels),
        ("conv_kernel", convolution.kernel),
        ("conv_stride", convolution.stride),
      ]
    }
    if let distances {
      sizes += [
        ("position_buckets", distances.buckets + 1),
        ("max_relative_positions", distances.maximum),
      ]
      guard distances.maximum - 1 > distances.buckets / 2 else {
        throw UserError(
          "max_relative_positions is \(distances.maximum), position_buckets "
            + "\(distances.buckets)",
          fix: "the first is more than half of the second")
      }
    }
    // Far above any model there is; a product of three stays an Int.
    for (key, size) in sizes where size < 1 || size > 1 << 20 {
      throw UserError("\(key) is \(size)", fix: "it is at least 1")
    }
    guard hiddenSize % heads == 0, hiddenSize % positionGroups == 0 else {
      throw UserError(
        "hidden_size \(hiddenSize) is no multiple of num_attention_heads "
          + "\(heads) and num_conv_pos_embedding_groups \(positionGroups)")
    }
    guard positionKernel >= 2 * squeeze else {
      throw UserError(
        "num_conv_pos_embeddings is \(positionKernel), squeeze_factor "
          + "\(squeeze)", fix: "the first is at least twice the second")
    }
    for epsilon in [layerNormEpsilon, featureEpsilon]
    where !(epsilon >= 0 && epsilon.isFinite) {
      throw UserError("layer_norm_eps is \(epsilon)")
    }
  }
}

extension SqueezedConfiguration: Decodable {
  private enum Key: String, CodingKey {
    case convDim = "conv_dim"
    case convKernel = "conv_kernel"
    case convStride = "conv_stride"
    case convBias = "conv_bias"
    case featExtractNorm = "feat_extract_norm"
    case featExtractActivation = "feat_extract_activation"
    case squeeze = "squeeze_factor"
    case positions = "num_conv_pos_embeddings"
    case positionGroups = "num_conv_pos_embedding_groups"
    case hiddenSize = "hidden_size"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case innerSize = "intermediate_size"
    case hiddenAct = "hidden_act"
    case layerNormEpsilon = "layer_norm_eps"
    case featureEpsilon = "feature_layer_norm_eps"
    case modelType = "model_type"
    case buckets = "position_buckets"
    case maximum = "max_relative_positions"
    case mostPositions = "max_position_embeddings"
    case attentionTypes = "pos_att_type"
    case sharesKeys = "share_att_key"
    case isRelative = "relative_attention"
    case distanceNorm = "norm_rel_ebd"
    case convolution = "conv_kernel_size"
  }

  /// What a `config.json` leaves out is what `transformers` takes it for.
  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    for key in [Key.hiddenAct, .featExtractActivation] {
      let activation = try keys.value(key, "gelu")
      if activation != "gelu", activation != "gelu_python" {
        throw UserError("\(key.rawValue) is \(activation); only gelu is")
      }
    }
    let convolutionNorm = try ModelConfiguration.ConvolutionNorm(
      named: keys.value(.featExtractNorm, "group"))
    let isSEWD = try keys.value(.modelType, "") == "sew-d"
    let epsilon = try keys.value(.layerNormEpsilon, isSEWD ? 1e-7 : 1e-5)
    var distances: DisentangledDistances?
    if isSEWD {
      let types = Set(try keys.value(.attentionTypes, ["p2c", "c2p"]))
      guard types == ["p2c", "c2p"], try keys.value(.sharesKeys, true),
        try keys.value(.isRelative, true),
        try keys.value(.distanceNorm, "layer_norm") == "layer_norm",
        try keys.value(.convolution, 0) == 0
      else {
        throw UserError(
          "its attention is of a kind that is not understood",
          fix: "understood are relative_attention with pos_att_type p2c and "
            + "c2p, share_att_key and norm_rel_ebd layer_norm, and no "
            + "conv_kernel_size")
      }
      let most = try keys.value(.maximum, -1)
      distances = DisentangledDistances(
        buckets: max(0, try keys.value(.buckets, 256)),
        maximum: most < 1 ? try keys.value(.mostPositions, 512) : most,
        layerNormEpsilon: epsilon)
    }
    let convolutions = try ConvolutionShape.stack(
      channels: keys.value(
        .convDim,
        [64, 128, 128, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512]),
      kernels: keys.value(
        .convKernel, [10, 3, 1, 3, 1, 3, 1, 3, 1, 2, 1, 2, 1]),
      strides: keys.value(
        .convStride, [5, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]),
      mayBeEmpty: false)
    self.init(
      convolutions: convolutions,
      convolutionNorm: convolutionNorm,
      convolutionBias: try keys.value(.convBias, false),
      squeeze: try keys.value(.squeeze, 2),
      positionKernel: try keys.value(.positions, 128),
      positionGroups: try keys.value(.positionGroups, 16),
      hiddenSize: try keys.value(.hiddenSize, 768),
      layers: try keys.value(.layers, 12), heads: try keys.value(.heads, 12),
      innerSize: try keys.value(.innerSize, 3072),
      layerNormEpsilon: epsilon,
      featureEpsilon: isSEWD ? try keys.value(.featureEpsilon, 1e-5) : epsilon,
      distances: distances)
    try checkSizes()
  }
}
