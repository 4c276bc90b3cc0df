/// DistilHuBERT's guesses at its teacher's layers, from its own last state.
struct PredictionHeads: Sendable {
  private let size: Int
  /// All heads' first layers at once.
  private let first: Dense
  private let second: [Dense]

  init?(
    _ configuration: ModelConfiguration, in reader: ParameterReader
  ) throws {
    guard let heads = configuration.predictionHeads else { return nil }
    let name = ModelConfiguration.Names.heads
    let size = configuration.hiddenSize
    let weights = try reader.floats(name + ".2.weight")
    let bias = try reader.floats(name + ".2.bias")
    let room = heads.inner * size
    self.size = size
    first = try Dense(name + ".0", in: reader)
    second = (0..<heads.count).map { head in
      Dense(
        depth: heads.inner, width: size,
        transposed: weights[head * room..<(head + 1) * room],
        bias: Array(bias[head * size..<(head + 1) * size]))
    }
  }

  /// Writes `[heads, frames, size]`.
  func apply(
    _ x: UnsafePointer<Float>, frames: Int,
    into y: UnsafeMutablePointer<Float>, workspace: Workspace
  ) {
    let inner = workspace.room(.inner, frames * first.width)
    first.apply(x, rows: frames, into: inner, gelu: true)
    for (index, head) in second.enumerated() {
      head.apply(
        inner + index * head.depth, stride: first.width, rows: frames,
        into: y + index * frames * size)
    }
  }
}
