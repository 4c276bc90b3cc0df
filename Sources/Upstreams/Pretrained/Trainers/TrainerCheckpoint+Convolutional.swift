import Diagnostics
import Models
import Weights

extension TrainerCheckpoint {
  /// wav2vec, from fairseq or as s3prl converts it.
  static func convolutional(
    _ checkpoint: TorchCheckpoint
  ) throws -> TrainerCheckpoint? {
    let content = checkpoint.content
    guard let weights = TrainerSettings.weights(in: content),
      let places = TrainerSettings.settings(in: content)
    else { return nil }
    let tensors = TorchTensors(checkpoint, in: weights)
    let names = tensors.names.filter {
      $0.hasPrefix("feature_aggregator.")
        || $0.hasPrefix("feature_extractor.")
    }
    guard names.contains(where: { $0.hasPrefix("feature_aggregator.") }) else {
      return nil
    }
    let settings = SettingsLookup(places: places)
    // What a namespace leaves out is not what a configuration leaves out.
    let isLegacy = content["args"]?.isContainer == true

    let quantizer = settings.text("vq_type") ?? "none"
    guard quantizer == "none" else {
      throw SettingsLookup.refusal(
        "vq_type is '\(quantizer)': vq-wav2vec is not understood")
    }
    let aggregator = settings.text("aggregator") ?? "cnn"
    guard aggregator == "cnn" else {
      throw SettingsLookup.refusal(
        "aggregator is '\(aggregator)'; understood is cnn")
    }
    let activation = settings.text("activation") ?? "relu"
    guard
      let function = Activation(rawValue: activation)
    else {
      throw SettingsLookup.refusal("activation is '\(activation)'")
    }
    let usual = isLegacy ? legacyLayers : usualLayers
    var configuration = ConvolutionalConfiguration(
      encoder: try layers(
        settings.text("conv_feature_layers") ?? usual.encoder),
      aggregator: try layers(
        settings.text("conv_aggregator_layers") ?? usual.aggregator))
    configuration.activation = function
    configuration.hasAffineNorms =
      !(settings.bool("non_affine_group_norm") ?? false)
    configuration.encoderIsResidual =
      settings.bool("skip_connections_feat") ?? false
    configuration.aggregatorIsResidual =
      settings.bool("skip_connections_agg") ?? !isLegacy
    configuration.residualScale = settings.number("residual_scale") ?? 0.5
    configuration.aggregatorHasBias = !(settings.bool("no_conv_bias") ?? false)
    configuration.padsWithZeros = settings.bool("agg_zero_pad") ?? false
    configuration.compressesLogarithmically =
      settings.bool("log_compression") ?? !isLegacy
    return try TrainerCheckpoint(
      .convolutional, configuration, tensors, names: names.map { ($0, $0) })
  }

  private static func layers(
    _ text: String
  ) throws -> [ConvolutionalConfiguration.Convolution] {
    guard let list = ConvolutionList(text) else {
      throw SettingsLookup.refusal(
        "the convolutions '\(text.prefix(80))' are unknown")
    }
    return list.channels.indices.map {
      ConvolutionalConfiguration.Convolution(
        channels: list.channels[$0], kernel: list.kernels[$0],
        stride: list.strides[$0])
    }
  }

  private static let usualLayers = (
    encoder: "[(512, 10, 5), (512, 8, 4)] + [(512, 4, 2)] * 3"
      + " + [(512, 1, 1)] * 3",
    aggregator: "[" + (2...13).map { "(512, \($0), 1)" }.joined(separator: ",")
      + "]"
  )
  private static let legacyLayers = (
    encoder: "[(512, 10, 5), (512, 8, 4)] + [(512, 4, 2)] * 3",
    aggregator: "[(512, 3, 1)] * 9"
  )
}
