import TaskABI
import Testing

@testable import Tensors

/// Recurrent networks through the contract's table.
@Suite struct TensorExtensionRecurrentTests {
  let api = TensorExtension.sequence.pointee

  @Test(arguments: [RecurrentCell.lstm, .gru])
  func theTableReachesTheOperator(cell: RecurrentCell) throws {
    let engine = Engine(threads: 1, seed: 1)
    let width = cell.gates * 2
    let input = try engine.leaf(draws(width * 3), [width, 3])
    let recurrent = try engine.leaf(draws(width * 2, seed: 2), [width, 2])
    let x = try engine.leaf(draws(15, seed: 3), [5, 3])
    var weights = superb_recurrent_weights()
    weights.struct_size = UInt32(
      MemoryLayout<superb_recurrent_weights>.size)
    weights.input = input.handle
    weights.recurrent = recurrent.handle
    let apply = cell == .lstm ? api.lstm : api.gru
    func table(_ weights: superb_recurrent_weights) -> Node? {
      withUnsafePointer(to: weights) { weights in
        Node.behind(apply?(x.handle, [0, 2, 5], 2, [weights, weights], 1, 1))
      }
    }
    let set = RecurrentWeights(input: input, recurrent: recurrent)
    let expected = try engine.recurrent(
      cell, x, offsets: [0, 2, 5], weights: [set, set], layers: 1,
      bidirectional: true)
    #expect(table(weights).map { Array($0.values) } == Array(expected.values))
    #expect(engine.takeFailure() == nil)

    weights.recurrent = nil
    #expect(table(weights) == nil)
    #expect(engine.takeFailure()?.what.contains("null") == true)
    weights.struct_size = 4
    #expect(table(weights) == nil)
    #expect(engine.takeFailure()?.what.contains("struct_size") == true)
  }
}
