import Foundation
import Kernels

/// Attention of all frames to all frames, several heads of it.
///
/// Queries are taken in blocks, so that room grows with the frames and not
/// with their square.
struct SelfAttention: Sendable {
  /// Queries whose scores are under way at a time: whole tiles of the product.
  private static let block = 96

  private let size: Int
  private let heads: Int
  /// Queries, already scaled, keys and values in one product.
  private let projections: Dense
  /// Queries and keys, where these are of other frames than values.
  private let turnedProjections: Dense?
  private let output: Dense
  private let gate: DistanceGate?
  private let positions: PositionKeys?
  /// Where queries and keys are turned before they are projected: the angles.
  private let turns: HeadTurns?

  private var headSize: Int { size / heads }

  init(
    _ name: String, _ shape: AttentionShape, in reader: ParameterReader
  ) throws {
    size = try reader.shape(name + ".q_proj.weight")[1]
    heads = shape.heads
    let scale = Float(1 / shape.scale(headSize: size / heads).squareRoot())
    var weights = try reader.floats(name + ".q_proj.weight").map { $0 * scale }
    var bias =
      try reader.floatsIfPresent(name + ".q_proj.bias")?.map { $0 * scale }
      ?? [Float](repeating: 0, count: size)
    positions = try PositionKeys(name, shape, size: size, in: reader)
    if let positions {
      for index in bias.indices { bias[index] += positions.content[index] }
    }
    if case .turned(let base) = shape.positions {
      turns = HeadTurns(heads: heads, size: size / heads, base: base)
    } else {
      turns = nil
    }
    for part in [".k_proj", ".v_proj"] {
      weights += try reader.floats(name + part + ".weight")
      bias +=
        try reader.floatsIfPresent(name + part + ".bias")
        ?? [Float](repeating: 0, count: size)
    }
    let turned = turns == nil ? 0 : 2 * size
    projections = Dense(
      depth: size, width: 3 * size - turned,
      weights: Array(weights[(turned * size)...]), bias: Array(bias[turned...]))
    turnedProjections =
      turned == 0
      ? nil
      : Dense(
        depth: size, width: turned,
        weights: Array(weights[..<(turned * size)]),
        bias: Array(bias[..<turned]))
    output = try Dense(name + ".out_proj", in: reader)
    gate =
      shape.distances == nil ? nil : try DistanceGate(name, in: reader)
  }

  /// y = residual + attention(x); `[frames, size]` all, each utterance's
  /// frames attending to their own.
  func apply(
    _ x: UnsafePointer<Float>, residual: UnsafePointer<Float>,
    spans: [Range<Int>], distances: DistanceRows?,
    into y: UnsafeMutablePointer<Float>, workspace: PassWorkspace
  ) {
    let frames = spans.last?.upperBound ?? 0
    let projected = workspace.room(.projections, frames * 3 * size)
    if let turns, let turnedProjections {
      let turned = workspace.room(.rotated, frames * size)
      turns.apply(x, spans, into: turned)
      turnedProjections.apply(
        turned, stride: size, rows: frames, into: projected, stride: 3 * size)
      projections.apply(
        x, stride: size, rows: frames, into: projected + 2 * size,
        stride: 3 * size)
    } else {
      projections.apply(x, rows: frames, into: projected)
    }
    let context = workspace.room(.context, frames * size)
    for (index, span) in spans.enumerated() {
      let start = span.lowerBound
      attend(
        x + start * size, projected + start * 3 * size, frames: span.count,
        distances: distances?.rows[index], into: context + start * size,
        workspace: workspace)
    }
    output.apply(context, rows: frames, into: y, residual: residual)
  }

  /// All heads of one utterance.
  private func attend(
    _ x: UnsafePointer<Float>, _ projected: UnsafePointer<Float>,
    frames: Int, distances: UnsafePointer<Float>?,
    into context: UnsafeMutablePointer<Float>, workspace: PassWorkspace
  ) {
    let (all, depth) = (frames, headSize)
    let keys = workspace.room(.keys, superb_dense_room(depth, all))
    let values = workspace.room(.values, superb_dense_room(all, depth))
    let stride = 3 * size
    let projectedPositions = positions?.project(all, in: workspace)
    for head in 0..<heads {
      let queries = projected + head * headSize
      superb_dense_pack(depth, all, queries + size, 1, stride, keys)
      superb_dense_pack(all, depth, queries + 2 * size, stride, 1, values)
      var bias: (gates: UnsafePointer<Float>, row: UnsafePointer<Float>)?
      if let gate, let distances {
        bias = (
          gate.apply(
            x + head * headSize, head: head, stride: size, frames: frames,
            workspace: workspace),
          distances + head * (2 * frames - 1)
        )
      }
      let pack = positions?.pack(
        projectedPositions, head: head, frames: all,
        keys: queries + size, stride: stride, in: workspace)
      attend(
        queries, keys: keys, values: values, frames: frames, bias: bias,
        positions: pack,
        into: context + head * headSize, workspace: workspace)
    }
  }

  /// One head.
  private func attend(
    _ queries: UnsafePointer<Float>, keys: UnsafePointer<Float>,
    values: UnsafePointer<Float>, frames: Int,
    bias: (gates: UnsafePointer<Float>, row: UnsafePointer<Float>)?,
    positions: PositionKeys.Pack?,
    into context: UnsafeMutablePointer<Float>, workspace: PassWorkspace
  ) {
    let (all, depth) = (frames, headSize)
    let scores = workspace.room(.scores, Self.block * frames)
    let sums = workspace.room(.sums, Self.block)
    for first in stride(from: 0, to: frames, by: Self.block) {
      let rows = min(Self.block, frames - first)
      superb_dense(
        rows, depth, all, queries + first * 3 * size, 3 * size, keys, nil, nil,
        0, scores, all)
      positions?.add(
        to: scores, of: queries + first * 3 * size, stride: 3 * size,
        queries: first..<first + rows, frames: all, in: workspace)
      superb_attention_weights(
        rows, all, all, scores, bias.map { $0.gates + first },
        bias.map { $0.row + (frames - 1 - first) }, sums)
      let y = context + first * size
      superb_dense(rows, all, depth, scores, all, values, nil, nil, 0, y, size)
      superb_scale_rows(rows, depth, y, size, sums, y, size)
    }
  }
}

/// How much a query minds the distance to the keys: WavLM's gate, from the
/// attention's input.
private struct DistanceGate: Sendable {
  private let product: Dense
  /// One for each head.
  private let constants: [Float]

  init(_ name: String, in reader: ParameterReader) throws {
    constants = try reader.floats(name + ".gru_rel_pos_const")
    // Eight outputs, of which four and four are summed: two, of summed rows.
    let weights = try reader.floats(name + ".gru_rel_pos_linear.weight")
    let bias = try reader.floats(name + ".gru_rel_pos_linear.bias")
    let depth = weights.count / 8
    var summed = [Float](repeating: 0, count: 2 * depth)
    for row in 0..<8 {
      for index in 0..<depth {
        summed[row / 4 * depth + index] += weights[row * depth + index]
      }
    }
    product = Dense(
      depth: depth, width: 2, weights: summed,
      bias: [bias[..<4].reduce(0, +), bias[4...].reduce(0, +)])
  }

  /// One factor for each frame: a · (b · c - 1) + 2, with a and b the two
  /// outputs' sigmoids and c the head's constant.
  func apply(
    _ x: UnsafePointer<Float>, head: Int, stride: Int, frames: Int,
    workspace: PassWorkspace
  ) -> UnsafePointer<Float> {
    let gates = workspace.room(.gates, 3 * frames)
    let pairs = gates + frames
    product.apply(x, stride: stride, rows: frames, into: pairs)
    superb_sigmoid(2 * frames, pairs, pairs)
    for frame in 0..<frames {
      let (a, b) = (pairs[2 * frame], pairs[2 * frame + 1])
      gates[frame] = a * (b * constants[head] - 1) + 2
    }
    return UnsafePointer(gates)
  }
}
