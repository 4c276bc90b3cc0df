import Diagnostics
import TaskABI

/// What a library says of one of its tasks: the contract's descriptor, copied
/// out of the library so that it can be listed without loading it.
package struct TaskDescription: Codable, Equatable, Sendable {
  /// A figure that the task reports.
  package struct Metric: Codable, Equatable, Sendable {
    package var name: String
    package var title: String
    package var unit: ExperimentResult.Unit
    package var higherIsBetter: Bool
  }

  /// The task's cross-validation folds.
  package struct Folds: Codable, Equatable, Sendable {
    /// Where a fold's name goes in the configuration, below
    /// `downstream_expert`.
    package var configKey: [String]
    package var names: [String]
  }

  package var id: String
  package var version: Int
  package var title: String
  package var summary: String
  package var aliases: [String]
  /// The ranking metric first.
  package var metrics: [Metric]
  package var corpora: [String]
  package var scalarPrefix: String
  package var testSplits: [String]
  package var folds: Folds?

  /// Every name that a user may say for this task.
  package var names: [String] { [id] + aliases }
}

extension TaskDescription {
  /// Copies a descriptor, holding the library to what the contract asks of
  /// it.
  init(_ descriptor: superb_task_descriptor, library: String) throws {
    func text(_ pointer: UnsafePointer<CChar>?, _ member: String) throws
      -> String
    {
      guard let pointer, case let text = String(cString: pointer), !text.isEmpty
      else {
        throw UserError(
          "the task's descriptor has no \(member)", at: library,
          fix: "superb task check names everything that is missing")
      }
      return text
    }
    id = try text(descriptor.id, "id")
    guard
      id.utf8.allSatisfy({
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
      })
    else {
      throw UserError(
        "the task id '\(id)' is not made of lower-case letters, digits and _",
        at: library)
    }
    version = Int(descriptor.version)
    // Shown in listings and tables, which they may not steer.
    title = try text(descriptor.title, "title").oneLine
    summary = try text(descriptor.summary, "summary").oneLine
    scalarPrefix = try text(descriptor.scalar_prefix, "scalar_prefix")
    aliases = strings(descriptor.aliases)
    corpora = strings(descriptor.corpora)
    testSplits = strings(descriptor.test_splits)
    metrics = []
    var next = descriptor.metrics
    while let metric = next?.pointee {
      metrics.append(try Metric(metric.pointee, library: library))
      next = next?.successor()
    }
    guard !metrics.isEmpty, !testSplits.isEmpty else {
      throw UserError(
        "the task '\(id)' declares no metric or no test split", at: library)
    }
  }
}

extension TaskDescription.Metric {
  init(_ metric: superb_metric, library: String) throws {
    guard let name = metric.name, let title = metric.title else {
      throw UserError("a metric has no name or no title", at: library)
    }
    self.name = String(cString: name)
    self.title = String(cString: title).oneLine
    higherIsBetter = metric.higher_is_better != 0
    switch metric.unit {
    case SUPERB_UNIT_FRACTION: unit = .fraction
    case SUPERB_UNIT_PERCENT: unit = .percent
    default: unit = .plain
    }
  }
}

extension TaskDescription.Folds {
  init(_ folds: superb_folds) {
    configKey =
      folds.config_key.map {
        String(cString: $0).split(separator: ".").map(String.init)
      } ?? []
    names = (0..<Int(folds.count)).compactMap { index in
      folds.names?[index].map { String(cString: $0) }
    }
  }
}

/// The strings of a list that ends in null.
private func strings(
  _ list: UnsafePointer<UnsafePointer<CChar>?>?
) -> [String] {
  var result: [String] = []
  var next = list
  while let text = next?.pointee {
    result.append(String(cString: text))
    next = next?.successor()
  }
  return result
}
