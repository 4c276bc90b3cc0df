/// The tensors of one dictionary in a PyTorch file.
package struct TorchTensors: TensorFile {
  package let names: [String]
  private let checkpoint: TorchCheckpoint
  private let tensors: [String: TorchCheckpoint.Tensor]

  package var path: String { checkpoint.path }

  /// - Parameter dictionary: a node of the checkpoint's content. Entries that
  ///   are no tensors are left out.
  package init(_ checkpoint: TorchCheckpoint, in dictionary: PickleNode) {
    self.checkpoint = checkpoint
    var tensors: [String: TorchCheckpoint.Tensor] = [:]
    for (name, node) in dictionary.entries {
      tensors[name] = checkpoint.tensor(node)
    }
    self.tensors = tensors
    names = tensors.keys.sorted()
  }

  package func shape(of name: String) -> [Int]? { tensors[name]?.shape }

  package func floats(_ name: String) throws -> [Float] {
    guard let tensor = tensors[name] else { throw missing(name) }
    guard let values = try checkpoint.floats(tensor) else {
      throw mismatch(name, tensor.element, "floating-point")
    }
    return values
  }
}
