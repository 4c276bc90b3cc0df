import Diagnostics

extension ModelConfiguration {
  package func checkSizes() throws {
    var sizes = [
      ("hidden_size", hiddenSize), ("num_hidden_layers", layers),
      ("num_attention_heads", heads), ("intermediate_size", innerSize),
    ]
    for convolution in convolutions {
      sizes += [
        ("conv_dim", convolution.channels),
        ("conv_kernel", convolution.kernel),
        ("conv_stride", convolution.stride),
      ]
    }
    let groups: Int
    switch position {
    case .single(let kernel, let count), .batchNormed(let kernel, let count):
      sizes.append(("num_conv_pos_embeddings", kernel))
      groups = count
    case .stacked(let count, let kernel, let shared):
      sizes += [
        ("num_conv_pos_embeddings", count), ("conv_pos_kernel_size", kernel),
      ]
      groups = shared
    }
    sizes.append(("num_conv_pos_embedding_groups", groups))
    if let predictionHeads {
      sizes += [
        ("num_prediction_heads", predictionHeads.count),
        ("prediction_intermediate_size", predictionHeads.inner),
      ]
    }
    if adapterSize != 0 { sizes.append(("adapter_attn_dim", adapterSize)) }
    // Far above any model there is; a product of two stays an Int.
    for (key, size) in sizes where size < 1 || size > 1 << 20 {
      throw UserError("\(key) is \(size)", fix: "it is at least 1")
    }
    guard !convolutions.isEmpty else {
      throw UserError("conv_dim is empty", fix: "a front end has a layer")
    }
    for (key, parts) in [
      ("num_attention_heads", heads), ("num_conv_pos_embedding_groups", groups),
    ] where hiddenSize % parts != 0 {
      throw UserError(
        "hidden_size \(hiddenSize) is no multiple of \(key) \(parts)")
    }
    if let bias = relativeBias {
      guard bias.buckets >= 4, bias.buckets % 4 == 0, bias.buckets <= 1 << 20,
        bias.maximumDistance > bias.buckets / 4
      else {
        throw UserError(
          "num_buckets is \(bias.buckets), max_bucket_distance "
            + "\(bias.maximumDistance)",
          fix: "num_buckets is a multiple of 4, max_bucket_distance more than "
            + "a quarter of it")
      }
    }
    guard adapterSize == 0 || normalizesFirst else {
      throw UserError(
        "adapter_attn_dim is \(adapterSize), but do_stable_layer_norm is false",
        fix: "models with adapters normalize first")
    }
    guard (8000...192_000).contains(samplingRate) else {
      throw UserError("sample_rate is \(samplingRate)")
    }
    guard layerNormEpsilon >= 0, layerNormEpsilon.isFinite else {
      throw UserError("layer_norm_eps is \(layerNormEpsilon)")
    }
  }
}
