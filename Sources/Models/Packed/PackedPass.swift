import Diagnostics

/// One pass of some utterances through a network whose weights are packed.
///
/// One thread's; passes on other threads share the weights alone.
final class PackedPass {
  /// Room that is kept from pass to pass.
  let workspace: PassWorkspace
  /// Of each utterance, as ``ModelStates`` has them.
  private(set) var values: [[Float]]
  /// What attention minds of distances; all layers mind the same.
  var distances: DistanceRows?
  private let parts: [String: any Sendable]
  private let utterances: [Range<Int>]

  /// - Parameters:
  ///   - parts: what operators keep of their tensors, by name.
  ///   - utterances: their frames in each hidden state, as far as they count.
  ///   - count: of numbers that each frame has in all states.
  init(
    _ parts: [String: any Sendable], utterances: [Range<Int>], count: Int,
    in workspace: PassWorkspace
  ) {
    self.parts = parts
    self.utterances = utterances
    self.workspace = workspace
    values = utterances.map { utterance in
      var values: [Float] = []
      values.reserveCapacity(utterance.count * count)
      return values
    }
  }

  /// What the operator of that name keeps of its tensors.
  func part<Part>(_ name: String) throws -> Part {
    guard let part = parts[name] as? Part else {
      throw InternalError("\(name) is not packed as \(Part.self)")
    }
    return part
  }

  func keep(_ x: UnsafePointer<Float>, width: Int) {
    for (index, utterance) in utterances.enumerated() {
      values[index].append(
        contentsOf: UnsafeBufferPointer(
          start: x + utterance.lowerBound * width,
          count: utterance.count * width))
    }
  }
}
