import Diagnostics
import Models
import Weights

extension TrainerCheckpoint {
  /// APC and VQ-APC as s3prl trains them: the settings are under `config`,
  /// the weights under `model`.
  static func recurrent(
    _ checkpoint: TorchCheckpoint
  ) throws -> TrainerCheckpoint? {
    let content = checkpoint.content
    guard let network = content["config"]?["model"]?["paras"],
      network.isContainer, let weights = content["model"]
    else { return nil }
    guard let audio = content["config"]?["data"]?["audio"] else {
      throw SettingsLookup.refusal("there is no config.data.audio")
    }
    let sound = SettingsLookup(places: [audio])
    let kind = sound.text("feat_type") ?? "fbank"
    guard kind == "fbank" else {
      throw SettingsLookup.refusal("feat_type is '\(kind)', not fbank")
    }
    try KaldiSettings.check(
      audio, except: ["feat_type", "feat_dim", "decode_wav", "cmvn"])
    let frontEnd = SpectralFrontEnd(
      .hammingFbank, bins: try sound.required("feat_dim"),
      normalizes: sound.bool("cmvn") ?? true)

    let settings = SettingsLookup(places: [network])
    let configuration = RecurrentConfiguration(
      inputs: frontEnd.dimension,
      hiddenSize: try settings.required("hidden_size"),
      layers: try settings.required("num_layers"),
      isResidual: settings.bool("residual") ?? false)
    let tensors = TorchTensors(checkpoint, in: weights)
    // Behind the last state lie the quantizer and the predictor.
    let names = tensors.names.filter { $0.hasPrefix("rnn_layers.") }
    return try TrainerCheckpoint(
      .recurrent,
      SpectralPretrained(frontEnd: frontEnd, network: configuration), tensors,
      names: names.map { ($0, $0) })
  }
}

/// Settings of Kaldi's filterbank that only one value of is understood.
enum KaldiSettings {
  private static let numbers: [String: Double] = [
    "frame_length": 25, "frame_shift": 10, "dither": 0, "energy_floor": 1,
    "sample_frequency": 16000, "low_freq": 20, "high_freq": 0,
    "preemphasis_coefficient": 0.97,
  ]
  private static let flags: [String: Bool] = [
    "use_log_fbank": true, "use_energy": false, "snip_edges": true,
    "remove_dc_offset": true, "use_power": true, "subtract_mean": false,
    "round_to_power_of_two": true, "htk_compat": false, "raw_energy": true,
  ]

  /// - Parameter others: settings that are the caller's business.
  /// - Throws: `UserError` that names a setting of another value, or one that
  ///   is not known at all.
  static func check(_ settings: PickleNode, except others: Set<String>) throws {
    for (key, node) in settings.entries {
      if others.contains(key) || isUnderstood(key, as: node) { continue }
      throw SettingsLookup.refusal(
        "the filterbank's '\(key.prefix(40))' is of no value that is "
          + "understood")
    }
  }

  private static func isUnderstood(_ key: String, as node: PickleNode) -> Bool {
    if let number = numbers[key] { return node.real == number }
    if let flag = flags[key] { return node.bool == flag }
    return false
  }
}
