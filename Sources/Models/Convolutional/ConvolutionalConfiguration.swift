import Diagnostics

/// The architecture of wav2vec, the first of its name: convolutions from
/// samples to frames, then convolutions over the frames so far.
package struct ConvolutionalConfiguration: Sendable, Equatable, Codable {
  package typealias Convolution = ConvolutionShape

  /// From samples to frames.
  package var encoder: [Convolution]
  /// Over frames, each of stride 1 and as wide as the encoder's last.
  package var aggregator: [Convolution]
  package var activation = Activation.relu
  /// Whether norms have a scale and a shift for each channel.
  package var hasAffineNorms = true
  /// Whether an encoder layer's input is added to its output where both have
  /// as many channels.
  package var encoderIsResidual = false
  /// Whether an aggregator layer's input is added to its output.
  package var aggregatorIsResidual = true
  /// The variance of a layer's output after its input was added.
  package var residualScale = 0.5
  package var aggregatorHasBias = true
  /// Whether zeros stand before the first frame, and not its repetition.
  package var padsWithZeros = false
  /// Whether the encoder's output x becomes ln(1 + |x|).
  package var compressesLogarithmically = true

  package init(encoder: [Convolution], aggregator: [Convolution]) {
    self.encoder = encoder
    self.aggregator = aggregator
  }

  /// Models whose states would be of different shapes are refused, too.
  package func checkSizes() throws {
    guard let width = encoder.last?.channels, !aggregator.isEmpty,
      encoder.count + aggregator.count <= 1 << 10
    else {
      throw UserError("there are no convolutions")
    }
    for convolution in encoder + aggregator {
      for (key, size) in [
        ("channels", convolution.channels), ("kernel", convolution.kernel),
        ("stride", convolution.stride),
      ] where size < 1 || size > 1 << 16 {
        throw UserError(
          "a convolution has \(key) \(size)",
          fix: "it is between 1 and \(1 << 16)")
      }
    }
    guard encoder.samplesPerFrame <= 1 << 16 else {
      throw UserError(
        "the convolutions' strides come to \(encoder.samplesPerFrame)")
    }
    for convolution in aggregator
    where convolution.channels != width || convolution.stride != 1 {
      throw UserError(
        "the aggregator has a convolution of \(convolution.channels) channels "
          + "and stride \(convolution.stride); understood are models whose "
          + "states are all of \(width) channels, one a frame")
    }
    guard residualScale > 0, residualScale.isFinite else {
      throw UserError("residual_scale is \(residualScale)")
    }
  }
}

extension ConvolutionalConfiguration {
  /// Makes the model.
  ///
  /// - Parameter tensors: read once, tensor by tensor, and not kept.
  /// - Throws: as ``Network/check(_:)``, and whatever `tensors`
  ///   throws.
  package func load(_ tensors: any NamedTensors) throws -> any SpeechModel {
    try PackedModel(self, shape: shape, in: tensors)
  }
}
