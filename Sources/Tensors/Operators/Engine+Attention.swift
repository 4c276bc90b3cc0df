import Kernels

extension Engine {
  /// Scaled dot-product attention within each utterance: packed q, k, v
  /// [Σ, D] → [Σ, D], `heads` heads side by side. Scores are divided by
  /// √(D / heads).
  ///
  /// - Parameter bias: added to the scores; [heads, T, T] with T the longest
  ///   utterance, of which shorter ones take the upper left corner.
  package func attention(
    _ q: Node, _ k: Node, _ v: Node, offsets: [Int], heads: Int,
    bias: Node? = nil
  ) throws -> Node {
    let name = "attention"
    try check(name, q, k, v, bias)
    let segments = try Segments(name, offsets, of: q)
    try require(
      k.shape == q.shape && v.shape == q.shape && heads > 0
        && q.shape[1].isMultiple(of: heads), name,
      "q is \(q.shape), k \(k.shape) and v \(v.shape), with \(heads) heads")
    let longest = segments.longest
    if let bias, bias.shape.array != [heads, longest, longest] {
      throw OperatorError(
        name,
        "bias is \(bias.shape), not "
          + "\([heads, longest, longest] as [Int])")
    }
    let y = output(q.shape, from: q, k, v, bias)
    y.blocks = blocks(of: offsets)
    let utterances = y.blocks == nil ? nil : batch?.utterances
    let pass = AttentionPass(
      segments: segments, heads: heads, dim: q.shape[1], longest: longest)
    let scores = scratch(pass.scoreCount)
    let (pq, pk, pv, py) = (q.pointer, k.pointer, v.pointer, y.pointer)
    let pBias = bias?.pointer
    parallel(pass.count) { part in
      let n = pass.length(part)
      guard n > 0 else { return }
      let at = pass.start(part)
      let p = scores + pass.scoreStart(part)
      Engine.multiplyAlone(
        n, n, pass.width, pass.scale, .init(pq + at, stride: pass.dim),
        .init(pk + at, stride: pass.dim, transposed: true), to: p, stride: n,
        adding: false)
      if let pBias {
        superb_add_block(n, n, pBias + pass.biasStart(part), longest, p, n)
      }
      superb_softmax(n, n, p, p)
      Engine.multiplyAlone(
        n, pass.width, n, 1, .init(p, stride: n),
        .init(pv + at, stride: pass.dim), to: py + at, stride: pass.dim,
        adding: false)
    }
    record(y) { [unowned self] dy in
      let (dq, dk, dv) = (q.wantedGradient, k.wantedGradient, v.wantedGradient)
      // As many as the scores, and of no use to the layers below.
      let room = make(Shape([pass.scoreCount]) ?? [])
      defer { room.release(into: &arena) }
      let dScores = room.pointer
      dScores.update(repeating: 0, count: pass.scoreCount)
      parallel(pass.count) { part in
        let n = pass.length(part)
        guard n > 0 else { return }
        let at = pass.start(part)
        let p = scores + pass.scoreStart(part)
        let dp = dScores + pass.scoreStart(part)
        let d = MatrixOperand(dy + at, stride: pass.dim)
        if let dv {
          Engine.multiplyAlone(
            n, pass.width, n, 1, .init(p, stride: n, transposed: true), d,
            to: dv + at, stride: pass.dim, adding: true)
        }
        // dy · vᵀ, and from it the scores' gradient.
        withUnsafeTemporaryAllocation(of: Float.self, capacity: n * n) {
          guard let dSoftmax = $0.baseAddress else { return }
          Engine.multiplyAlone(
            n, n, pass.width, 1, d,
            .init(pv + at, stride: pass.dim, transposed: true), to: dSoftmax,
            stride: n, adding: false)
          superb_softmax_backward(n, n, p, dSoftmax, dp)
        }
        if let dq {
          Engine.multiplyAlone(
            n, pass.width, n, pass.scale, .init(dp, stride: n),
            .init(pk + at, stride: pass.dim), to: dq + at, stride: pass.dim,
            adding: true)
        }
        if let dk {
          Engine.multiplyAlone(
            n, pass.width, n, pass.scale,
            .init(dp, stride: n, transposed: true),
            .init(pq + at, stride: pass.dim), to: dk + at, stride: pass.dim,
            adding: true)
        }
      }
      guard let bias, let dBias = bias.wantedGradient else { return }
      addBlocks(
        utterances, rows: segments.count, count: bias.count, to: dBias
      ) { utterances, dBias in
        parallel(heads) { head in
          for index in utterances {
            let part = index * heads + head
            let n = pass.length(part)
            superb_add_block(
              n, n, dScores + pass.scoreStart(part), n,
              dBias + pass.biasStart(part), longest)
          }
        }
      }
    }
    return y
  }
}

/// One attention over one batch, cut into parts: a head of an utterance.
private struct AttentionPass {
  let segments: Segments
  let heads: Int
  let dim: Int
  let longest: Int
  /// Where each utterance's scores begin, [heads, n, n].
  private let scoreOffsets: [Int]

  init(segments: Segments, heads: Int, dim: Int, longest: Int) {
    self.segments = segments
    self.heads = heads
    self.dim = dim
    self.longest = longest
    scoreOffsets =
      Segments(
        of: (0..<segments.count).map {
          heads * segments.length($0) * segments.length($0)
        }
      ).offsets
  }

  var count: Int { segments.count * heads }
  var width: Int { dim / heads }
  var scale: Float { 1 / Float(width).squareRoot() }
  var scoreCount: Int { scoreOffsets[segments.count] }

  func length(_ part: Int) -> Int { segments.length(part / heads) }

  /// The part's first number in q, k and v.
  func start(_ part: Int) -> Int {
    segments.start(part / heads) * dim + part % heads * width
  }

  func scoreStart(_ part: Int) -> Int {
    let n = length(part)
    return scoreOffsets[part / heads] + part % heads * n * n
  }

  func biasStart(_ part: Int) -> Int { part % heads * longest * longest }
}
