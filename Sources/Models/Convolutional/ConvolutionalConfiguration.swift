import Diagnostics

/// The architecture of wav2vec, the first of its name: convolutions from
/// samples to frames, then convolutions over the frames so far.
package struct ConvolutionalConfiguration: Sendable, Equatable, Codable {
  package typealias Convolution = ModelConfiguration.Convolution

  package enum Activation: String, Sendable, Codable {
    case relu, gelu
  }

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
    guard samplesPerFrame <= 1 << 16 else {
      throw UserError("the convolutions' strides come to \(samplesPerFrame)")
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
  /// Samples from one frame to the next.
  var samplesPerFrame: Int {
    encoder.reduce(1) { min($0, 1 << 20) * $1.stride }
  }

  /// Samples that one frame of the encoder looks at.
  var receptiveField: Int {
    encoder.reversed().reduce(1) { ($0 - 1) * $1.stride + $1.kernel }
  }

  /// The frames that so many samples give; 0 if they are too few.
  func frames(samples: Int) -> Int {
    encoder.reduce(samples) {
      $0 < $1.kernel ? 0 : ($0 - $1.kernel) / $1.stride + 1
    }
  }

  /// What the model will be. s3prl collects the encoder's output, the input
  /// of each of the aggregator's convolutions but the first, and its output.
  package var shape: ModelShape {
    ModelShape(
      layers: aggregator.count + 1, dimension: encoder.last?.channels ?? 0,
      samplesPerFrame: samplesPerFrame, receptiveField: receptiveField,
      parameters: parameterCount)
  }

  /// Makes the model.
  ///
  /// - Parameter tensors: read once, tensor by tensor, and not kept.
  /// - Throws: as ``ModelArchitecture/check(_:)``, and whatever `tensors`
  ///   throws.
  package func load(_ tensors: any NamedTensors) throws -> any SpeechModel {
    try ConvolutionalEncoder(self, in: tensors)
  }
}

extension ConvolutionalConfiguration: ModelArchitecture {
  /// Under fairseq's names.
  package var parameters: [ModelParameter] {
    var list: [ModelParameter] = []
    var inputs = 1
    func add(
      _ convolution: Convolution, _ name: (product: String, norm: String),
      hasBias: Bool
    ) {
      let width = convolution.channels
      list.append(
        ModelParameter(
          name: name.product + ".weight",
          shape: [width, inputs, convolution.kernel]))
      if hasBias {
        list.append(
          ModelParameter(name: name.product + ".bias", shape: [width]))
      }
      if hasAffineNorms { list += ModelParameter.norm(name.norm, width) }
      inputs = width
    }
    for (index, convolution) in encoder.enumerated() {
      add(convolution, Names.encoder(index), hasBias: false)
    }
    for (index, convolution) in aggregator.enumerated() {
      add(convolution, Names.aggregator(index), hasBias: aggregatorHasBias)
    }
    return list
  }

  enum Names {
    static func encoder(_ index: Int) -> (product: String, norm: String) {
      let layer = "feature_extractor.conv_layers.\(index)"
      return (layer + ".0", layer + ".2")
    }

    static func aggregator(_ index: Int) -> (product: String, norm: String) {
      let layer = "feature_aggregator.conv_layers.\(index)"
      return (layer + ".1", layer + ".3")
    }
  }
}
