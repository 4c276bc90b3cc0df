import Testing

@testable import Tensors

/// Every operator's gradient is the derivative of its value.
@Suite struct SequenceGradientTests {
  func matrix(
    _ shape: [Int], seed: UInt64 = 1, from low: Float = -1, to high: Float = 1
  ) -> (values: [Float], shape: [Int]) {
    (draws(shape.reduce(1, *), seed: seed, from: low, to: high), shape)
  }

  @Test func ctcBehindALogSoftmax() throws {
    try checkGradients(of: [matrix([9, 4], from: -2, to: 2)]) {
      try $0.ctcLoss(
        $0.logSoftmax($1[0]), offsets: [0, 5, 6, 9],
        targets: [[1, 1], [], [3, 2]], blank: 0, zeroInfinity: true)
    }
  }

  @Test func gatherAndConcat() throws {
    try checkGradients(of: [matrix([4, 3])]) {
      try $0.tanh($0.gatherRows($1[0], rows: [2, 0, 2, 2]))
    }
    try checkGradients(of: [matrix([2, 3]), matrix([1, 3], seed: 2)]) {
      try $0.tanh($0.concatRows([$1[0], $1[1], $1[0]]))
    }
  }

  @Test(arguments: [(1, 0, 1, 1), (2, 3, 1, 2), (3, 1, 2, 4)])
  func conv1d(stride: Int, padding: Int, dilation: Int, groups: Int) throws {
    let inputs = [
      matrix([10, 4]), matrix([4, 4 / groups, 3], seed: 2),
      matrix([4], seed: 3),
    ]
    try checkGradients(of: inputs) {
      try $0.conv1d(
        $1[0], offsets: [0, 3, 3, 4, 10], weight: $1[1], bias: $1[2],
        stride: stride, padding: padding, dilation: dilation, groups: groups)
    }
  }

  @Test(arguments: [(1, 1), (3, 1), (2, 3)])
  func spliceLinear(width: Int, dilation: Int) throws {
    try checkGradients(of: [matrix([9, 2]), matrix([3, 2 * width], seed: 2)]) {
      try $0.spliceLinear(
        $1[0], offsets: [0, 1, 9], weight: $1[1], bias: nil, width: width,
        dilation: dilation)
    }
  }

  @Test func pooling() throws {
    let x = matrix([7, 3], from: -2, to: 2)
    let column = matrix([7, 1], seed: 2, from: -2, to: 2)
    try checkGradients(of: [x]) {
      try $0.segmentStatistics($1[0], offsets: [0, 3, 7])
    }
    try checkGradients(of: [column]) {
      try $0.segmentSoftmax($1[0], offsets: [0, 2, 2, 7])
    }
    try checkGradients(of: [x, column]) {
      try $0.segmentWeightedSum($1[0], weights: $1[1], offsets: [0, 2, 2, 7])
    }
  }

  @Test func losses() throws {
    let x = matrix([6, 2], from: -2, to: 2)
    let labels: [Float] = [0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0]
    try checkGradients(of: [x]) {
      try $0.pitBCE($1[0], labels: labels, offsets: [0, 2, 6]).loss
    }
    try checkGradients(of: [x]) {
      try $0.bceWithLogits($1[0], targets: labels)
    }
    let inputs = [matrix([3, 4]), matrix([4, 5], seed: 2)]
    try checkGradients(of: inputs) {
      try $0.amSoftmax(
        $1[0], weight: $1[1], labels: [4, 0, 2], scale: 3, margin: 0.4)
    }
    try checkGradients(of: inputs) {
      try $0.aamSoftmax(
        $1[0], weight: $1[1], labels: [4, 0, 2], scale: 3, margin: 0.3)
    }
  }

  @Test func norms() throws {
    let x = matrix([6, 4], from: -2, to: 2)
    let rows = [matrix([4], seed: 2), matrix([4], seed: 3)]
    try checkGradients(of: [x]) { try $0.normalizeRows($1[0]) }
    for isTraining in [true, false] {
      try checkGradients(of: [x] + rows) { engine, nodes in
        func norm() throws -> Node {
          try engine.batchNorm(
            nodes[0], gamma: nodes[1], beta: nodes[2],
            runningMean: engine.constant([0, 1, 0, -1], shape: [4]),
            runningVariance: engine.constant([1, 2, 3, 4], shape: [4]))
        }
        return isTraining
          ? try norm()
          : try engine.evaluating(recordingGradients: true, norm)
      }
    }
    try checkGradients(of: [x] + rows) {
      try $0.groupNorm(
        $1[0], offsets: [0, 2, 2, 6], groups: 2, gamma: $1[1], beta: $1[2])
    }
  }

  @Test func attention() throws {
    let vectors = (1...3).map { matrix([6, 4], seed: $0) }
    try checkGradients(of: vectors + [matrix([2, 4, 4], seed: 4)]) {
      try $0.attention(
        $1[0], $1[1], $1[2], offsets: [0, 2, 2, 6], heads: 2, bias: $1[3])
    }
  }

  @Test func specAugment() throws {
    // The draws depend on the call alone, so they stand still here.
    try checkGradients(of: [matrix([30, 6])]) {
      try $0.specAugment(
        $1[0], offsets: [0, 12, 30],
        SpecAugment(
          timeWarpWindow: 2,
          frequencyMasks: SpecAugment.Masks(widths: 0..<3, number: 2),
          timeMasks: SpecAugment.Masks(widths: 1..<5, number: 2)))
    }
  }
}
