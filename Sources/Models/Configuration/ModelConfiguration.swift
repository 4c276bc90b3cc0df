import Diagnostics

/// The architecture of a descendant of wav2vec 2.0, as its `config.json` in
/// the manner of Hugging Face states it.
///
/// One description serves them all: a convolutional front end, a projection,
/// a positional convolution, transformer layers. The families differ in the
/// values below. What a file leaves out is what `transformers` takes it for.
package struct ModelConfiguration: Sendable, Equatable {
  /// The `model_type`s that are understood.
  package enum Family: String, Sendable, CaseIterable {
    case wav2vec2
    case hubert
    case wavlm
    case data2vec = "data2vec-audio"
    case unispeech
    case unispeechSAT = "unispeech-sat"
    /// DistilHuBERT with its prediction heads. As `transformers` publishes
    /// it, without them, it is a `hubert` of two layers.
    case distilHuBERT = "distilhubert"
    /// HuBERT over audio at 24 kHz.
    case mert = "mert_model"
  }

  package typealias Convolution = ConvolutionShape

  /// What follows the front end's convolutions.
  package enum ConvolutionNorm: String, Sendable {
    /// The first: each channel's own mean and variance over time.
    case group
    /// Each: the mean and variance over the channels of a frame.
    case layer
  }

  /// The convolutions over frames that tell the transformer where it is.
  package enum Position: Sendable, Equatable {
    /// One, with weight norm over its kernel.
    case single(kernel: Int, groups: Int)
    /// One, behind a batch norm.
    case batchNormed(kernel: Int, groups: Int)
    /// Several, each followed by a layer norm without parameters.
    case stacked(count: Int, kernel: Int, groups: Int)
  }

  /// WavLM's attention bias: a learnt number for each bucket of distances and
  /// each head, behind a gate.
  package struct RelativeBias: Sendable, Equatable {
    package var buckets, maximumDistance: Int
  }

  /// DistilHuBERT's guesses at its teacher's layers.
  package struct PredictionHeads: Sendable, Equatable {
    package var count, inner: Int
  }

  package var family: Family
  package var convolutions: [Convolution]
  package var convolutionBias: Bool
  package var convolutionNorm: ConvolutionNorm
  /// Whether a layer norm precedes the projection to the hidden size.
  package var projectionNorm: Bool
  package var position: Position
  package var hiddenSize: Int
  package var layers: Int
  package var heads: Int
  package var innerSize: Int
  /// Whether layers normalize their input rather than their output:
  /// "stable layer norm".
  package var normalizesFirst: Bool
  package var layerNormEpsilon: Double
  package var relativeBias: RelativeBias?
  /// The width of the adapters that MMS has for each language; 0 for none.
  package var adapterSize = 0
  package var predictionHeads: PredictionHeads?
  /// Hz of the audio that it hears.
  package var samplingRate = 16_000
}

extension ModelConfiguration {
  /// The states there are. The heads of a distilled model are among them, as
  /// s3prl has it.
  var states: Int { layers + 1 + (predictionHeads?.count ?? 0) }
}
