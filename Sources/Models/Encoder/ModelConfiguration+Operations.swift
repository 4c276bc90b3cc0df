extension ModelConfiguration {
  /// wav2vec 2.0 base: 12 layers, 768 wide.
  package static var base: Self {
    Self(
      family: .wav2vec2,
      convolutions: zip(
        [10, 3, 3, 3, 3, 2, 2], [5, 2, 2, 2, 2, 2, 2]
      ).map { Convolution(channels: 512, kernel: $0, stride: $1) },
      convolutionBias: false, convolutionNorm: .group, projectionNorm: true,
      position: .single(kernel: 128, groups: 16), hiddenSize: 768, layers: 12,
      heads: 12, innerSize: 3072, normalizesFirst: false,
      layerNormEpsilon: 1e-5)
  }

  /// wav2vec 2.0 large, as XLS-R has it: 24 layers, 1024 wide, all layers of
  /// the front end normalized.
  package static var large: Self {
    var large = Self.base
    large.convolutionBias = true
    large.convolutionNorm = .layer
    (large.hiddenSize, large.layers) = (1024, 24)
    (large.heads, large.innerSize) = (16, 4096)
    large.normalizesFirst = true
    return large
  }

  /// Floating-point operations of the matrix products that so many samples
  /// need, a multiplication and an addition being two.
  package func operations(samples: Int) -> Double {
    frames(ofRows: samples) == 0
      ? 0 : Outline(of: self, rows: samples).operations
  }
}
