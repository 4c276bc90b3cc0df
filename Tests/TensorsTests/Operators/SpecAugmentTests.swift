import Testing

@testable import Tensors

@Suite struct SpecAugmentTests {
  let settings = SpecAugment(
    timeWarpWindow: 5,
    frequencyMasks: SpecAugment.Masks(widths: 0..<50, number: 4),
    timeMasks: SpecAugment.Masks(widths: 3..<40, number: 2))

  func plan(
    _ settings: SpecAugment, lengths: [Int], dim: Int, seed: UInt64
  ) -> SpecAugmentPlan {
    let random = CounterRandom(seed: seed)
    return SpecAugmentPlan(settings, lengths: lengths, dim: dim) {
      Int(random.integer(below: UInt64($1), stream: 1, index: $0))
    }
  }

  @Test func drawsStayWithinTheirBounds() {
    var targets: Set<Int> = []
    var widths: Set<Int> = []
    let lengths = [100, 10, 11, 60]
    for seed in 0..<300 as Range<UInt64> {
      let plan = plan(settings, lengths: lengths, dim: 64, seed: seed)
      // 10 frames are not more than twice the window.
      #expect(plan.warps[1] == nil)
      #expect(plan.warps[2]?.center == 5)
      for (warp, length) in zip(plan.warps, lengths) {
        guard let warp else { continue }
        #expect((5..<length - 5).contains(warp.center))
        #expect((-4...5).contains(warp.target - warp.center))
        #expect(warp.target >= 1 && warp.target < length)
        targets.insert(warp.target - warp.center)
      }
      for (masks, number, allowed, extent) in [
        (plan.frequencyMasks, 4, 0..<50, 64), (plan.timeMasks, 2, 3..<40, 100),
      ] {
        #expect(masks.allSatisfy { $0.count == number })
        let widest = masks.joined().map(\.count).max() ?? 0
        for mask in masks.joined() {
          #expect(allowed.contains(mask.count))
          #expect(mask.lowerBound >= 0)
          // The widest mask of the batch bounds all starts.
          #expect(mask.lowerBound < max(1, extent - widest))
        }
      }
      widths.formUnion(plan.timeMasks.joined().map(\.count))
    }
    #expect(targets == Set(-4...5))
    #expect(widths == Set(3..<40))
  }

  @Test func masksWiderThanTheAxisStartAtItsBeginning() {
    let wide = SpecAugment(
      timeWarpWindow: nil,
      frequencyMasks: SpecAugment.Masks(widths: 9..<10, number: 1),
      timeMasks: nil)
    let plan = plan(wide, lengths: [4], dim: 6, seed: 1)
    #expect(plan.frequencyMasks == [[0..<9]])
    #expect(plan.timeMasks == [[]] && plan.warps == [nil])
  }

  @Test func adaptiveMasksFollowTheLongestUtterance() {
    var adaptive = settings
    adaptive.timeMasks = SpecAugment.Masks(widths: 0..<100, number: 2)
    adaptive.adaptive = SpecAugment.Adaptive(
      numberRatio: 0.04, sizeRatio: 0.04, mostMasks: 20)
    #expect(
      adaptive.timeMasks(frames: 250)
        == SpecAugment.Masks(widths: 0..<10, number: 10))
    #expect(
      adaptive.timeMasks(frames: 5000)
        == SpecAugment.Masks(widths: 0..<100, number: 20))
    #expect(adaptive.timeMasks(frames: 20) == nil)
  }

  @Test func maskedNumbersAreZeroAndNoOthers() throws {
    let engine = Engine(threads: 2, seed: 1)
    let x = try engine.constant(
      [Float](repeating: 1, count: 7 * 4), shape: [7, 4])
    let plan = SpecAugmentPlan(
      warps: [nil, nil], frequencyMasks: [[1..<2, 3..<9], []],
      timeMasks: [[0..<1, 2..<20], [1..<2, 4..<9]])
    let y = engine.specAugment(
      x, try Segments("test", [0, 3, 7], of: x), plan)
    #expect(
      Array(y.values) == [
        0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0,
        1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
      ])
  }

  @Test func drawsDependOnSeedStepAndCall() throws {
    let values = draws(60 * 80)
    func augment(
      seed: UInt64 = 1, step: UInt64 = 0, calls: Int = 1, threads: Int = 1
    ) throws -> [Float] {
      let engine = Engine(threads: threads, seed: seed)
      engine.step = step
      let x = try engine.constant(values, shape: [60, 80])
      var y = x
      for _ in 0..<calls {
        y = try engine.specAugment(x, offsets: [0, 20, 60], settings)
      }
      return Array(y.values)
    }
    let first = try augment()
    #expect(try augment() == first)
    #expect(try augment(threads: 3) == first)
    #expect(try augment(seed: 2) != first)
    #expect(try augment(step: 1) != first)
    #expect(try augment(calls: 2) != first)
    #expect(first != values)
  }

  @Test func evaluationReturnsXItself() throws {
    let engine = Engine(threads: 1, seed: 1)
    let x = try engine.constant(draws(40), shape: [20, 2])
    let y = try engine.evaluating {
      try engine.specAugment(x, offsets: [0, 20], settings)
    }
    #expect(y === x)
  }
}
