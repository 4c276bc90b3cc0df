import Diagnostics
import Foundation
import Tensors
import Upstreams

/// A model's parameters and its optimizer's state at one step, as a
/// safetensors file. Parameters carry their own names; the optimizer's state
/// lies below `optimizer.`.
struct Checkpoint {
  let engine: Engine
  let optimizer: any Optimizer
  let step: Int
  let epoch: Int

  func write(to path: String) throws {
    var tensors = engine.parameters.map { parameter in
      SafeTensors.Tensor(
        name: parameter.name, shape: parameter.node.shape,
        values: Array(parameter.node.values))
    }
    for (name, values) in optimizer.state.sorted(by: { $0.key < $1.key }) {
      tensors.append(
        SafeTensors.Tensor(
          name: "optimizer." + name, shape: [values.count], values: values))
    }
    try SafeTensors.write(
      tensors, metadata: ["step": "\(step)", "epoch": "\(epoch)"], to: path)
  }

  /// Gives `engine`'s parameters the numbers in the file at `path`.
  static func load(_ path: String, into engine: Engine) throws {
    let file = try SafeTensors(path: path)
    for parameter in engine.parameters {
      let values = try file.floats(named: parameter.name)
      try parameter.assign(values)
    }
  }
}
