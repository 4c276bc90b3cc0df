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
    var file = SafeTensorsWriter(
      metadata: ["step": "\(step)", "epoch": "\(epoch)"])
    for parameter in engine.parameters {
      try file.add(
        parameter.name, shape: (0..<parameter.shape.rank).map { parameter.shape[$0] },
        floats: Array(parameter.values))
    }
    for (name, values) in optimizer.exportState() {
      try file.add(
        "optimizer." + name, shape: [values.count], floats: values)
    }
    try file.write(to: path)
  }

  /// Gives `engine`'s parameters the numbers in the file at `path`.
  static func load(_ path: String, into engine: Engine) throws {
    let file = try SafeTensors(path: path)
    for parameter in engine.parameters {
      try parameter.assign(try file.floats(parameter.name))
    }
  }
}
