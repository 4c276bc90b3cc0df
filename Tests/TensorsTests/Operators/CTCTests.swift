import Foundation
import Testing

@testable import Tensors

@Suite struct CTCTests {
  let engine = Engine(threads: 2, seed: 1)

  /// -log Σ of the probabilities of all paths that collapse to `target`, and
  /// the expected visits of each symbol at each frame, by enumeration.
  func enumerate(
    _ logs: [Float], classes: Int, target: [Int32], blank: Int32
  ) -> (loss: Double, visits: [Double]) {
    let frames = logs.count / classes
    var total = 0.0
    var visits = [Double](repeating: 0, count: logs.count)
    var path = [Int](repeating: 0, count: frames)
    for number in 0..<Int(pow(Double(classes), Double(frames))) {
      var rest = number
      for frame in 0..<frames {
        path[frame] = rest % classes
        rest /= classes
      }
      var collapsed: [Int32] = []
      var last: Int?
      for symbol in path {
        if symbol != last, symbol != Int(blank) {
          collapsed.append(Int32(symbol))
        }
        last = symbol
      }
      guard collapsed == target else { continue }
      let places = (0..<frames).map { $0 * classes + path[$0] }
      let probability = exp(places.reduce(0) { $0 + Double(logs[$1]) })
      total += probability
      for place in places { visits[place] += probability }
    }
    return (-log(total), visits.map { $0 / total })
  }

  @Test(
    arguments: [
      (1, [1]), (1, []), (3, [1, 1]), (4, [1, 2]), (5, [2, 2]), (5, [1, 2, 1]),
      (6, [2, 1, 1]), (4, []), (6, [1, 1, 1]), (7, [1, 2, 2, 1]),
    ] as [(Int, [Int32])])
  func lossAndGradientAreThoseOfAllPaths(
    frames: Int, target: [Int32]
  ) throws {
    for blank: Int32 in [0, 2] {
      let target = target.map { $0 == blank ? 0 : $0 }
      let logits = try engine.constant(
        draws(frames * 3, from: -3, to: 3), shape: [frames, 3])
      let values = Array(try engine.logSoftmax(logits).values)
      let x = try engine.leaf(values, [frames, 3])
      let loss = try engine.ctcLoss(
        x, offsets: [0, frames], targets: [target], blank: blank,
        zeroInfinity: false)
      let expected = enumerate(
        values, classes: 3, target: target, blank: blank)
      let share = Double(max(target.count, 1))
      #expect(abs(Double(loss.item) - expected.loss / share) < 2e-6)
      try engine.backward(from: loss)
      let gradient = zip(values, expected.visits).map {
        Float((exp(Double($0)) - $1) / share)
      }
      #expect(difference(try #require(x.gradientValues), gradient) < 1e-6)
      engine.endStep()
    }
  }

  @Test func impossibleTargetsAreInfiniteOrZero() throws {
    for target: [Int32] in [[1, 1], [1, 2, 1]] {
      for zeroInfinity in [false, true] {
        let x = try engine.leaf(
          Array(repeating: Float(log(0.25)), count: 16), [4, 4])
        let loss = try engine.ctcLoss(
          x, offsets: [0, 2, 4], targets: [target, [1]], blank: 0,
          zeroInfinity: zeroInfinity)
        // Three of sixteen paths of two frames collapse to one symbol.
        #expect(
          zeroInfinity
            ? abs(loss.item + log(3 / 16) / 2) < 1e-6
            : loss.item == .infinity)
        try engine.backward(from: loss)
        let gradient = Array(try #require(x.gradientValues))
        #expect(
          gradient[..<8].allSatisfy { zeroInfinity ? $0 == 0 : $0.isNaN })
        #expect(gradient[8...].contains { $0 < 0 })
        #expect(gradient[8...].allSatisfy { $0.isFinite })
        engine.endStep()
      }
    }
  }

  @Test func anUtteranceWithoutFramesHasOnlyTheEmptyTarget() throws {
    let x = try engine.constant([], shape: [0, 3])
    func loss(_ target: [Int32]) throws -> Float {
      try engine.ctcLoss(
        x, offsets: [0, 0], targets: [target], blank: 0, zeroInfinity: false
      ).item
    }
    #expect(try loss([]) == 0)
    #expect(try loss([1]) == .infinity)
  }

  @Test func impossibleSymbolsAreNotSmallOnes() throws {
    // Probability 0 of all but blanks at the middle frame.
    let zero = -Float.infinity
    let half = Float(log(0.5))
    let x = try engine.leaf([half, half, 0, zero, half, half], [3, 2])
    func loss(_ target: [Int32]) throws -> Float {
      try engine.ctcLoss(
        x, offsets: [0, 3], targets: [target], blank: 0, zeroInfinity: false
      ).item
    }
    #expect(abs(try loss([1]) - Float(log(2.0))) < 1e-6)
    #expect(abs(try loss([1, 1]) - Float(log(2.0))) < 1e-6)
    let never = try engine.leaf([0, zero, 0, zero], [2, 2])
    let impossible = try engine.ctcLoss(
      never, offsets: [0, 2], targets: [[1]], blank: 0, zeroInfinity: false)
    #expect(impossible.item == .infinity)
  }

  /// A model that is sure of blanks everywhere: the path of the target is
  /// thousands of nats below the likeliest, and must not be lost.
  @Test func unlikelyTargetsStayFinite() throws {
    let (frames, length) = (400, 150)
    let row: [Float] = [-1e-9, -25, -25]
    let x = try engine.leaf(
      (0..<frames).flatMap { _ in row }, [frames, 3])
    let target = (0..<length).map { Int32(1 + $0 % 2) }
    let loss = try engine.ctcLoss(
      x, offsets: [0, frames], targets: [target], blank: 0,
      zeroInfinity: false)
    #expect(loss.item > 20 && loss.item < 25)
    try engine.backward(from: loss)
    let gradient = Array(try #require(x.gradientValues))
    // Each frame's posteriors sum to one, so its gradients do to about zero.
    for frame in 0..<frames {
      let sum = gradient[frame * 3..<frame * 3 + 3].reduce(0, +)
      #expect(abs(sum) * Float(length) < 1e-4)
    }
  }

  @Test func evaluationGivesTheSameLossWithoutAGradient() throws {
    let values = draws(60 * 5, from: -4, to: 0)
    func loss() throws -> Float {
      try engine.ctcLoss(
        engine.leaf(values, [60, 5]), offsets: [0, 20, 60],
        targets: [[1, 2, 2, 4], [3, 3, 1]], blank: 0, zeroInfinity: true
      ).item
    }
    let trained = try loss()
    #expect(try engine.recordingGradients(false, loss) == trained)
  }

  @Test func aNotANumberShows() throws {
    let x = try engine.leaf([0, .nan, 0, 0], [2, 2])
    let loss = try engine.ctcLoss(
      x, offsets: [0, 2], targets: [[1]], blank: 0, zeroInfinity: true)
    #expect(loss.item.isNaN)
  }
}
