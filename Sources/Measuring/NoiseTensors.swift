import Models

/// Weights of noise, of a size that keeps signals alive.
struct NoiseTensors: NamedTensors {
  private let shapes: [String: [Int]]

  init(_ network: any Network) {
    shapes = Dictionary(
      network.parameters.map { ($0.name, $0.shape) },
      uniquingKeysWith: { $1 })
  }

  /// Uniform over -0.5 … 0.5.
  static func value(_ index: Int) -> Float {
    var state = UInt32(truncatingIfNeeded: index) &* 2_654_435_761
    state = (state ^ state >> 15) &* 2_246_822_519
    return Float(state >> 8) * 0x1p-24 - 0.5
  }

  /// Samples at 16 kHz.
  static func audio(seconds: Double) -> [Float] {
    (0..<Int(seconds * 16000)).map { value($0) }
  }

  var names: [String] { shapes.keys.sorted() }

  func shape(of name: String) -> [Int]? { shapes[name] }

  func floats(_ name: String) throws -> [Float] {
    let shape = shapes[name] ?? []
    let count = shape.reduce(1, *)
    guard shape.count > 1 else {
      let one: Float = name.hasSuffix("norm.weight") ? 1 : 0
      return [Float](repeating: one, count: count)
    }
    let scale = 2 / Float(count / max(1, shape[0])).squareRoot()
    return (0..<count).map { scale * Self.value($0) }
  }
}
