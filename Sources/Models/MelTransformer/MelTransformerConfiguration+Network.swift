/// Mockingjay, TERA or Audio ALBERT.
///
/// Hidden states are the embedded input and the output of each layer. No
/// frame is masked: s3prl masks as many frames at the end as there are whose
/// features sum to exactly zero, which in an utterance alone are none.
extension MelTransformerConfiguration: SpectralArchitecture {
  package var states: Int { layers + 1 }

  package var stateTitles: [String] {
    StateTitles.transformer(
      "input of layer 1: projected spectrum and positions", layers: layers)
  }

  package func run<X: Frames>(_ features: X) throws(X.Failure) {
    let transformer = TransformerLayer(
      attention: AttentionShape(heads: heads), innerSize: innerSize,
      normalizesFirst: normalizesFirst, layerNormEpsilon: layerNormEpsilon)
    var x = try features.cut(longest: longestSequence)
      .linear("feature_projection.projection", to: hiddenSize)
      .addSinusoids()
      .layerNorm("encoder.layer_norm", epsilon: layerNormEpsilon)
    try keep(x, as: 0)
    for index in 0..<layers {
      x = try transformer.layer(
        "encoder.layers.\(sharesLayers ? 0 : index)", x)
      try keep(x, as: index + 1)
    }
  }

  private func keep<X: Frames>(_ x: X, as state: Int) throws(X.Failure) {
    guard normalizesFirst else { return try x.keep() }
    try x.layerNorm("encoder.state_norms.\(state)", epsilon: layerNormEpsilon)
      .keep()
  }
}
