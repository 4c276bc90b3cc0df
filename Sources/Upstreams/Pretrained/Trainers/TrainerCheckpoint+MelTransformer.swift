import Diagnostics
import Models
import Weights

extension TrainerCheckpoint {
  /// Mockingjay, TERA and Audio ALBERT as s3prl trains them: the settings are
  /// under `Config`, or `Upstream_Config` since the runner has the first, the
  /// weights under `Transformer`.
  static func melTransformer(
    _ checkpoint: TorchCheckpoint
  ) throws -> TrainerCheckpoint? {
    let content = checkpoint.content
    guard let weights = content["Transformer"],
      let config = [content["Config"], content["Upstream_Config"]]
        .compactMap({ $0 }).first(where: { $0["transformer"] != nil }),
      let transformer = config["transformer"]
    else { return nil }
    let frontEnd = try frontEnd(config["audio"])
    let settings = SettingsLookup(places: [transformer])
    let activation = settings.text("hidden_act") ?? "gelu"
    guard activation == "gelu" else {
      throw SettingsLookup.refusal("hidden_act is '\(activation)', not gelu")
    }
    let configuration = MelTransformerConfiguration(
      inputs: frontEnd.dimension,
      hiddenSize: try settings.required("hidden_size"),
      layers: try settings.required("num_hidden_layers"),
      heads: try settings.required("num_attention_heads"),
      innerSize: try settings.required("intermediate_size"),
      normalizesFirst: settings.bool("pre_layer_norm") ?? false,
      layerNormEpsilon: settings.number("layer_norm_eps") ?? 1e-12,
      sharesLayers: settings.bool("share_layer") ?? false,
      longestSequence: SettingsLookup(
        places: [config["task"]].compactMap { $0 }
      ).integer("sequence_length") ?? 0)
    let tensors = TorchTensors(checkpoint, in: weights)
    return try TrainerCheckpoint(
      .melTransformer,
      SpectralPretrained(frontEnd: frontEnd, network: configuration), tensors,
      names: MelTransformerNames.canonical(tensors.names))
  }

  /// The front end that the section `audio` describes.
  private static func frontEnd(_ audio: PickleNode?) throws -> SpectralFrontEnd
  {
    guard let audio, audio.isContainer else {
      throw SettingsLookup.refusal(
        "there is no section audio: it reads features that are made elsewhere")
    }
    if let kaldi = audio["kaldi"] { return try frontEnd(kaldi, in: audio) }
    let settings = SettingsLookup(places: [audio])
    for (key, value) in [
      ("sample_rate", 16000), ("win_ms", 25), ("hop_ms", 10), ("n_freq", 201),
      ("eps", 1e-10),
    ] { try settings.require(key, value) }
    guard let level = settings.number("target_level"),
      let input = audio["input"]
    else {
      throw SettingsLookup.refusal("there is no audio.target_level or .input")
    }
    let feature = SettingsLookup(places: [input])
    let name = feature.text("feat_type") ?? ""
    guard ["mel", "linear"].contains(name),
      let kind = SpectralFrontEnd.Kind(rawValue: name),
      feature.bool("log") == true
    else {
      throw SettingsLookup.refusal(
        "audio.input is '\(name)'; understood are the logarithms of mel and "
          + "linear")
    }
    return SpectralFrontEnd(
      kind, bins: settings.integer("n_mels") ?? 40,
      deltaOrder: feature.integer("delta") ?? 0,
      normalizes: feature.bool("cmvn") ?? false, level: level)
  }

  private static func frontEnd(
    _ kaldi: PickleNode, in audio: PickleNode
  ) throws -> SpectralFrontEnd {
    let kind = kaldi["feat_type"]?.text ?? "fbank"
    guard kind == "fbank", let fbank = kaldi["fbank"] else {
      throw SettingsLookup.refusal(
        "audio.kaldi.feat_type is '\(kind)', not fbank")
    }
    try KaldiSettings.check(fbank, except: ["num_mel_bins"])
    let delta = SettingsLookup(places: [audio["delta"]].compactMap { $0 })
    try delta.require("win_length", 5)
    return SpectralFrontEnd(
      .fbank, bins: fbank["num_mel_bins"]?.integer ?? 23,
      deltaOrder: delta.integer("order") ?? 2,
      normalizes: audio["cmvn"]?["use_cmvn"]?.bool ?? false)
  }
}

/// What s3prl calls the tensors of Mockingjay and its kin.
enum MelTransformerNames {
  /// The canonical name of each tensor that the bare model has.
  static func canonical(_ names: [String]) -> [(original: String, name: String)]
  {
    names.compactMap { original in
      // Norms were ported from another framework, and their names with them.
      let name = original.replacing("gamma", with: "weight")
        .replacing("beta", with: "bias")
      return canonical(
        name.split(separator: ".", omittingEmptySubsequences: false)
          .map(String.init)
      ).map { (original, $0.joined(separator: ".")) }
    }
  }

  private static func canonical(_ parts: [String]) -> [String]? {
    switch (parts.first, parts.count) {
    case ("input_representations", 3) where parts[1] == "spec_transform":
      return ["feature_projection", "projection", parts[2]]
    case ("input_representations", 3) where parts[1] == "LayerNorm":
      return ["encoder", "layer_norm", parts[2]]
    case ("encoder", 4) where parts[1] == "LayerNorm":
      return ["encoder", "state_norms"] + parts[2...]
    case ("encoder", 5...) where parts[1] == "layer":
      guard
        let inner = inLayer[parts[3...].dropLast().joined(separator: ".")]
      else { return nil }
      return ["encoder", "layers", parts[2], inner, parts[parts.count - 1]]
    default: return nil
    }
  }

  private static let inLayer = [
    "attention.self.query": "attention.q_proj",
    "attention.self.key": "attention.k_proj",
    "attention.self.value": "attention.v_proj",
    "attention.output.dense": "attention.out_proj",
    "attention.output.LayerNorm": "layer_norm",
    "intermediate.dense": "feed_forward.intermediate_dense",
    "output.dense": "feed_forward.output_dense",
    "output.LayerNorm": "final_layer_norm",
  ]
}
