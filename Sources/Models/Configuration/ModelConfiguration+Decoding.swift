import Diagnostics
import Foundation

extension ModelConfiguration {
  /// Reads a `config.json`.
  ///
  /// - Parameter location: names the file in errors.
  /// - Throws: `UserError` if it is not one, or describes a model that is not
  ///   understood.
  package init(json: Data, at location: String) throws {
    do {
      self = try JSONDecoder().decode(Self.self, from: json)
    } catch var error as UserError {
      if error.location == nil { error.location = location }
      throw error
    } catch let error as DecodingError {
      throw UserError(
        "this is no model configuration: \(Self.explain(error))", at: location,
        fix: "give the config.json that came with the weights")
    }
  }

  private static func explain(_ error: DecodingError) -> String {
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context):
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      return "key \(key.isEmpty ? "?" : key): \(context.debugDescription)"
    case .dataCorrupted(let context): return context.debugDescription
    @unknown default: return "\(error)"
    }
  }
}

extension ModelConfiguration: Decodable {
  private enum Key: String, CodingKey {
    case modelType = "model_type"
    case convDim = "conv_dim"
    case convKernel = "conv_kernel"
    case convStride = "conv_stride"
    case convBias = "conv_bias"
    case featExtractNorm = "feat_extract_norm"
    case featExtractActivation = "feat_extract_activation"
    case featProjLayerNorm = "feat_proj_layer_norm"
    case positions = "num_conv_pos_embeddings"
    case positionGroups = "num_conv_pos_embedding_groups"
    case positionKernel = "conv_pos_kernel_size"
    case positionBatchNorm = "conv_pos_batch_norm"
    case hiddenSize = "hidden_size"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case innerSize = "intermediate_size"
    case hiddenAct = "hidden_act"
    case stableLayerNorm = "do_stable_layer_norm"
    case layerNormEpsilon = "layer_norm_eps"
    case buckets = "num_buckets"
    case maximumDistance = "max_bucket_distance"
    case adapterAttention = "adapter_attn_dim"
    case predictionHeads = "num_prediction_heads"
    case predictionSize = "prediction_intermediate_size"
    case samplingRate = "sample_rate"
    case constantQ = "feature_extractor_cqt"
    case deepNorm = "deepnorm"
  }

  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)

    let type = try keys.value(.modelType, "")
    guard let family = Family(rawValue: type) else {
      throw UserError(
        type.isEmpty
          ? "there is no model_type" : "model_type \(type) is not understood",
        fix: "understood are "
          + Family.allCases.map(\.rawValue).joined(separator: ", "))
    }
    for key in [Key.hiddenAct, .featExtractActivation] {
      let activation = try keys.value(key, "gelu")
      if activation != "gelu" {
        throw UserError("\(key.rawValue) is \(activation); only gelu is")
      }
    }
    if family == .mert {
      for key in [Key.constantQ, .deepNorm] where try keys.value(key, false) {
        throw UserError(
          "\(key.rawValue) is true, which is not understood",
          fix: "the public models, MERT-v1-95M and -330M, have it false")
      }
    }
    let norm = try keys.value(.featExtractNorm, "group")
    let convolutionNorm =
      family == .data2vec ? .layer : try ConvolutionNorm(named: norm)

    let convolutions = try ConvolutionShape.stack(
      channels: keys.value(.convDim, Array(repeating: 512, count: 7)),
      kernels: keys.value(.convKernel, [10, 3, 3, 3, 3, 2, 2]),
      strides: keys.value(.convStride, [5, 2, 2, 2, 2, 2, 2]),
      mayBeEmpty: true)

    let groups = try keys.value(.positionGroups, 16)
    let distilled = family == .distilHuBERT
    let hiddenSize = try keys.value(.hiddenSize, 768)
    self.init(
      family: family,
      convolutions: convolutions,
      convolutionBias: try keys.value(.convBias, false),
      convolutionNorm: convolutionNorm,
      projectionNorm: try keys.value(.featProjLayerNorm, !distilled),
      position: family == .data2vec
        ? .stacked(
          count: try keys.value(.positions, 5),
          kernel: try keys.value(.positionKernel, 19), groups: groups)
        : try keys.value(.positionBatchNorm, false)
          ? .batchNormed(
            kernel: try keys.value(.positions, 128), groups: groups)
          : .single(kernel: try keys.value(.positions, 128), groups: groups),
      hiddenSize: hiddenSize,
      layers: try keys.value(.layers, distilled ? 2 : 12),
      heads: try keys.value(.heads, 12),
      innerSize: try keys.value(.innerSize, 3072),
      normalizesFirst: try keys.value(.stableLayerNorm, false),
      layerNormEpsilon: try keys.value(.layerNormEpsilon, 1e-5),
      relativeBias: family == .wavlm
        ? RelativeBias(
          buckets: try keys.value(.buckets, 320),
          maximumDistance: try keys.value(.maximumDistance, 800)) : nil,
      adapterSize: try keys.value(.adapterAttention, 0),
      predictionHeads: distilled
        ? PredictionHeads(
          count: try keys.value(.predictionHeads, 3),
          inner: try keys.value(.predictionSize, hiddenSize)) : nil,
      samplingRate: family == .mert
        ? try keys.value(.samplingRate, 24_000) : 16_000)
    try checkSizes()
  }
}
