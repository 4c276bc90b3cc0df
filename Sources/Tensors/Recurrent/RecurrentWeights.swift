/// The weights of one layer and direction of a recurrent network, as PyTorch
/// lays them out: the gates' rows behind one another.
public struct RecurrentWeights {
  /// [gates · hidden, inputs]
  public let input: Node
  /// [gates · hidden, hidden]
  public let recurrent: Node
  /// [gates · hidden]
  public let inputBias: Node?
  /// [gates · hidden]
  public let recurrentBias: Node?

  public init(
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
