import TaskABI

// In the shapes below N, M, K, D are extents, […, D] is any rank whose last
// axis is D.
extension Tensor {
  // MARK: Shape

  /// These numbers in another shape of as many.
  public func reshaped(_ shape: [Int]) -> Tensor {
    let extents = shape.map(Int64.init)
    return with(
      coreAPI.reshape?(handle, Int32(clamping: shape.count), extents))
  }

  /// [N, M] -> [M, N], or [B, N, M] -> [B, M, N].
  public func transposed() -> Tensor {
    with(coreAPI.transpose?(handle))
  }

  /// [N, D] -> [N, range.count].
  public func columns(_ range: Range<Int>) -> Tensor {
    with(
      coreAPI.columns?(
        handle, Int64(range.lowerBound), Int64(range.count)))
  }

  /// [N, D] -> [range.count, D].
  public func rows(_ range: Range<Int>) -> Tensor {
    with(
      coreAPI.rows?(handle, Int64(range.lowerBound), Int64(range.count)))
  }

  /// [N, D0], [N, D1], … -> [N, D0 + D1 + …], this one first.
  public func concatenatingColumns(_ others: Tensor...) -> Tensor {
    let parts = [handle] + others.map(\.handle)
    return with(coreAPI.concat_columns?(parts, Int64(parts.count)))
  }

  // MARK: Arithmetic. The right one has the left one's shape, or is [D] and
  // is repeated over the rows of […, D].

  /// Sums; `y` has the shape of `x`, or is [D] and repeated over its rows.
  public static func + (x: Tensor, y: Tensor) -> Tensor {
    x.with(x.coreAPI.add?(x.handle, y.handle))
  }

  /// Differences; `y` has the shape of `x`, or is [D] and repeated over its
  /// rows.
  public static func - (x: Tensor, y: Tensor) -> Tensor {
    x.with(x.coreAPI.sub?(x.handle, y.handle))
  }

  /// Products; `y` has the shape of `x`, or is [D] and repeated over its rows.
  public static func * (x: Tensor, y: Tensor) -> Tensor {
    x.with(x.coreAPI.mul?(x.handle, y.handle))
  }

  /// A divisor of 0 gives infinity or NaN.
  public static func / (x: Tensor, y: Tensor) -> Tensor {
    x.with(x.coreAPI.div?(x.handle, y.handle))
  }

  /// Every number times `factor`.
  public static func * (factor: Double, x: Tensor) -> Tensor {
    x.scaled(by: factor)
  }

  /// factor · x + offset
  public func scaled(by factor: Double, plus offset: Double = 0) -> Tensor {
    with(coreAPI.scale?(handle, factor, offset))
  }

  /// [N, K] × [K, M] -> [N, M], each factor transposed first if so said.
  public func matmul(
    _ other: Tensor, transposed: Bool = false, otherTransposed: Bool = false
  ) -> Tensor {
    with(
      coreAPI.matmul?(
        handle, other.handle, transposed ? 1 : 0, otherTransposed ? 1 : 0))
  }

  /// […, D] -> […, M]: x · weightᵀ + bias, weight [M, D], bias [M].
  public func linear(weight: Tensor, bias: Tensor?) -> Tensor {
    // A null bias means "none" to the host: a failed one must not pass.
    if let bias, bias.isNull { return bias }
    return with(coreAPI.linear?(handle, weight.handle, bias?.handle))
  }

  // MARK: Element by element

  /// max(x, 0), number by number.
  public func relu() -> Tensor { with(coreAPI.relu?(handle)) }

  /// With erf, not tanh.
  public func gelu() -> Tensor { with(coreAPI.gelu?(handle)) }

  /// The hyperbolic tangent, number by number.
  public func tanh() -> Tensor { with(coreAPI.tanh?(handle)) }

  /// 1 / (1 + exp(-x)), number by number.
  public func sigmoid() -> Tensor { with(coreAPI.sigmoid?(handle)) }

  /// The exponential, number by number.
  public func exp() -> Tensor { with(coreAPI.exp?(handle)) }

  /// The natural logarithm, number by number.
  public func log() -> Tensor { with(coreAPI.log?(handle)) }

  /// NaN below 0.
  public func squareRoot() -> Tensor { with(coreAPI.sqrt?(handle)) }

  /// Inverted dropout in training; itself in evaluation.
  public func dropout(_ probability: Double) -> Tensor {
    with(coreAPI.dropout?(handle, probability))
  }

  // MARK: Along the last axis

  /// Along the last axis.
  public func softmax() -> Tensor { with(coreAPI.softmax?(handle)) }

  /// Along the last axis.
  public func logSoftmax() -> Tensor {
    with(coreAPI.log_softmax?(handle))
  }

  /// gamma, beta [D].
  public func layerNorm(
    gamma: Tensor?, beta: Tensor?, epsilon: Double = 1e-5
  ) -> Tensor {
    for parameter in [gamma, beta].compactMap({ $0 }) where parameter.isNull {
      return parameter
    }
    return with(
      normalizationAPI.layer_norm?(handle, gamma?.handle, beta?.handle, epsilon)
    )
  }

  // MARK: Many numbers to one

  /// [offsets.last, D] -> [offsets.count - 1, D]: the mean of each
  /// utterance's rows. An utterance without rows is an error.
  public func segmentMean(_ offsets: [Int64]) -> Tensor {
    with(
      sequenceAPI.segment_mean?(handle, offsets, Int64(offsets.count - 1)))
  }

  /// -> rank 0
  public func sum() -> Tensor { with(coreAPI.sum?(handle)) }

  /// -> rank 0
  public func mean() -> Tensor { with(coreAPI.mean?(handle)) }

  /// The sum along `axis`, counted from the outermost, which the result lacks.
  public func sum(axis: Int) -> Tensor {
    with(coreAPI.sum_axis?(handle, Int32(clamping: axis)))
  }

  /// The mean along `axis`, counted from the outermost, which the result
  /// lacks.
  public func mean(axis: Int) -> Tensor {
    with(coreAPI.mean_axis?(handle, Int32(clamping: axis)))
  }

  /// The largest number along `axis`, counted from the outermost, which the
  /// result lacks; the gradient goes to the first of equals.
  public func maximum(axis: Int) -> Tensor {
    with(coreAPI.max_axis?(handle, Int32(clamping: axis)))
  }

  // MARK: Losses

  /// [N, C] and N labels -> rank 0: the mean of -log softmax(x)[label] over
  /// the rows whose label is not `ignored`.
  public func crossEntropy(_ labels: [Int], ignoring ignored: Int = -100)
    -> Tensor
  {
    with(
      lossAPI.cross_entropy?(
        handle, labels.map { Int32(clamping: $0) }, Int64(labels.count),
        Int32(clamping: ignored)))
  }

  func with(_ handle: OpaquePointer??) -> Tensor {
    Tensor(handle ?? nil, operators)
  }
}
