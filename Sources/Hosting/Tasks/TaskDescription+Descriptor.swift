import Diagnostics
import Records
import TaskABI

extension TaskDescription {
  /// Copies a descriptor, holding the library to what the contract asks of
  /// it.
  ///
  /// - Parameter library: the file's name, for what has no id.
  /// - Throws: ``ContractBreach`` for what is missing.
  package init(_ descriptor: superb_task_descriptor, library: String) throws {
    func breach(of task: String, _ what: String) -> ContractBreach {
      ContractBreach(of: task, in: "its descriptor", what)
    }
    func text(
      _ pointer: UnsafePointer<CChar>?, _ member: String
    ) throws -> String {
      guard let pointer, case let text = String(cString: pointer), !text.isEmpty
      else { throw breach(of: library, "it has no \(member)") }
      guard text.utf8.count <= 4096 else {
        throw breach(
          of: library, "its \(member) has \(text.utf8.count) bytes")
      }
      return text
    }
    let id = try text(descriptor.id, "id")
    guard
      id.utf8.allSatisfy({
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
      })
    else {
      throw breach(
        of: library,
        "the id '\(id)' is not made of lower-case letters, digits and _")
    }
    var metrics: [Metric] = []
    var next = descriptor.metrics
    while let metric = next?.pointee {
      metrics.append(try Metric(metric.pointee, task: id))
      next = next?.successor()
    }
    // Titles are shown in listings and tables, which they may not steer.
    self.init(
      id: id, version: Int(descriptor.version),
      title: try text(descriptor.title, "title").oneLine,
      summary: try text(descriptor.summary, "summary").oneLine,
      aliases: strings(descriptor.aliases), metrics: metrics,
      corpora: strings(descriptor.corpora),
      scalarPrefix: try text(descriptor.scalar_prefix, "scalar_prefix"),
      testSplits: strings(descriptor.test_splits))
    guard !metrics.isEmpty, !testSplits.isEmpty else {
      throw breach(of: id, "it declares no metric or no test split")
    }
  }
}

extension TaskDescription.Metric {
  package init(_ metric: superb_metric, task: String) throws {
    guard let name = metric.name, let title = metric.title else {
      throw ContractBreach(
        of: task, in: "its descriptor", "a metric has no name or no title")
    }
    let unit: MetricUnit =
      switch metric.unit {
      case SUPERB_UNIT_FRACTION: .fraction
      case SUPERB_UNIT_PERCENT: .percent
      default: .plain
      }
    self.init(
      name: String(cString: name), title: String(cString: title).oneLine,
      unit: unit,
      higherIsBetter: metric.higher_is_better != 0)
  }
}

extension TaskDescription.Folds {
  /// - Throws: ``ContractBreach`` if a fold has no name, or nothing says
  ///   where it goes.
  init(_ folds: superb_folds, task: String) throws {
    func text(
      _ pointer: UnsafePointer<CChar>?, _ what: String
    ) throws -> String {
      guard let pointer else {
        throw ContractBreach(of: task, in: "its folds", what)
      }
      return String(cString: pointer)
    }
    self.init(
      configKey: try text(folds.config_key, "they have no config_key")
        .split(separator: ".").map(String.init),
      names: try (0..<Int(folds.count)).map {
        try text(folds.names?[$0], "fold \($0) has no name")
      })
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
