import Testing

@testable import Tensors

/// Every operator's gradient is the derivative of its value.
@Suite struct GradientTests {
  static let extents: [[Int]] = [[1, 1], [2, 3], [5, 17], [3, 2, 4]]

  func matrix(
    _ shape: [Int], seed: UInt64 = 1, from low: Float = -1, to high: Float = 1
  ) -> (values: [Float], shape: [Int]) {
    (draws(shape.reduce(1, *), seed: seed, from: low, to: high), shape)
  }

  @Test(arguments: extents) func arithmetic(shape: [Int]) throws {
    let x = matrix(shape)
    let y = matrix(shape, seed: 2)
    let row = matrix([shape[shape.count - 1]], seed: 3)
    for other in [y, row] {
      try checkGradients(of: [x, other]) { try $0.add($1[0], $1[1]) }
      try checkGradients(of: [x, other]) { try $0.sub($1[0], $1[1]) }
      try checkGradients(of: [x, other]) { try $0.mul($1[0], $1[1]) }
    }
    try checkGradients(of: [x]) { try $0.mul($1[0], $1[0]) }
    try checkGradients(of: [x]) { try $0.scale($1[0], by: -3, offset: 2) }
  }

  @Test(arguments: extents) func quotients(shape: [Int]) throws {
    let x = matrix(shape)
    let y = matrix(shape, seed: 2, from: 0.5, to: 2)
    let row = matrix([shape[shape.count - 1]], seed: 3, from: -2, to: -0.5)
    for other in [y, row] {
      try checkGradients(of: [x, other], step: 5e-3) {
        try $0.divide($1[0], $1[1])
      }
    }
    try checkGradients(of: [y]) { try $0.divide($1[0], $1[0]) }
  }

  @Test(arguments: extents) func functionsOfOneNumber(shape: [Int]) throws {
    let x = matrix(shape, from: -3, to: 3)
    try checkGradients(of: [x]) { try $0.gelu($1[0]) }
    try checkGradients(of: [x]) { try $0.tanh($1[0]) }
    try checkGradients(of: [x]) { try $0.sigmoid($1[0]) }
    try checkGradients(of: [x], step: 5e-3) { try $0.exp($1[0]) }
    let positive = matrix(shape, from: 0.5, to: 3)
    try checkGradients(of: [positive], step: 5e-3) { try $0.log($1[0]) }
    try checkGradients(of: [positive], step: 5e-3) {
      try $0.squareRoot($1[0])
    }
    // Away from the kink, where there is no derivative.
    let clear = (x.values.map { abs($0) < 0.1 ? 0.5 : $0 }, shape)
    try checkGradients(of: [clear]) { try $0.relu($1[0]) }
  }

  @Test(arguments: [false, true], [false, true])
  func matmul(transposeX: Bool, transposeY: Bool) throws {
    for (n, k, m) in [(1, 1, 1), (3, 4, 2), (5, 2, 7)] {
      let x = matrix(transposeX ? [k, n] : [n, k])
      let y = matrix(transposeY ? [m, k] : [k, m], seed: 2)
      try checkGradients(of: [x, y]) {
        try $0.matmul(
          $1[0], $1[1], transposeX: transposeX, transposeY: transposeY)
      }
    }
  }

  @Test(arguments: [[4], [2, 4], [2, 3, 4]])
  func linear(shape: [Int]) throws {
    let inputs = [
      matrix(shape), matrix([3, 4], seed: 2), matrix([3], seed: 3),
    ]
    try checkGradients(of: inputs) {
      try $0.linear($1[0], weight: $1[1], bias: $1[2])
    }
    try checkGradients(of: Array(inputs.prefix(2))) {
      try $0.linear($1[0], weight: $1[1], bias: nil)
    }
  }

  @Test func shapes() throws {
    let x = matrix([4, 5])
    try checkGradients(of: [x]) { try $0.tanh($0.reshape($1[0], to: [2, 10])) }
    try checkGradients(of: [x]) {
      try $0.tanh($0.rows($1[0], first: 1, count: 2))
    }
    try checkGradients(of: [x]) {
      try $0.tanh($0.columns($1[0], first: 2, count: 3))
    }
    try checkGradients(of: [x, matrix([4, 2], seed: 2)]) {
      try $0.tanh($0.concatColumns([$1[0], $1[1], $1[0]]))
    }
    // Views of views, overlapping, after a function of their base.
    try checkGradients(of: [x]) { engine, nodes in
      let y = try engine.tanh(nodes[0])
      let top = try engine.rows(y, first: 0, count: 3)
      let low = try engine.rows(y, first: 1, count: 3)
      let part = try engine.rows(top, first: 1, count: 2)
      return try engine.concatColumns([
        engine.reshape(engine.mul(top, low), to: [1, 15]),
        engine.reshape(part, to: [1, 10]),
      ])
    }
  }

  @Test(arguments: extents) func alongRows(shape: [Int]) throws {
    let x = matrix(shape, from: -2, to: 2)
    try checkGradients(of: [x]) { try $0.softmax($1[0]) }
    try checkGradients(of: [x]) { try $0.logSoftmax($1[0]) }
    let dim = shape[shape.count - 1]
    let gamma = matrix([dim], seed: 2)
    let beta = matrix([dim], seed: 3)
    // A large epsilon keeps rows of one number from being all derivative 0.
    try checkGradients(of: [x, gamma, beta]) {
      try $0.layerNorm($1[0], gamma: $1[1], beta: $1[2], epsilon: 0.1)
    }
    try checkGradients(of: [x, gamma]) {
      try $0.layerNorm($1[0], gamma: $1[1], beta: nil, epsilon: 0.1)
    }
    try checkGradients(of: [x, beta]) {
      try $0.layerNorm($1[0], gamma: nil, beta: $1[1], epsilon: 0.1)
    }
    try checkGradients(of: [x]) {
      try $0.layerNorm($1[0], gamma: nil, beta: nil, epsilon: 0.1)
    }
  }

  @Test func overRows() throws {
    let x = matrix([6, 5])
    try checkGradients(of: [x]) { try $0.sum($1[0]) }
    try checkGradients(of: [x]) { try $0.mean($1[0]) }
    try checkGradients(of: [x]) {
      try $0.segmentMean($1[0], offsets: [0, 1, 4, 6])
    }
  }

  @Test(arguments: extents + [[7], [3, 4, 1], [2, 3, 2, 3]])
  func alongAnAxis(shape: [Int]) throws {
    let x = matrix(shape)
    // Numbers so far apart that a step makes no other the largest.
    let count = shape.reduce(1, *)
    let apart = ((0..<count).map { Float(($0 * 37 + 11) % 101) / 10 }, shape)
    for axis in shape.indices {
      try checkGradients(of: [x]) { try $0.sum($1[0], axis: axis) }
      try checkGradients(of: [x]) { try $0.mean($1[0], axis: axis) }
      try checkGradients(of: [apart]) { try $0.maximum($1[0], axis: axis) }
    }
  }

  @Test(arguments: [[1, 1], [2, 5], [33, 18], [2, 3, 4]])
  func transpose(shape: [Int]) throws {
    try checkGradients(of: [matrix(shape)]) { engine, nodes in
      // Twice, so that one gradient is added to another.
      let y = try engine.transpose(nodes[0])
      let z = try engine.transpose(engine.tanh(nodes[0]))
      return try engine.add(y, z)
    }
  }

  @Test func crossEntropy() throws {
    try checkGradients(of: [matrix([4, 6], from: -2, to: 2)]) {
      try $0.crossEntropy($1[0], labels: [5, -1, 0, 3], ignoring: -1)
    }
    try checkGradients(of: [matrix([1, 1])]) {
      try $0.crossEntropy($1[0], labels: [0])
    }
  }

  @Test func dropout() throws {
    // The draws depend on the call alone, so they stand still here.
    try checkGradients(of: [matrix([9, 30])]) {
      try $0.dropout($1[0], probability: 0.4)
    }
  }

  @Test func customOperators() throws {
    let square = CustomOperator(
      name: "square",
      forward: { inputs, output in
        for i in 0..<6 { output[i] = inputs[0]![i] * inputs[0]![i] }
        return 0
      },
      backward: { inputs, _, dy, dx in
        for i in 0..<6 { dx[0]?[i] += 2 * inputs[0]![i] * dy[i] }
        return 0
      })
    try checkGradients(of: [matrix([2, 3])]) {
      try $0.custom(square, inputs: [$1[0]], shape: [3, 2])
    }
  }
}
