import Foundation
import Kernels

/// What an attention's queries meet beside the keys: vectors that stand for
/// distances.
struct PositionKeys: Sendable {
  /// What is added to queries before they meet the keys, times the scale.
  let content: [Float]
  /// What is added to them, beyond that, before they meet the distances.
  private let beyond: FloatBuffer?
  private let kind: Kind
  private let size, headSize: Int

  private enum Kind: Sendable {
    /// `[distances, head]`, packed.
    case clamped(before: Int, behind: Int, keys: FloatBuffer)
    case sinusoids(Dense)
    /// Of each head what queries meet, and what keys do.
    case disentangled(DisentangledDistances, [DistanceVectors])
  }

  private struct DistanceVectors: Sendable {
    var forQueries, forKeys: FloatBuffer
  }

  /// - Returns: nil if there are none.
  init?(
    _ name: String, _ shape: AttentionShape, size: Int,
    in reader: ParameterReader
  ) throws {
    self.size = size
    headSize = size / shape.heads
    switch shape.positions {
    case .unknown, .turned: return nil
    case .clamped(let before, let behind):
      content = [Float](repeating: 0, count: size)
      beyond = nil
      let count = before + behind + 1
      let keys = FloatBuffer(superb_dense_room(headSize, count))
      superb_dense_pack(
        headSize, count,
        try reader.floats(name + ".distance_embedding.weight"), 1, headSize,
        keys.pointer)
      kind = .clamped(before: before, behind: behind, keys: keys)
    case .disentangled(let distances):
      content = [Float](repeating: 0, count: size)
      beyond = nil
      kind = .disentangled(
        distances, try Self.vectors(name, distances, shape, size, reader))
    case .sinusoids:
      let scale = Float(1 / Double(headSize).squareRoot())
      let u = try reader.floats(name + ".pos_bias_u").map { $0 * scale }
      let v = try reader.floats(name + ".pos_bias_v").map { $0 * scale }
      content = u
      beyond = FloatBuffer(zip(v, u).map { $0 - $1 })
      kind = .sinusoids(try Dense(name + ".linear_pos", in: reader))
    }
  }

  /// Each head's vectors, from the table that all layers share.
  private static func vectors(
    _ name: String, _ distances: DisentangledDistances, _ shape: AttentionShape,
    _ size: Int, _ reader: ParameterReader
  ) throws -> [DistanceVectors] {
    let rows = 2 * distances.span
    let norm = try PackedNorm(DisentangledDistances.norm, in: reader)
    let table = FloatBuffer(
      try reader.floats(DisentangledDistances.table + ".weight"))
    norm.apply(
      table.pointer, rows: rows, epsilon: distances.layerNormEpsilon,
      into: table.pointer, gelu: false)
    let headSize = size / shape.heads
    let scale = Float(1 / shape.scale(headSize: headSize).squareRoot())
    func projected(_ part: String, times factor: Float) throws -> FloatBuffer {
      let y = FloatBuffer(rows * size)
      try Dense(name + part, in: reader).apply(
        table.pointer, rows: rows, into: y.pointer)
      superb_affine(rows * size, factor, 0, y.pointer, y.pointer)
      return y
    }
    // Queries are scaled already, keys are not.
    let met = try projected(".k_proj", times: 1)
    let meeting = try projected(".q_proj", times: scale)
    return (0..<shape.heads).map { head in
      func packed(_ vectors: FloatBuffer) -> FloatBuffer {
        let room = FloatBuffer(superb_dense_room(headSize, rows))
        superb_dense_pack(
          headSize, rows, vectors.pointer + head * headSize, 1, size,
          room.pointer)
        return room
      }
      return DistanceVectors(forQueries: packed(met), forKeys: packed(meeting))
    }
  }

  /// The distances' vectors of all heads, `[2 · frames - 1, size]`, from the
  /// key that is farthest before its query on; nil where they are the same for
  /// all lengths and heads.
  func project(
    _ frames: Int, in workspace: PassWorkspace
  ) -> UnsafePointer<Float>? {
    guard case .sinusoids(let projection) = kind else { return nil }
    let rows = 2 * frames - 1
    let room = workspace.room(.positions, 2 * rows * size)
    Self.fill(room, frames: frames, size: size)
    projection.apply(room, rows: rows, into: room + rows * size)
    return UnsafePointer(room + rows * size)
  }

  /// Sinusoids of the distances from frames - 1 down to 1 - frames: the sine
  /// in each even column, the cosine of the same angle behind it.
  static func fill(
    _ y: UnsafeMutablePointer<Float>, frames: Int, size: Int
  ) {
    let frequencies = stride(from: 0, to: size, by: 2).map {
      exp(-Double($0) * log(10000) / Double(size))
    }
    for row in 0..<2 * frames - 1 {
      for (pair, frequency) in frequencies.enumerated() {
        let angle = Double(frames - 1 - row) * frequency
        y[row * size + 2 * pair] = Float(sin(angle))
        if 2 * pair + 1 < size {
          y[row * size + 2 * pair + 1] = Float(cos(angle))
        }
      }
    }
  }

  /// One head's.
  struct Pack {
    fileprivate var keys: UnsafePointer<Float>
    fileprivate var count: Int
    fileprivate var beyond: UnsafePointer<Float>?
    fileprivate var headSize: Int
    /// Where distances are clamped: those before a query.
    fileprivate var before: Int?
    /// Where each difference of query and key, from 1 - frames on, has its
    /// place among the vectors; and what each key draws from each of these.
    fileprivate var places: [Int] = []
    fileprivate var keyScores: UnsafePointer<Float>?
  }

  func pack(
    _ projected: UnsafePointer<Float>?, head: Int, frames: Int,
    keys: UnsafePointer<Float>, stride: Int, in workspace: PassWorkspace
  ) -> Pack {
    switch kind {
    case .disentangled(let distances, let heads):
      let count = 2 * distances.span
      let scores = workspace.room(.keyScores, frames * count)
      superb_dense(
        frames, headSize, count, keys, stride, heads[head].forKeys.pointer,
        nil, nil, 0, scores, count)
      return Pack(
        keys: heads[head].forQueries.pointer, count: count,
        headSize: headSize,
        places: (1 - frames..<frames).map(distances.place),
        keyScores: UnsafePointer(scores))
    case .clamped(let before, let behind, let keys):
      return Pack(
        keys: keys.pointer, count: before + behind + 1, headSize: headSize,
        before: before)
    case .sinusoids:
      let count = 2 * frames - 1
      let keys = workspace.room(
        .positionKeys, superb_dense_room(headSize, count))
      superb_dense_pack(
        headSize, count, projected.map { $0 + head * headSize }, 1, size, keys)
      return Pack(
        keys: keys, count: count,
        beyond: beyond.map { UnsafePointer($0.pointer + head * headSize) },
        headSize: headSize)
    }
  }
}

extension PositionKeys.Pack {
  /// Adds to the scores `[queries, frames]` what queries, `stride` numbers
  /// apart, draw from distances.
  func add(
    to scores: UnsafeMutablePointer<Float>, of x: UnsafePointer<Float>,
    stride: Int, queries: Range<Int>, frames: Int, in workspace: PassWorkspace
  ) {
    let rows = queries.count
    var (x, xStride) = (x, stride)
    if let beyond {
      let moved = workspace.room(.positionQueries, rows * headSize)
      superb_copy_block(rows, headSize, x, xStride, moved, headSize)
      superb_add_row(rows, headSize, 1, moved, beyond, moved)
      (x, xStride) = (UnsafePointer(moved), headSize)
    }
    let products = workspace.room(.positionScores, rows * count)
    superb_dense(
      rows, headSize, count, x, xStride, keys, nil, nil, 0, products, count)
    for (row, query) in queries.enumerated() {
      let (from, to) = (products + row * count, scores + row * frames)
      if let keyScores {
        for key in 0..<frames {
          let place = places[query - key + frames - 1]
          to[key] += from[place] + keyScores[key * count + place]
        }
        continue
      }
      guard let before else {
        superb_add(frames, to, from + (frames - 1 - query), to)
        continue
      }
      // Keys that are farther than the farthest, on either side.
      let first = min(max(0, query - before), frames)
      let last = min(max(first, query + count - before), frames)
      superb_add_constant(first, from[0], to)
      superb_add(
        last - first, to + first, from + (first - query + before), to + first)
      superb_add_constant(frames - last, from[count - 1], to + last)
    }
  }
}
