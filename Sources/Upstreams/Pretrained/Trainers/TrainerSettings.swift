import Diagnostics
import Foundation
import Weights

/// The settings that fairseq, s3prl and WavLM's authors keep beside the
/// weights, in the words of transformers' `config.json`.
struct TrainerSettings {
  /// As `config.json` would have it.
  private(set) var configuration: Data
  /// As `preprocessor_config.json` would have it.
  private(set) var preprocessor: Data

  /// The dictionary of weights in a checkpoint that brings its own settings,
  /// or nil for one that does not.
  static func weights(in content: PickleNode) -> PickleNode? {
    guard settings(in: content) != nil else { return nil }
    return content["model_weight"] ?? content["Distiller"] ?? content["model"]
  }

  /// - Throws: `UserError` if a setting is of no known value.
  init(_ content: PickleNode, tensors: CanonicalTensors) throws {
    guard let places = Self.settings(in: content) else {
      throw UserError("the checkpoint holds no settings")
    }
    let settings = SettingsLookup(places: places)
    let isDistiller = content["Distiller"] != nil
    let refusal = SettingsLookup.refusal

    let mode = settings.text("extractor_mode") ?? "default"
    guard ["default", "layer_norm"].contains(mode) else {
      throw refusal("the extractor_mode '\(mode)' is unknown")
    }
    let text =
      settings.text("conv_feature_layers")
      ?? settings.text("extractor_conv_feature_layers")
      ?? "[(512, 10, 5)] + [(512, 3, 2)] * 4 + [(512, 2, 2)] * 2"
    guard let convolutions = ConvolutionList(text) else {
      throw refusal("the conv_feature_layers '\(text.prefix(80))' are unknown")
    }
    let normalizes = settings.bool("normalize") ?? false
    let width = settings.integer("encoder_embed_dim") ?? 768
    let depth = tensors.names.count {
      $0.hasPrefix("encoder.pos_conv_embed.layers.") && $0.hasSuffix("weight")
    }
    let hasBias = tensors.names.contains {
      $0.hasSuffix("attention.rel_attn_embed.weight")
    }

    var fields: [String: Any] = [
      "hidden_size": width,
      "num_hidden_layers": settings.integer("encoder_layers") ?? 12,
      "num_attention_heads": settings.integer("encoder_attention_heads") ?? 12,
      "intermediate_size": settings.integer("encoder_ffn_embed_dim") ?? 3072,
      "hidden_act": settings.text("activation_fn") ?? "gelu",
      "feat_extract_activation": "gelu",
      "feat_extract_norm": mode == "default" ? "group" : "layer",
      "conv_dim": convolutions.channels,
      "conv_kernel": convolutions.kernels,
      "conv_stride": convolutions.strides,
      "conv_bias": settings.bool("conv_bias") ?? false,
      "do_stable_layer_norm": settings.bool("layer_norm_first") ?? false,
      "layer_norm_eps": 1e-5,
      "num_conv_pos_embeddings": settings.integer("conv_pos") ?? 128,
      "num_conv_pos_embedding_groups":
        settings.integer("conv_pos_groups") ?? 16,
    ]
    if isDistiller {
      fields["model_type"] = "distilhubert"
      fields["feat_proj_layer_norm"] = false
      fields["num_prediction_heads"] = settings.integer("n_tasks") ?? 12
      let inner = settings.integer("out_layer_inter_dim") ?? -1
      fields["prediction_intermediate_size"] = inner > 0 ? inner : width
      let kind = settings.text("task_emb_type") ?? "expand-last"
      guard kind == "expand-last" else {
        throw refusal("the task_emb_type '\(kind)' is unknown")
      }
    } else if depth > 0 {
      fields["model_type"] = "data2vec-audio"
      fields["num_conv_pos_embeddings"] = depth
      fields["conv_pos_kernel_size"] = max(
        3, (settings.integer("conv_pos") ?? 95) / depth)
    } else if hasBias {
      fields["model_type"] = "wavlm"
      fields["num_buckets"] = settings.integer("num_buckets") ?? 320
      fields["max_bucket_distance"] = settings.integer("max_distance") ?? 1280
    } else {
      // HuBERT and UniSpeech-SAT without their heads are the same network.
      fields["model_type"] = "wav2vec2"
    }
    configuration = try JSONSerialization.data(
      withJSONObject: fields, options: [.sortedKeys])
    preprocessor = try JSONSerialization.data(
      withJSONObject: [
        "do_normalize": normalizes, "feature_size": 1, "padding_value": 0,
        "sampling_rate": 16000, "return_attention_mask": normalizes,
      ], options: [.sortedKeys])
  }

  /// Where to look a setting up, the most particular place first. A
  /// fine-tuned model has the settings of the one that it was made from
  /// under `w2v_args`.
  static func settings(in content: PickleNode) -> [PickleNode]? {
    let roots = [
      content["cfg"], content["model_cfg"], content["args"],
      content["Config"]?["distiller"],
    ]
    var places: [PickleNode] = []
    for root in roots.compactMap({ $0 }) where root.isContainer {
      let inner = root["model"]?["w2v_args"] ?? root["w2v_args"]
      places += [
        inner?["model"], inner?["task"], inner, root["model"], root["task"],
        root,
      ]
      .compactMap { $0 }.filter(\.isContainer)
    }
    guard !places.isEmpty else { return nil }
    if let task = content["task_cfg"], task.isContainer { places.append(task) }
    return places
  }
}
