import TaskABI

/// What a task says of itself before it is made. Constant: two readings give
/// the same, and no file is opened for it.
public struct TaskDescriptor: Sendable, Equatable {
  /// "ks": lower-case letters, digits and '_'.
  public var id: String
  /// Raised by any change that could move a number.
  public var version: Int
  /// "keyword spotting".
  public var title: String
  /// One sentence.
  public var summary: String
  /// Other names that users may say.
  public var aliases: [String]
  /// The best-known metric first: it ranks.
  public var metrics: [Metric]
  /// Names of the corpora it reads.
  public var corpora: [String]
  /// Scalars are called `<scalarPrefix>/<split>-<metric>`.
  public var scalarPrefix: String
  /// The splits that the final figures come from.
  public var testSplits: [String]

  /// What the host and the user are told before any expert is made.
  public init(
    id: String, version: Int = 1, title: String, summary: String,
    aliases: [String] = [], metrics: [Metric], corpora: [String] = [],
    scalarPrefix: String, testSplits: [String] = ["test"]
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
  }
}

/// A figure of merit.
public struct Metric: Sendable, Equatable {
  /// What a figure counts in.
  public enum Unit: Int32, Sendable {
    /// 0 … 1, shown × 100.
    case fraction = 0
    /// 0 … 100.
    case percent = 1
    /// A number, shown as it is.
    case plain = 2
  }

  /// As `RecordLog.metric` reports it: "acc".
  public var name: String
  /// As the leaderboard shows it: "accuracy".
  public var title: String
  /// What the figure counts in.
  public var unit: Unit
  /// Which of two figures is the better one.
  public var higherIsBetter: Bool

  /// What the host and the user are told before any expert is made.
  public init(
    _ name: String, title: String, unit: Unit, higherIsBetter: Bool
  ) {
    self.name = name
    self.title = title
    self.unit = unit
    self.higherIsBetter = higherIsBetter
  }

  /// The share of utterances that are right, 0 … 1, named "acc".
  public static let accuracy = Metric(
    "acc", title: "accuracy", unit: .fraction, higherIsBetter: true)
}

/// Cross-validation: the host runs the task once for each fold and reports
/// the mean of the test metrics.
public struct Folds: Sendable, Equatable {
  /// Where the fold's name goes, below `downstream_expert`, as a dotted path.
  public var configKey: String
  /// In the order in which they are run.
  public var names: [String]

  /// `configKey` is below `downstream_expert`, keys joined by dots.
  public init(configKey: String, names: [String]) {
    self.configKey = configKey
    self.names = names
  }
}

/// What a head does to time before anything that is not linear.
public enum Pooling: Int32, Sendable {
  /// It needs every frame.
  case none = 0
  /// A linear map, then the mean over frames: the host may hand over the
  /// mean of the frames as the one frame of each utterance.
  case mean = 1
}
