import Kernels

extension Engine {
  /// SpecAugment of packed x [Σ, D] in training: time warp, then frequency
  /// masks, then time masks; x itself in evaluation.
  ///
  /// The draws are a function of the seed, the ``step`` and how many of these
  /// the step has had.
  package func specAugment(
    _ x: Node, offsets: [Int], _ settings: SpecAugment
  ) throws -> Node {
    let name = "spec_augment"
    try checkUse(name, x)
    let segments = try Segments(name, offsets, of: x)
    try require(
      settings.isValid, name, "these settings are out of range: \(settings)")
    guard isTraining else { return x }
    let stream = CounterRandom.stream(
      "spec_augment/\(step)/\(specAugmentCalls)")
    specAugmentCalls += 1
    let plan = SpecAugmentPlan(
      settings, lengths: (0..<segments.count).map(segments.length),
      dim: x.shape[1]
    ) { [random] index, bound in
      Int(random.integer(below: UInt64(bound), stream: stream, index: index))
    }
    return specAugment(x, segments, plan)
  }

  /// Carries out what was drawn.
  func specAugment(
    _ x: Node, _ segments: Segments, _ plan: SpecAugmentPlan
  ) -> Node {
    let dim = x.shape[1]
    let own = shareUtterances(of: x, offsets: segments.offsets)
    let y = output(x.shape, from: x)
    y.isPartial = own != nil
    let (px, py) = (x.pointer, y.pointer)
    forEachSegment(of: segments, in: own, dim: dim) { index in
      let first = segments.start(index) * dim
      let length = segments.length(index)
      if let warp = plan.warps[index] {
        for row in 0..<length {
          let out = py + first + row * dim
          out.update(repeating: 0, count: dim)
          let tap = warp.tap(of: row, length: length)
          for k in 0..<4 {
            superb_axpy(
              dim, tap.weights[k], px + first + tap.rows[k] * dim, out)
          }
        }
      } else {
        (py + first).update(from: px + first, count: length * dim)
      }
      plan.mask(index, py + first, length: length, dim: dim)
    }
    record(y) { [unowned self] dy in
      let dx = x.gradient
      forEachSegment(of: segments, in: own, dim: dim) { index in
        let first = segments.start(index) * dim
        let length = segments.length(index)
        let room = UnsafeMutablePointer<Float>.allocate(
          capacity: max(1, length * dim))
        defer { room.deallocate() }
        room.update(from: dy + first, count: length * dim)
        plan.mask(index, room, length: length, dim: dim)
        guard let warp = plan.warps[index] else {
          superb_axpy(length * dim, 1, room, dx + first)
          return
        }
        for row in 0..<length {
          let tap = warp.tap(of: row, length: length)
          for k in 0..<4 {
            superb_axpy(
              dim, tap.weights[k], room + row * dim,
              dx + first + tap.rows[k] * dim)
          }
        }
      }
    }
    return y
  }
}

extension SpecAugmentPlan.Warp {
  /// What frame `row` of the warped utterance is made of.
  fileprivate func tap(of row: Int, length: Int) -> CubicTap {
    guard row >= target else {
      return CubicTap(row, of: target, from: center)
    }
    let tap = CubicTap(row - target, of: length - target, from: length - center)
    return CubicTap(
      rows: tap.rows &+ SIMD4(repeating: center), weights: tap.weights)
  }
}

extension SpecAugmentPlan {
  /// Sets what is masked in one utterance's [length, dim] numbers to 0.
  fileprivate func mask(
    _ index: Int, _ x: UnsafeMutablePointer<Float>, length: Int, dim: Int
  ) {
    for mask in timeMasks[index].map({ $0.clamped(to: 0..<length) }) {
      (x + mask.lowerBound * dim).update(repeating: 0, count: mask.count * dim)
    }
    for mask in frequencyMasks[index].map({ $0.clamped(to: 0..<dim) }) {
      for row in 0..<length {
        (x + row * dim + mask.lowerBound).update(
          repeating: 0, count: mask.count)
      }
    }
  }
}
