/// Hidden states are the input of each layer and the output of the last.
extension FastConformerConfiguration: SpectralArchitecture {
  package var inputs: Int { subsampling.bins }
  package var states: Int { layers + 1 }

  package var stateTitles: [String] {
    StateTitles.transformer(
      "input of layer 1: subsampled frames", layers: layers)
  }

  package func frames(ofRows rows: Int) -> Int { subsampling.rest(of: rows) }

  /// Frames of the spectrum that become one.
  package var factor: Int { 1 << subsampling.steps }

  package func run<X: Frames>(_ features: X) throws(X.Failure) {
    let layer = ConformerLayer(
      attention: AttentionShape(
        heads: heads, hasBias: attentionHasBias, positions: .sinusoids),
      innerSize: innerSize, kernel: kernel, isCausal: false,
      activation: activation, layerNormEpsilon: 1e-5,
      hasBias: attentionHasBias, convolutionHasBias: convolutionHasBias)
    var x = try features.subsampled("subsampling", subsampling, to: hiddenSize)
    if scalesInput { x = try x.scaled(by: Double(hiddenSize).squareRoot()) }
    try x.keep()
    for index in 0..<layers {
      x = try layer.layer("encoder.layers.\(index)", x)
      try x.keep()
    }
  }
}
