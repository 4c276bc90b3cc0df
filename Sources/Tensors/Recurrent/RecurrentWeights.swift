/// The weights of one layer and direction of a recurrent network, as PyTorch
/// lays them out: the gates' rows behind one another.
package struct RecurrentWeights {
  /// [gates · hidden, inputs]
  package let input: Node
  /// [gates · hidden, hidden]
  package let recurrent: Node
  /// [gates · hidden]
  package let inputBias: Node?
  /// [gates · hidden]
  package let recurrentBias: Node?

  package init(
    input: Node, recurrent: Node, inputBias: Node? = nil,
    recurrentBias: Node? = nil
  ) {
    self.input = input
    self.recurrent = recurrent
    self.inputBias = inputBias
    self.recurrentBias = recurrentBias
  }

  var all: [Node?] { [input, recurrent, inputBias, recurrentBias] }

  var requiresGradient: Bool {
    all.contains { $0?.requiresGradient == true }
  }
}
