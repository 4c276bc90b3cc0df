import Diagnostics
import Records
import TaskABI

extension TaskDescription {
  /// Copies a descriptor, holding the library to what the contract asks of
  /// it.
  package init(_ descriptor: superb_task_descriptor, library: String) throws {
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
    let id = try text(descriptor.id, "id")
    guard
      id.utf8.allSatisfy({
        (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f
      })
    else {
      throw UserError(
        "the task id '\(id)' is not made of lower-case letters, digits and _",
        at: library)
    }
    var metrics: [Metric] = []
    var next = descriptor.metrics
    while let metric = next?.pointee {
      metrics.append(try Metric(metric.pointee, library: library))
      next = next?.successor()
    }
    self.init(
      id: id, version: Int(descriptor.version),
      title: try text(descriptor.title, "title"),
      summary: try text(descriptor.summary, "summary"),
      aliases: strings(descriptor.aliases), metrics: metrics,
      corpora: strings(descriptor.corpora),
      scalarPrefix: try text(descriptor.scalar_prefix, "scalar_prefix"),
      testSplits: strings(descriptor.test_splits))
    guard !metrics.isEmpty, !testSplits.isEmpty else {
      throw UserError(
        "the task '\(id)' declares no metric or no test split", at: library)
    }
  }
}

extension TaskDescription.Metric {
  package init(_ metric: superb_metric, library: String) throws {
    guard let name = metric.name, let title = metric.title else {
      throw UserError("a metric has no name or no title", at: library)
    }
    let unit: MetricUnit =
      switch metric.unit {
      case SUPERB_UNIT_FRACTION: .fraction
      case SUPERB_UNIT_PERCENT: .percent
      default: .plain
      }
    self.init(
      name: String(cString: name), title: String(cString: title), unit: unit,
      higherIsBetter: metric.higher_is_better != 0)
  }
}

extension TaskDescription.Folds {
  init(_ folds: superb_folds) {
    self.init(
      configKey: folds.config_key.map {
        String(cString: $0).split(separator: ".").map(String.init)
      } ?? [],
      names: (0..<Int(folds.count)).compactMap { index in
        folds.names?[index].map { String(cString: $0) }
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
