import Files
import Foundation
import Upstreams

/// What experiments of one upstream have cost in the process that trained
/// them together, all of it, and not this experiment's part alone.
package struct JointCost: Codable, Equatable, Sendable {
  /// The experiments, this one among them: `ks`, `emotion fold1`.
  package var tasks: [String]
  package var wallSeconds: Double
  package var cpuSeconds: Double
  package var peakMemoryBytes: Int64
  /// Utterances that the upstream was run on, for all of them.
  package var upstreamPasses: Int

  package init(
    tasks: [String], wallSeconds: Double, cpuSeconds: Double,
    peakMemoryBytes: Int64, upstreamPasses: Int
  ) {
    self.tasks = tasks
    self.wallSeconds = wallSeconds
    self.cpuSeconds = cpuSeconds
    self.peakMemoryBytes = peakMemoryBytes
    self.upstreamPasses = upstreamPasses
  }
}

extension JointCost {
  /// What an experiment is left by the process that has trained it.
  package struct Share: Codable {
    package var cost: JointCost
    /// The experiment's own.
    package var trainingSeconds: Double
    package var trainingTimes: TrainingTimes

    package init(
      cost: JointCost, trainingSeconds: Double, trainingTimes: TrainingTimes
    ) {
      self.cost = cost
      self.trainingSeconds = trainingSeconds
      self.trainingTimes = trainingTimes
    }

    private static let fileName = "joint-cost.json"

    package static func read(fromFolder folder: String) -> Share? {
      FileManager.default.contents(atPath: folder + "/" + fileName)
        .flatMap { try? JSONDecoder().decode(Share.self, from: $0) }
    }

    /// Leaves it in the experiment's folder, with what processes have left
    /// there that were cut short.
    package func add(toFolder folder: String) throws {
      var sum = self
      if let before = Self.read(fromFolder: folder),
        before.cost.tasks == cost.tasks
      {
        sum.cost.wallSeconds += before.cost.wallSeconds
        sum.cost.cpuSeconds += before.cost.cpuSeconds
        sum.cost.peakMemoryBytes = max(
          cost.peakMemoryBytes, before.cost.peakMemoryBytes)
        sum.cost.upstreamPasses += before.cost.upstreamPasses
        sum.trainingSeconds += before.trainingSeconds
        sum.trainingTimes = before.trainingTimes + trainingTimes
      }
      try AtomicFile.write(
        try JSONEncoder().encode(sum), to: folder + "/" + Self.fileName)
    }

    package static func remove(fromFolder folder: String) {
      unlink(folder + "/" + fileName)
    }
  }
}
