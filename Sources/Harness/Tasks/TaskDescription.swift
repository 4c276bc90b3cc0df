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
  ///
  /// - Parameter library: the file's name, for what has no id.
  /// - Throws: ``ContractBreach`` for what is missing.
  init(_ descriptor: superb_task_descriptor, library: String) throws {
    func text(_ pointer: UnsafePointer<CChar>?, _ member: String) throws
      -> String
    {
      guard let pointer, case let text = String(cString: pointer), !text.isEmpty
      else {
        throw ContractBreach(
          of: library, in: "its descriptor", "it has no \(member)")
      }
      return text
    }
    id = try text(descriptor.id, "id")
    guard
      id.utf8.allSatisfy({
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
      })
    else {
      throw ContractBreach(
        of: library, in: "its descriptor",
        "the id '\(id)' is not made of lower-case letters, digits and _")
    }
    version = Int(descriptor.version)
    title = try text(descriptor.title, "title")
    summary = try text(descriptor.summary, "summary")
    scalarPrefix = try text(descriptor.scalar_prefix, "scalar_prefix")
    aliases = strings(descriptor.aliases)
    corpora = strings(descriptor.corpora)
    testSplits = strings(descriptor.test_splits)
    metrics = []
    var next = descriptor.metrics
    while let metric = next?.pointee {
      metrics.append(try Metric(metric.pointee, task: id))
      next = next?.successor()
    }
    guard !metrics.isEmpty, !testSplits.isEmpty else {
      throw ContractBreach(
        of: id, in: "its descriptor", "it declares no metric or no test split")
    }
  }
}

extension TaskDescription.Metric {
  init(_ metric: superb_metric, task: String) throws {
    guard let name = metric.name, let title = metric.title else {
      throw ContractBreach(
        of: task, in: "its descriptor", "a metric has no name or no title")
    }
    self.name = String(cString: name)
    self.title = String(cString: title)
    higherIsBetter = metric.higher_is_better != 0
    switch metric.unit {
    case SUPERB_UNIT_FRACTION: unit = .fraction
    case SUPERB_UNIT_PERCENT: unit = .percent
    default: unit = .plain
    }
  }
}

extension TaskDescription.Folds {
  /// - Throws: ``ContractBreach`` if a fold has no name, or nothing says
  ///   where it goes.
  init(_ folds: superb_folds, task: String) throws {
    func text(_ pointer: UnsafePointer<CChar>?, _ what: String) throws
      -> String
    {
      guard let pointer else {
        throw ContractBreach(of: task, in: "its folds", what)
      }
      return String(cString: pointer)
    }
    configKey = try text(folds.config_key, "they have no config_key")
      .split(separator: ".").map(String.init)
    names = try (0..<Int(folds.count)).map {
      try text(folds.names?[$0], "fold \($0) has no name")
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
