import Foundation
import Records
import Tensors

/// The states of all heads that train an upstream together, at one moment, as
/// one file: the upstream and its optimizer's state once, and what belongs to
/// one head below the head's number.
struct JointCheckpoint {
  let members: [Checkpoint]
  /// The upstream's parameters.
  let shared: Set<String>

  func write(to path: String) throws {
    var tensors: [String: CheckpointTensor] = [:]
    var progress = TrainingProgress()
    var strings = ["versions": try JSONEncoder.sorted.text(Versions.all)]
    for (place, member) in members.enumerated() {
      for var tensor in member.tensors() {
        if !isShared(tensor.name) {
          tensor.name = Self.prefix(of: place) + tensor.name
        }
        tensors[tensor.name] = tensor
      }
      strings[Self.prefix(of: place) + "progress"] =
        try JSONEncoder.sorted.text(member.progress)
      progress.step += member.progress.step
    }
    strings["step"] = "\(progress.step)"
    strings["progress"] = try JSONEncoder.sorted.text(progress)
    try CheckpointTensor.write(Array(tensors.values), strings, to: path)
  }

  static func prefix(of member: Int) -> String { "\(member)/" }

  /// `upstream.…`, or `optimizer.exp_avg/upstream.…`.
  private func isShared(_ name: String) -> Bool {
    if shared.contains(name) { return true }
    guard name.hasPrefix(Checkpoint.optimizerPrefix),
      let slash = name.firstIndex(of: "/")
    else { return false }
    return shared.contains(String(name[name.index(after: slash)...]))
  }
}

extension StoredCheckpoint {
  /// One head's state of a file that holds several.
  package func member(_ place: Int) throws -> StoredCheckpoint {
    try StoredCheckpoint(self, below: JointCheckpoint.prefix(of: place))
  }
}
