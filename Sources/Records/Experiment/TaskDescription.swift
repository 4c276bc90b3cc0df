/// What a library says of one of its tasks: the contract's descriptor, copied
/// out of the library so that it can be listed without loading it.
package struct TaskDescription: Codable, Equatable, Sendable {
  /// A figure that the task reports.
  package struct Metric: Codable, Equatable, Sendable {
    package var name: String
    package var title: String
    package var unit: MetricUnit
    package var higherIsBetter: Bool

    package init(
      name: String, title: String, unit: MetricUnit,
      higherIsBetter: Bool
    ) {
      self.name = name
      self.title = title
      self.unit = unit
      self.higherIsBetter = higherIsBetter
    }
  }

  /// The task's cross-validation folds.
  package struct Folds: Codable, Equatable, Sendable {
    /// Where a fold's name goes in the configuration, below
    /// `downstream_expert`.
    package var configKey: [String]
    package var names: [String]

    package init(configKey: [String], names: [String]) {
      self.configKey = configKey
      self.names = names
    }
  }

  package var id: String
  /// What the library calls it, where it goes by a name of its own.
  package var expert: String?
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

  package init(
    id: String, version: Int, title: String, summary: String,
    aliases: [String], metrics: [Metric], corpora: [String],
    scalarPrefix: String, testSplits: [String], folds: Folds? = nil
  ) {
    self.id = id
    self.version = version
    self.title = title
    self.summary = summary
    self.aliases = aliases
    self.metrics = metrics
    self.corpora = corpora
    self.scalarPrefix = scalarPrefix
    self.testSplits = testSplits
    self.folds = folds
  }

  /// Every name that a user may say for this task.
  package var names: [String] { [id] + aliases }
}
