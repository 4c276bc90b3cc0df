@testable import Models

/// A network of one operator, by which the engines are held together.
enum ToyNetwork: String, Network, CaseIterable {
  case linear, gelu, feedForward, attention, distances, layerNorm
  case plainLayerNorm, groupNorm, plainGroupNorm, convolution
  case groupedConvolution, strideAndShared, causalConvolution, weightNorm
  case groupFrontEnd, layerFrontEnd, recurrence, add, residual, relu
  case compressed, sinusoids, cut, predictionHeads
  case gated, scaled, swish, batchNorm, depthwise, positions, cutInTwos
  case clamped, sinusoidDistances, turned, patches, pooled, unevenStride
  case disentangled, elu, memory, codes, mirrored, channelNorm, subsampled

  var inputs: Int { self == .groupFrontEnd || self == .layerFrontEnd ? 1 : 24 }

  func checkSizes() {}
  var stateTitles: [String] { [] }

  private var frontEnd: FrontEndShape {
    FrontEndShape(
      convolutions: [(10, 5), (3, 2), (2, 2)].map {
        ConvolutionShape(channels: 24, kernel: $0, stride: $1)
      }, norm: self == .groupFrontEnd ? .group : .layer,
      hasBias: self == .layerFrontEnd)
  }

  private static let patchShape = PatchShape(
    frames: 40, bins: 24, size: 6, timeStride: 5, binStride: 4)

  private static let subsampling = SubsamplingShape(
    bins: 24, channels: 5, steps: 3)

  private func attend<X: Frames>(
    _ x: X, _ positions: AttentionPositions
  ) throws(X.Failure) {
    try x.attention(
      "a", AttentionShape(heads: 3, positions: positions), addedTo: x
    ).keep()
  }

  private static let strided = FrameConvolution(
    channels: 24, kernel: 3, stride: 2, before: 1, after: 1)

  func frames(ofRows rows: Int) -> Int {
    switch self {
    case .groupFrontEnd, .layerFrontEnd:
      frontEnd.convolutions.frames(samples: rows)
    case .strideAndShared: Self.strided.frames(of: rows)
    case .pooled: rows / 3
    case .unevenStride: rows / 2
    case .mirrored: (rows + 2) / 3
    case .subsampled: Self.subsampling.rest(of: rows)
    case .patches: rows / 40 * Self.patchShape.times
    default: rows
    }
  }

  func run<X: Frames>(_ x: X) throws(X.Failure) {
    switch self {
    case .linear: try x.linear("a", to: 40).keep()
    case .gelu: try x.linear("a", to: 40, gelu: true).keep()
    case .feedForward:
      try x.feedForward("a", inner: 32, addedTo: x).keep()
    case .attention:
      try x.attention("a", AttentionShape(heads: 3), addedTo: x).keep()
    case .distances:
      let shape = AttentionShape(
        heads: 3, distances: .init(buckets: 8, maximumDistance: 30))
      let y = try x.attention("a", shape, addedTo: x)
      try y.attention("b", shape, addedTo: y).keep()
    case .layerNorm:
      try x.layerNorm("a", epsilon: 1e-5, gelu: true).keep()
    case .plainLayerNorm: try x.layerNorm(nil, epsilon: 1e-3).keep()
    case .groupNorm: try x.groupNorm("a", groups: 4, isAffine: true).keep()
    case .plainGroupNorm:
      try x.groupNorm("a", groups: 1, isAffine: false).keep()
    case .convolution:
      try x.convolution(
        "a",
        FrameConvolution(
          channels: 30, kernel: 5, before: 2, after: 2, hasBias: false)
      ).keep()
    case .groupedConvolution:
      try x.convolution(
        "a",
        FrameConvolution(
          channels: 24, kernel: 4, before: 2, after: 1, groups: 3),
        gelu: true
      ).keep()
    case .strideAndShared: try x.convolution("a", Self.strided).keep()
    case .causalConvolution:
      try x.convolution(
        "a",
        FrameConvolution(
          channels: 24, kernel: 4, before: 3, repeatsFirst: true)
      ).keep()
    case .weightNorm:
      try x.convolution(
        "a",
        FrameConvolution(
          channels: 24, kernel: 3, before: 1, after: 1, groups: 2,
          isWeightNormed: true)
      ).keep()
    case .groupFrontEnd, .layerFrontEnd: try x.frontEnd(frontEnd).keep()
    case .recurrence: try x.gatedRecurrence("a", to: 20).keep()
    case .add: try x.add(x.linear("a", to: 24)).keep()
    case .residual:
      try x.linear("a", to: 24).residual(of: x, scale: 0.5).keep()
    case .relu: try x.activation(.relu).keep()
    case .compressed: try x.compressed().keep()
    case .sinusoids: try x.addSinusoids().keep()
    case .cut:
      let shape = AttentionShape(heads: 2)
      try x.cut(longest: 13).addSinusoids()
        .attention("a", shape, addedTo: x).keep()
    case .gated: try x.linear("a", to: 40).gated().keep()
    case .scaled: try x.scaled(by: 0.3).keep()
    case .swish: try x.activation(.swish).keep()
    case .batchNorm: try x.batchNorm("a").keep()
    case .depthwise:
      try x.convolution(
        "a",
        FrameConvolution(
          channels: 24, kernel: 5, before: 3, after: 1, groups: 24)
      ).keep()
    case .positions: try x.addPositions("a", count: 900).keep()
    case .cutInTwos:
      try x.cut(longest: 12, multiple: 2)
        .attention("a", AttentionShape(heads: 2, hasKeyBias: false), addedTo: x)
        .keep()
    case .pooled: try x.pooled(by: 3).keep()
    case .unevenStride:
      try x.convolution(
        "a",
        FrameConvolution(
          channels: 24, kernel: 6, stride: 2, before: 3, after: 1, groups: 2)
      ).keep()
    case .disentangled:
      let distances = DisentangledDistances(
        buckets: 8, maximum: 30, layerNormEpsilon: 1e-5)
      try attend(x, .disentangled(distances))
    case .elu: try x.activation(.elu).keep()
    case .memory:
      try x.longShortTermMemory("a", layer: 1, to: 20).keep()
    case .codes: try x.quantized("a", count: 3, size: 5).keep()
    case .mirrored:
      try x.convolution(
        "a",
        FrameConvolution(
          channels: 10, kernel: 8, stride: 3, before: 5, isMirrored: true,
          fillsStride: true)
      ).keep()
    case .channelNorm:
      try x.convolution(
        "a",
        FrameConvolution(
          channels: 12, kernel: 3, before: 2, normsChannels: true)
      ).keep()
    case .subsampled:
      try x.subsampled("a", Self.subsampling, to: 10).keep()
    case .clamped:
      try attend(x, .clamped(before: 9, behind: 3))
    case .sinusoidDistances: try attend(x, .sinusoids)
    case .turned: try attend(x, .turned(base: 10000))
    case .patches:
      let y = try x.patches("a", Self.patchShape, to: 12)
      try y.meanOverBands(Self.patchShape).keep()
    case .predictionHeads:
      for index in 0..<3 {
        try x.predictionHead("a", index: index, of: 3, to: 16).keep()
      }
    }
  }
}

extension TensorTable {
  /// Numbers of either sign for all that a network needs.
  init(noiseFor network: some Network) {
    self.init(
      network.parameters.enumerated().map { index, one in
        let noise = ModelFixture.waveform(one.count + index).dropFirst(index)
        let depth = one.count / max(1, one.shape.first ?? 1)
        let scale = 4 / Float(max(1, depth)).squareRoot()
        // A variance is no less than nothing.
        let isVariance = one.name.hasSuffix("running_var")
        return (
          one.name, one.shape,
          noise.map { isVariance ? 0.5 + $0.magnitude : scale * $0 }
        )
      })
  }
}
