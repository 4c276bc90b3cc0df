extension PretrainedType {
  /// What is done to the names of a file's tensors to make them canonical;
  /// nil for wav2vec 2.0 and its descendants, which know how themselves.
  static func names(
    of type: String?
  ) -> (([String]) -> [(original: String, name: String)])? {
    let name: (Parts) -> Parts?
    switch type.flatMap(Self.init) {
    case .whisper: name = whisper
    case .squeezed, .squeezedDisentangled: name = squeezed
    case .conformer, .wav2vecBERT: name = conformer
    case .spectrogramTransformer: name = spectrogramTransformer
    case .codec: name = codec
    case .fastConformer, .parakeetCTC, .parakeetRNNT, .parakeetTDT:
      name = fastConformer
    case .recurrent, .melTransformer, .convolutional, nil: return nil
    }
    return { names in
      names.compactMap { original in
        let parts =
          original
          .split(separator: ".", omittingEmptySubsequences: false)
          .map(String.init)
        return name(parts).map { (original, $0.joined(separator: ".")) }
      }
    }
  }

  /// The canonical names of those tensors that the bare model has.
  static func canonicalNames(
    _ names: [String], of type: String?
  ) -> [(original: String, name: String)] {
    (Self.names(of: type) ?? TensorNames.canonical)(names)
  }

  /// A name at its points.
  private typealias Parts = [String]

  /// The encoder's, with its model's prefix or without.
  private static func whisper(_ parts: Parts) -> Parts? {
    let parts = parts.first == "model" ? Array(parts.dropFirst()) : parts
    guard parts.count >= 3, parts[0] == "encoder" else { return nil }
    guard parts[1] == "layers" else { return parts }
    guard parts.count >= 5, let part = TensorNames.block(Array(parts[3...]))
    else { return nil }
    return parts[..<3] + part
  }

  /// What spreads the frames again lies behind all states.
  private static func squeezed(_ parts: Parts) -> Parts? {
    let prefixes = ["sew", "sew_d"]
    let parts =
      prefixes.contains(parts.first ?? "")
      ? Array(parts.dropFirst()) : parts
    if parts.starts(with: ["encoder", "encoder"]) {
      return disentangled(Array(parts.dropFirst()))
    }
    let known = [
      "feature_extractor", "layer_norm", "feature_projection", "encoder",
    ]
    guard parts.count >= 2, known.contains(parts[0]), parts[1] != "upsample"
    else { return nil }
    return TensorNames.oldWeightNorm(parts)
  }

  /// SEW-D's transformer has DeBERTa's names.
  private static func disentangled(_ parts: Parts) -> Parts? {
    switch parts.count > 1 ? parts[1] : "" {
    case "rel_embeddings": return ["encoder", "rel_embeddings"] + parts[2...]
    case "LayerNorm": return ["encoder", "rel_norm"] + parts[2...]
    case "layer":
      guard parts.count >= 5,
        let part = disentangledLayers[
          parts[3..<parts.count - 1].joined(separator: ".")]
      else { return nil }
      return ["encoder", "layers", parts[2], part, parts[parts.count - 1]]
    default: return nil
    }
  }

  private static let disentangledLayers = [
    "attention.self.query_proj": "attention.q_proj",
    "attention.self.key_proj": "attention.k_proj",
    "attention.self.value_proj": "attention.v_proj",
    "attention.output.dense": "attention.out_proj",
    "attention.output.LayerNorm": "layer_norm",
    "intermediate.dense": "feed_forward.intermediate_dense",
    "output.dense": "feed_forward.output_dense",
    "output.LayerNorm": "final_layer_norm",
  ]

  /// Those of the bare model; heads and adapters lie beside them.
  private static func conformer(_ parts: Parts) -> Parts? {
    let prefixes = ["wav2vec2_conformer", "wav2vec2_bert"]
    var parts =
      prefixes.contains(parts.first ?? "")
      ? Array(parts.dropFirst()) : parts
    guard parts.count >= 3,
      ["feature_extractor", "feature_projection", "encoder"].contains(parts[0]),
      parts[1] != "pos_conv_embed"
    else { return nil }
    guard parts[0] == "encoder", parts.count >= 5, parts[3] == "self_attn"
    else { return parts }
    parts[3] = "attention"
    let projections = [
      "linear_q": "q_proj", "linear_k": "k_proj", "linear_v": "v_proj",
      "linear_out": "out_proj",
    ]
    parts[4] = projections[parts[4]] ?? parts[4]
    return parts
  }

  /// The encoder's, with its model's prefix or without.
  private static func fastConformer(_ parts: Parts) -> Parts? {
    let parts = parts.first == "encoder" ? Array(parts.dropFirst()) : parts
    if parts.first == "subsampling" { return parts }
    guard parts.count >= 4, parts[0] == "layers" else { return nil }
    let layer = ["encoder", "layers", parts[1]]
    let blocks = [
      "feed_forward1": "ffn1", "feed_forward2": "ffn2",
      "self_attn": "attention", "conv": "conv_module",
    ]
    let norms = [
      "norm_feed_forward1": ["ffn1_layer_norm"],
      "norm_self_att": ["self_attn_layer_norm"],
      "norm_conv": ["conv_module", "layer_norm"],
      "norm_feed_forward2": ["ffn2_layer_norm"],
      "norm_out": ["final_layer_norm"],
    ]
    if let norm = norms[parts[2]] { return layer + norm + parts[3...] }
    guard let block = blocks[parts[2]] else { return nil }
    let products = [
      "linear1": "intermediate_dense", "linear2": "output_dense",
      "o_proj": "out_proj", "relative_k_proj": "linear_pos",
      "bias_u": "pos_bias_u", "bias_v": "pos_bias_v", "norm": "batch_norm",
    ]
    return layer + [block, products[parts[3]] ?? parts[3]] + parts[4...]
  }

  /// Those up to the codes.
  private static func codec(_ parts: Parts) -> Parts? {
    switch parts.first {
    case "encoder": TensorNames.oldWeightNorm(parts)
    case "quantizer": parts.last == "embed" ? parts : nil
    default: nil
    }
  }

  private static func spectrogramTransformer(_ parts: Parts) -> Parts? {
    let prefix = "audio_spectrogram_transformer"
    var parts = parts.first == prefix ? Array(parts.dropFirst()) : parts
    if parts.first == "embeddings" { return parts }
    if parts.starts(with: ["encoder", "layer"]) { parts.removeFirst() }
    guard parts.count >= 4, parts[0] == "layer" || parts[0] == "layers",
      let part = layers[parts[2..<parts.count - 1].joined(separator: ".")]
    else { return nil }
    return ["encoder", "layers", parts[1], part, parts[parts.count - 1]]
  }

  /// Of AST's layers, as releases before and since the fifth have them.
  private static let layers = [
    "attention.attention.query": "attention.q_proj",
    "attention.attention.key": "attention.k_proj",
    "attention.attention.value": "attention.v_proj",
    "attention.output.dense": "attention.out_proj",
    "attention.q_proj": "attention.q_proj",
    "attention.k_proj": "attention.k_proj",
    "attention.v_proj": "attention.v_proj",
    "attention.o_proj": "attention.out_proj",
    "intermediate.dense": "feed_forward.intermediate_dense",
    "output.dense": "feed_forward.output_dense",
    "mlp.fc1": "feed_forward.intermediate_dense",
    "mlp.fc2": "feed_forward.output_dense",
    "layernorm_before": "layer_norm", "layernorm_after": "final_layer_norm",
  ]
}
