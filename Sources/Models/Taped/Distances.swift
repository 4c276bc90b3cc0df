import TaskABI
import Tensors

/// WavLM's attention bias with its gradient.
///
/// The bias of query i and key j in head h is g · table[bucket(j - i), h],
/// with the gate g = a · (b · c - 1) + 2 of the query: a and b from the
/// attention's input, c the head's constant.
struct Distances {
  /// The bucket of key minus query, from -(longest - 1) on.
  private let buckets: [Int]
  private let longest: Int

  init(_ bias: ModelConfiguration.RelativeBias, offsets: [Int]) {
    let lengths = zip(offsets, offsets.dropFirst()).map { $1 - $0 }
    let longest = lengths.max() ?? 0
    self.longest = longest
    buckets = longest == 0 ? [] : (1 - longest..<longest).map(bias.bucket)
  }

  /// [heads, frames, frames], for one utterance.
  ///
  /// - Parameters:
  ///   - gates: a and b, [frames · heads, 2].
  ///   - constants: c, one for each head.
  ///   - table: [buckets, heads].
  func bias(
    of gates: Node, constants: Node, table: Node, frames: Int, heads: Int,
    on engine: Engine
  ) throws -> Node {
    let pass = Pass(
      buckets: Array(buckets[longest - frames..<longest + frames - 1]),
      frames: frames, heads: heads, gates: gates.pointer,
      constants: constants.pointer, table: table.pointer)
    let operation = CustomOperator(
      name: "gated_distance_bias",
      forward: { _, y in
        pass.fill(y)
        return SUPERB_OK
      },
      backward: { _, _, dy, gradients in
        pass.send(dy, to: gradients)
        return SUPERB_OK
      })
    return try engine.custom(
      operation, inputs: [gates, constants, table],
      shape: [heads, frames, frames])
  }

  private struct Pass {
    /// The bucket of key minus query, from -(frames - 1) to frames - 1.
    let buckets: [Int]
    let frames: Int
    let heads: Int
    let gates, constants, table: UnsafePointer<Float>

    func gate(_ frame: Int, _ head: Int) -> Float {
      let pair = gates + 2 * (frame * heads + head)
      return pair[0] * (pair[1] * constants[head] - 1) + 2
    }

    /// The head's biases of all differences, without the gate.
    func row(_ head: Int) -> [Float] {
      buckets.map { table[$0 * heads + head] }
    }

    func fill(_ y: UnsafeMutablePointer<Float>) {
      for head in 0..<heads {
        row(head).withUnsafeBufferPointer { row in
          for query in 0..<frames {
            let gate = gate(query, head)
            let out = y + (head * frames + query) * frames
            let first = frames - 1 - query
            for key in 0..<frames { out[key] = gate * row[first + key] }
          }
        }
      }
    }

    func send(
      _ dy: UnsafePointer<Float>, to gradients: [UnsafeMutablePointer<Float>?]
    ) {
      for head in 0..<heads {
        let row = row(head)
        let c = Double(constants[head])
        var dConstant = 0.0
        var dRow = [Double](repeating: 0, count: buckets.count)
        for query in 0..<frames {
          let gate = Double(gate(query, head))
          let d = dy + (head * frames + query) * frames
          let first = frames - 1 - query
          var dGate = 0.0
          for key in 0..<frames {
            dGate += Double(d[key]) * Double(row[first + key])
            dRow[first + key] += gate * Double(d[key])
          }
          let place = 2 * (query * heads + head)
          let (a, b) = (Double(gates[place]), Double(gates[place + 1]))
          gradients[0]?[place] += Float(dGate * (b * c - 1))
          gradients[0]?[place + 1] += Float(dGate * a * c)
          dConstant += dGate * a * b
        }
        gradients[1]?[head] += Float(dConstant)
        if let dTable = gradients[2] {
          for (index, bucket) in buckets.enumerated() {
            dTable[bucket * heads + head] += Float(dRow[index])
          }
        }
      }
    }
  }
}
