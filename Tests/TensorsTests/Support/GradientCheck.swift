import Testing

@testable import Tensors

/// Numbers that look random and are the same in every run.
func draws(
  _ count: Int, seed: UInt64 = 1, from low: Float = -1, to high: Float = 1
) -> [Float] {
  let random = CounterRandom(seed: seed)
  return (0..<count).map {
    low + (high - low) * Float(random.uniform(stream: 7, index: UInt64($0)))
  }
}

extension Engine {
  /// A node of this step that a gradient flows to, as a test's input.
  func leaf(_ values: [Float], _ shape: [Int]) throws -> Node {
    let shape = try #require(Shape(shape))
    #expect(values.count == shape.count)
    let node = make(shape, requiresGradient: true)
    _ = UnsafeMutableBufferPointer(start: node.pointer, count: shape.count)
      .update(fromContentsOf: values)
    return node
  }

  /// Σ x · probe, so that each number has a gradient of its own.
  func probe(_ x: Node, _ probe: [Float]) throws -> Node {
    try sum(mul(x, constant(probe, shape: x.shape.array)))
  }
}

/// Holds the gradient that `function` sends to each input against central
/// differences, in every coordinate.
///
/// - Parameter tolerance: of the error relative to the largest gradient;
///   central differences of float32 are good to about 1e-3.
func checkGradients(
  of inputs: [(values: [Float], shape: [Int])], step: Float = 2e-2,
  tolerance: Float = 4e-3,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ function: (Engine, [Node]) throws -> Node
) throws {
  let engine = Engine(threads: 2, seed: 3)
  func value(_ inputs: [[Float]], shapes: [[Int]]) throws -> Double {
    defer { engine.endStep() }
    let leaves = try zip(inputs, shapes).map { try engine.leaf($0, $1) }
    let y = try function(engine, leaves)
    let weights = draws(y.count, seed: 99)
    return zip(y.values, weights).reduce(0) { $0 + Double($1.0 * $1.1) }
  }
  let shapes = inputs.map(\.shape)
  let leaves = try inputs.map { try engine.leaf($0.values, $0.shape) }
  let y = try function(engine, leaves)
  try engine.backward(from: engine.probe(y, draws(y.count, seed: 99)))
  let gradients = leaves.map { leaf in
    leaf.gradientValues.map(Array.init)
      ?? [Float](repeating: 0, count: leaf.count)
  }
  engine.endStep()

  for (index, gradient) in gradients.enumerated() {
    let scale = max(1, gradient.map(abs).max() ?? 0)
    for position in gradient.indices {
      var moved = inputs.map(\.values)
      moved[index][position] += step
      let up = try value(moved, shapes: shapes)
      moved[index][position] -= 2 * step
      let down = try value(moved, shapes: shapes)
      let expected = Float((up - down) / Double(2 * step))
      #expect(
        abs(gradient[position] - expected) <= tolerance * scale,
        "input \(index), number \(position): \(gradient[position])",
        sourceLocation: sourceLocation)
    }
  }
}

/// The largest difference, relative to the largest number expected (or 1).
func difference(
  _ values: some Sequence<Float>, _ expected: some Sequence<Float>
) -> Float {
  let (values, expected) = (Array(values), Array(expected))
  guard values.count == expected.count else { return .infinity }
  let scale = max(1, expected.map(abs).max() ?? 0)
  return zip(values, expected).reduce(0) { worst, pair in
    let error = abs(pair.0 - pair.1) / scale
    return error.isNaN ? .infinity : max(worst, error)
  }
}
