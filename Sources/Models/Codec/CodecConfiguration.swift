import Diagnostics

/// The architecture of EnCodec up to its codes: convolutions over samples that
/// halve the time step by step, a recurrence, and books of vectors.
package struct CodecConfiguration: Sendable, Equatable {
  /// Hz of the audio that it hears.
  package var samplingRate: Int
  /// Channels of the first convolution; each step has twice as many.
  package var filters: Int
  /// How many times fewer frames each step leaves, in the order of the steps.
  package var ratios: [Int]
  package var hiddenSize: Int
  /// Frames that the first, the last and the residual convolutions look at.
  package var kernel, lastKernel, residualKernel: Int
  /// How many times fewer channels there are within a residual block.
  package var compression: Int
  /// Layers of the recurrence.
  package var recurrentLayers: Int
  /// Whether a residual block's input goes through a convolution, too.
  package var convolvesShortcut: Bool
  /// Whether rows before the first frame are the frames mirrored, or zeros.
  package var isMirrored: Bool
  /// How many codebooks there are, of how many vectors each.
  package var codebooks, codebookSize: Int

  package func checkSizes() throws {
    let sizes =
      [
        ("num_filters", filters), ("hidden_size", hiddenSize),
        ("kernel_size", kernel), ("last_kernel_size", lastKernel),
        ("residual_kernel_size", residualKernel), ("compress", compression),
        ("codebook_size", codebookSize), ("num_lstm_layers", recurrentLayers),
        ("number of codebooks", codebooks),
      ] + ratios.map { ("upsampling_ratios", $0) }
    // Far above any model there is; a product of three stays an Int.
    for (key, size) in sizes where size < 1 || size > 1 << 16 {
      throw UserError(
        "\(key) is \(size)", fix: "it is between 1 and \(1 << 16)")
    }
    guard (1...12).contains(ratios.count), samplesPerFrame <= 1 << 20,
      filters << ratios.count <= 1 << 20
    else {
      throw UserError(
        "upsampling_ratios are \(ratios)", fix: "they are no more than 12")
    }
    guard filters >= compression, codebooks <= 1 << 10,
      recurrentLayers <= 1 << 6
    else {
      throw UserError(
        "\(filters) filters are compressed \(compression) times",
        fix: "num_filters is at least compress")
    }
    guard (8000...192_000).contains(samplingRate) else {
      throw UserError("sampling_rate is \(samplingRate)")
    }
  }
}

extension CodecConfiguration {
  /// Samples from one frame to the next.
  package var samplesPerFrame: Int {
    ratios.reduce(1) { min($0, 1 << 20) * $1 }
  }
}

extension CodecConfiguration: Decodable {
  private enum Key: String, CodingKey {
    case samplingRate = "sampling_rate"
    case audioChannels = "audio_channels"
    case normalizes = "normalize"
    case chunk = "chunk_length_s"
    case filters = "num_filters"
    case residualLayers = "num_residual_layers"
    case ratios = "upsampling_ratios"
    case hiddenSize = "hidden_size"
    case normType = "norm_type"
    case kernel = "kernel_size"
    case lastKernel = "last_kernel_size"
    case residualKernel = "residual_kernel_size"
    case isCausal = "use_causal_conv"
    case padding = "pad_mode"
    case compression = "compress"
    case recurrentLayers = "num_lstm_layers"
    case codebookSize = "codebook_size"
    case codebookWidth = "codebook_dim"
    case shortcut = "use_conv_shortcut"
    case bandwidths = "target_bandwidths"
  }

  /// Reads a `config.json`; what it leaves out is what `transformers` takes it
  /// for.
  package init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: Key.self)
    let padding = try keys.value(.padding, "reflect")
    let hiddenSize = try keys.value(.hiddenSize, 128)
    let codebookWidth = try keys.value(.codebookWidth, hiddenSize)
    let isKnown = [
      try keys.value(.audioChannels, 1) == 1,
      try !keys.value(.normalizes, false),
      try keys.decodeIfPresent(Double.self, forKey: .chunk) == nil,
      try keys.value(.residualLayers, 1) == 1,
      try keys.value(.normType, "weight_norm") == "weight_norm",
      try keys.value(.isCausal, true),
      padding == "reflect" || padding == "constant",
      codebookWidth == hiddenSize,
    ]
    guard isKnown.allSatisfy(\.self) else {
      throw UserError(
        "it is an EnCodec of a kind that is not understood",
        fix: "understood is facebook/encodec_24khz and its like: one channel, "
          + "heard whole and as it is, causal convolutions with weight norm, "
          + "one residual layer")
    }
    let ratios = Array(try keys.value(.ratios, [8, 5, 4, 2]).reversed())
    let rate = try keys.value(.samplingRate, 24_000)
    let size = try keys.value(.codebookSize, 1024)
    let bandwidth = try keys.value(.bandwidths, [1.5, 3, 6, 12, 24]).last ?? 0
    // As many as the highest rate of bits has room for.
    let most = 1 << 20
    let frame = ratios.reduce(1) { min($0, most) * max(1, min($1, most)) }
    let perSecond = (max(0, min(rate, most)) + frame - 1) / frame
    let bits = Int.bitWidth - (max(size, 2) - 1).leadingZeroBitCount
    let codebooks = 1000 * bandwidth / Double(max(1, perSecond * bits))
    self.init(
      samplingRate: rate, filters: try keys.value(.filters, 32),
      ratios: ratios, hiddenSize: hiddenSize,
      kernel: try keys.value(.kernel, 7),
      lastKernel: try keys.value(.lastKernel, 7),
      residualKernel: try keys.value(.residualKernel, 3),
      compression: try keys.value(.compression, 2),
      recurrentLayers: try keys.value(.recurrentLayers, 2),
      convolvesShortcut: try keys.value(.shortcut, true),
      isMirrored: padding == "reflect",
      codebooks: codebooks.isFinite && codebooks < 1e6 ? Int(codebooks) : 0,
      codebookSize: size)
    try checkSizes()
  }
}
