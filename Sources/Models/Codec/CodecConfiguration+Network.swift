/// EnCodec up to its codes, as `transformers` has it.
///
/// Hidden states are what the encoder puts out, and the sum of the vectors that
/// the codes of all codebooks stand for. No gradient comes from the second:
/// which code is nearest does not change by degrees.
extension CodecConfiguration: SpectralArchitecture {
  package var inputs: Int { 1 }
  package var states: Int { 2 }

  package var stateTitles: [String] {
    [
      "output of the encoder",
      "vectors of its codes, of \(codebooks) codebooks",
    ]
  }

  package func frames(ofRows samples: Int) -> Int {
    ratios.reduce(samples) { ($0 + $1 - 1) / $1 }
  }

  package func run<X: Frames>(_ samples: X) throws(X.Failure) {
    var channels = filters
    var layer = 1
    var x = try samples.convolution(name(0), convolution(channels, kernel))
    for ratio in ratios {
      x = try residual(layer, x)
      channels *= 2
      x = try x.activation(.elu).convolution(
        name(layer + 2), convolution(channels, 2 * ratio, stride: ratio))
      layer += 3
    }
    var y = x
    for index in 0..<recurrentLayers {
      y = try y.longShortTermMemory(
        "encoder.layers.\(layer).lstm", layer: index, to: channels)
    }
    x = try x.add(y).activation(.elu)
      .convolution(name(layer + 2), convolution(hiddenSize, lastKernel))
    try x.keep()
    try x.quantized("quantizer", count: codebooks, size: codebookSize).keep()
  }

  private func name(_ layer: Int) -> String { "encoder.layers.\(layer).conv" }

  /// One that looks back alone.
  private func convolution(
    _ channels: Int, _ kernel: Int, stride: Int = 1
  ) -> FrameConvolution {
    FrameConvolution(
      channels: channels, kernel: kernel, stride: stride,
      before: kernel - stride, isMirrored: isMirrored, fillsStride: true,
      normsChannels: true)
  }

  private func residual<X: Frames>(
    _ layer: Int, _ x: X
  ) throws(X.Failure) -> X {
    let name = "encoder.layers.\(layer)"
    let y = try x.activation(.elu)
      .convolution(
        name + ".block.1.conv",
        convolution(x.width / compression, residualKernel)
      )
      .activation(.elu)
      .convolution(name + ".block.3.conv", convolution(x.width, 1))
    guard convolvesShortcut else { return try x.add(y) }
    return try x.convolution(name + ".shortcut.conv", convolution(x.width, 1))
      .add(y)
  }
}
