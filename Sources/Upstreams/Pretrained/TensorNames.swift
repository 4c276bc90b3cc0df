/// What the dialects call the tensors of wav2vec 2.0 and its descendants.
enum TensorNames {
  /// The canonical name of each of a file's tensors that the bare model has.
  static func canonical(_ names: [String]) -> [(original: String, name: String)]
  {
    let prefix = prefixes.first { prefix in
      names.contains { $0.hasPrefix(prefix) }
    }
    let isFairseq = names.contains {
      $0.hasSuffix("feature_extractor.conv_layers.0.0.weight")
    }
    return names.compactMap { original in
      var name = Substring(original)
      if let prefix {
        // Beside the model lie the heads.
        guard name.hasPrefix(prefix) else { return nil }
        name = name.dropFirst(prefix.count)
      }
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        .map(String.init)
      guard let known = isFairseq ? fromFairseq(parts) : fromTransformers(parts)
      else { return nil }
      return (original, known.joined(separator: "."))
    }
  }

  /// Longer ones first, where one begins another.
  private static let prefixes = [
    "w2v_encoder.w2v_model.", "w2v_model.", "encoder.w2v_model.",
    "wav2vec2.", "hubert.", "wavlm.", "data2vec_audio.", "unispeech_sat.",
    "unispeech.",
  ]

  /// The bare model's parts; the heads of transformers lie beside them.
  private static func fromTransformers(_ parts: [String]) -> [String]? {
    let known = [
      "feature_extractor", "feature_projection", "encoder",
      "masked_spec_embed",
    ]
    guard let first = parts.first, known.contains(first) else { return nil }
    return oldWeightNorm(parts)
  }

  /// PyTorch keeps weight norm as a parametrization since 2.0; before, the
  /// two factors were parameters of the layer.
  static func oldWeightNorm(_ parts: [String]) -> [String] {
    guard parts.suffix(3).starts(with: ["parametrizations", "weight"]) else {
      return parts
    }
    switch parts.last {
    case "original0": return parts.dropLast(3) + ["weight_g"]
    case "original1": return parts.dropLast(3) + ["weight_v"]
    default: return parts
    }
  }

  private static func fromFairseq(_ parts: [String]) -> [String]? {
    let parts = oldWeightNorm(parts)
    switch parts.first {
    case "mask_emb": return ["masked_spec_embed"]
    case "post_extract_proj":
      return ["feature_projection", "projection"] + parts.dropFirst()
    case "layer_norm":
      return ["feature_projection", "layer_norm"] + parts.dropFirst()
    case "feature_extractor": return convolution(parts)
    case "encoder": return encoder(parts)
    // The prediction heads of DistilHuBERT are hidden states of it.
    case "output_layer": return parts
    default: return nil
    }
  }

  /// In `conv_layers.N` stand the convolution, a dropout and the norm, which
  /// is wrapped in two transpositions where it is over the channels.
  private static func convolution(_ parts: [String]) -> [String]? {
    guard parts.count >= 5, parts[1] == "conv_layers" else { return nil }
    let layer = Array(parts[..<3])
    switch (parts[3], parts.count) {
    case ("0", 5): return layer + ["conv", parts[4]]
    case ("2", 5): return layer + ["layer_norm", parts[4]]
    case ("2", 6) where parts[4] == "1":
      return layer + ["layer_norm", parts[5]]
    default: return nil
    }
  }

  private static func encoder(_ parts: [String]) -> [String]? {
    switch parts.dropFirst().first {
    case "layer_norm": return parts
    case "pos_conv" where parts.count == 4 && parts[2] == "0":
      return ["encoder", "pos_conv_embed", "conv", parts[3]]
    case "pos_conv" where parts.count == 5 && parts[3] == "0":
      return [
        "encoder", "pos_conv_embed", "layers", parts[2], "conv", parts[4],
      ]
    case "layers" where parts.count >= 5:
      return block(Array(parts[3...])).map { Array(parts[..<3]) + $0 }
    default: return nil
    }
  }

  /// Of one transformer layer.
  static func block(_ parts: [String]) -> [String]? {
    switch parts[0] {
    case "self_attn_layer_norm": return ["layer_norm"] + parts.dropFirst()
    case "final_layer_norm": return parts
    case "fc1":
      return ["feed_forward", "intermediate_dense"] + parts.dropFirst()
    case "fc2": return ["feed_forward", "output_dense"] + parts.dropFirst()
    case "self_attn":
      let renamed = [
        "grep_linear": "gru_rel_pos_linear", "grep_a": "gru_rel_pos_const",
        "relative_attention_bias": "rel_attn_embed",
        "q_proj": "q_proj", "k_proj": "k_proj", "v_proj": "v_proj",
        "out_proj": "out_proj",
      ]
      guard let name = renamed[parts[1]] else { return nil }
      return ["attention", name] + parts.dropFirst(2)
    default: return nil
    }
  }
}
