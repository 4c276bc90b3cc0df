import Kernels

extension Engine {
  /// A time-delay layer on packed x [Σ, D] → [Σ', M]: each row joined with
  /// the width - 1 rows that follow at steps of `dilation`, then linear.
  ///
  /// - Parameters:
  ///   - offsets: where each utterance's rows begin, and Σ. Those of the
  ///     result are ``convolutionOffsets(_:width:stride:padding:dilation:)``.
  ///   - weight: [M, width · D], position major.
  ///   - bias: [M].
  package func spliceLinear(
    _ x: Node, offsets: [Int], weight: Node, bias: Node?, width: Int,
    dilation: Int
  ) throws -> Node {
    let name = "splice_linear"
    let convolution = Convolution(width: width, dilation: dilation)
    try checkUse(name, x)
    try check(name, weight, bias)
    let segments = try Segments(name, offsets, of: x)
    try require(
      convolution.isValid && weight.shape.rank == 2
        && weight.shape[1].isMultiple(of: width)
        && weight.shape[1] / width == x.shape[1], name,
      "x is \(x.shape) and weight \(weight.shape), of width \(width) and "
        + "dilation \(dilation)")
    return try convolve(name, x, segments, Taps(weight), bias, by: convolution)
  }

  /// Convolution over time of packed x [Σ, D] → [Σ', M].
  ///
  /// - Parameters:
  ///   - offsets: where each utterance's rows begin, and Σ. Those of the
  ///     result are ``convolutionOffsets(_:width:stride:padding:dilation:)``.
  ///   - weight: [M, D / groups, width], as PyTorch's.
  ///   - bias: [M].
  package func conv1d(
    _ x: Node, offsets: [Int], weight: Node, bias: Node?, stride: Int = 1,
    padding: Int = 0, dilation: Int = 1, groups: Int = 1
  ) throws -> Node {
    let name = "conv1d"
    try checkUse(name, x)
    try check(name, weight, bias)
    let segments = try Segments(name, offsets, of: x)
    let convolution = Convolution(
      width: weight.shape.rank == 3 ? weight.shape[2] : 0, stride: stride,
      padding: padding, dilation: dilation, groups: groups)
    try require(
      convolution.isValid && weight.shape[0].isMultiple(of: groups)
        && x.shape[1].isMultiple(of: groups)
        && x.shape[1] / groups == weight.shape[1], name,
      "x is \(x.shape) and weight \(weight.shape), with stride \(stride), "
        + "padding \(padding), dilation \(dilation) and \(groups) groups")
    return try convolve(
      name, x, segments, tapMajor(weight), bias, by: convolution)
  }

  /// A convolution's weight with a tap's numbers side by side:
  /// [M, width, D / groups].
  private struct Taps {
    /// The parameter that they are, or are made from.
    let source: Node
    let pointer: UnsafeMutablePointer<Float>
    /// Adds a gradient laid out as they are to the source's.
    let addGradient: (UnsafePointer<Float>) -> Void

    /// Those that lie so already.
    init(_ weight: Node) {
      source = weight
      pointer = weight.pointer
      addGradient = { _ in }
    }

    init(
      of weight: Node, at pointer: UnsafeMutablePointer<Float>,
      addGradient: @escaping (UnsafePointer<Float>) -> Void
    ) {
      source = weight
      self.pointer = pointer
      self.addGradient = addGradient
    }

    var areSource: Bool { pointer == source.pointer }
  }

  private func tapMajor(_ weight: Node) -> Taps {
    let (rows, dim, width) = (weight.shape[0], weight.shape[1], weight.shape[2])
    guard width > 1, dim > 1 else { return Taps(weight) }
    let taps = scratch(weight.count)
    let pw = weight.pointer
    forEachRowBlock(rows: rows, dim: dim * width) { first, count in
      for row in first..<first + count {
        superb_transpose_rows(
          dim, width, pw + row * dim * width, width, taps + row * dim * width,
          dim)
      }
    }
    return Taps(of: weight, at: taps) { [unowned self] gradient in
      let dw = weight.gradient
      forEachRowBlock(rows: rows, dim: dim * width) { first, count in
        for row in first..<first + count {
          superb_transpose_rows_add(
            width, dim, gradient + row * dim * width, dim,
            dw + row * dim * width, width)
        }
      }
    }
  }

  private func convolve(
    _ name: String, _ x: Node, _ segments: Segments, _ taps: Taps,
    _ bias: Node?, by convolution: Convolution
  ) throws -> Node {
    let weight = taps.source
    let outputs = weight.shape[0]
    if let bias, bias.shape.array != [outputs] {
      throw OperatorError(
        name, "weight is \(weight.shape) and bias \(bias.shape)")
    }
    let made = Segments(
      of: (0..<segments.count).map {
        convolution.length(of: segments.length($0))
      })
    let y = try output(name, [made.rows, outputs], from: x, weight, bias)
    let blocks = blocks(of: made.offsets)
    y.blocks = blocks
    let own =
      blocks == nil ? nil : shareUtterances(of: x, offsets: segments.offsets)
    if blocks == nil { complete(x) }
    y.isPartial = own != nil
    let part = own ?? 0..<segments.count
    let pass = ConvolutionPass(
      convolution: convolution, inputs: segments.part(part),
      outputs: made.part(part), inputDim: x.shape[1], outputDim: outputs,
      blocks: blocks == nil
        ? nil : batch?.utterances.shifted(by: -part.lowerBound))
    let firstInput = segments.start(part.lowerBound) * x.shape[1]
    let firstOutput = made.start(part.lowerBound) * outputs
    fillOutputs(
      pass, x.pointer + firstInput, taps.pointer, bias: bias?.pointer,
      to: y.pointer + firstOutput)

    record(y) { [unowned self] dy in
      let (px, ownDy) = (x.pointer + firstInput, dy + firstOutput)
      if x.requiresGradient {
        let (dx, isFresh) = x.gradientToFill
        addInputGradient(
          pass, ownDy, taps.pointer, to: dx + firstInput, adding: !isFresh)
      }
      if weight.requiresGradient, taps.areSource {
        addWeightGradient(pass, px, ownDy, to: weight.gradient)
      } else if weight.requiresGradient {
        let dTaps = zeros(weight.count)
        addWeightGradient(pass, px, ownDy, to: dTaps)
        taps.addGradient(dTaps)
      }
      if let db = bias?.wantedGradient {
        addColumnSums(dy, rows: made.rows, dim: outputs, to: db, over: blocks)
      }
    }
    return y
  }
}
