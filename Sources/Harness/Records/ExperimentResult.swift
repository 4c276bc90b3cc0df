import Foundation

/// What one cell of the leaderboard rests on: one upstream on one task.
///
/// Written as `result.json` into the experiment's folder when it has ended,
/// well or badly. Everything but ``cost`` and ``finishedAt`` is a function of
/// the inputs: the same run gives the same bytes.
public struct ExperimentResult: Codable, Equatable, Sendable {
  /// Raised when a reader of older files would misread this one.
  public static let currentFormat = 1

  /// The file in an experiment's folder.
  public static let fileName = "result.json"

  /// How the experiment ended.
  public enum Status: String, Codable, Sendable {
    case done
    /// Ended by an error, a crash or a time-out; ``Failure`` says which.
    case failed
  }

  /// Why there is no number.
  public struct Failure: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
      /// The user's input or data: can be mended and run again.
      case user
      /// The task's process died of a signal.
      case crashed
      /// The task made no progress for too long.
      case hung
      /// The task took more memory than it may.
      case memory
      /// The task does not build, or speaks another ABI.
      case task
      /// A bug of ours.
      case bug
    }
    public var kind: Kind
    /// One sentence, as the leaderboard shows it.
    public var reason: String

    public init(kind: Kind, reason: String) {
      self.kind = kind
      self.reason = reason
    }
  }

  /// How a metric's number is to be read.
  public enum Unit: String, Codable, Sendable {
    /// 0 … 1, shown × 100.
    case fraction
    /// 0 … 100.
    case percent
    /// Shown as it is.
    case plain
  }

  /// One figure on one split.
  public struct Metric: Codable, Equatable, Sendable {
    /// As the task reports it: `acc`.
    public var name: String
    /// As the leaderboard shows it: `accuracy`.
    public var title: String
    public var split: String
    public var value: Double
    public var unit: Unit
    public var higherIsBetter: Bool
    /// The task's ranking metric on its test split.
    public var isPrimary: Bool

    public init(
      name: String, title: String, split: String, value: Double, unit: Unit,
      higherIsBetter: Bool, isPrimary: Bool
    ) {
      self.name = name
      self.title = title
      self.split = split
      self.value = value
      self.unit = unit
      self.higherIsBetter = higherIsBetter
      self.isPrimary = isPrimary
    }
  }

  /// One fold of a cross-validated task.
  public struct Fold: Codable, Equatable, Sendable {
    public var name: String
    public var metrics: [Metric]
    /// The checkpoint's step that the test figures come from.
    public var bestStep: Int?
    public var learningRates: LearningRateCurve?

    public init(
      name: String, metrics: [Metric], bestStep: Int?,
      learningRates: LearningRateCurve? = nil
    ) {
      self.name = name
      self.metrics = metrics
      self.bestStep = bestStep
      self.learningRates = learningRates
    }
  }

  /// The figures of the mean of several checkpoints.
  public struct Average: Codable, Equatable, Sendable {
    /// `best-<split>-<metric>`.
    public var name: String
    /// The checkpoints' steps, the best first.
    public var steps: [Int]
    public var metrics: [Metric]
  }

  /// Who was measured.
  public struct Upstream: Codable, Equatable, Sendable {
    public var name: String
    /// SHA-256 of weights and configuration, hexadecimal.
    public var digest: String
    public var layers: Int
    public var dimension: Int
    /// 16 kHz samples per frame.
    public var samplesPerFrame: Double

    public init(
      name: String, digest: String, layers: Int, dimension: Int,
      samplesPerFrame: Double
    ) {
      self.name = name
      self.digest = digest
      self.layers = layers
      self.dimension = dimension
      self.samplesPerFrame = samplesPerFrame
    }
  }

  /// By which task.
  public struct Task: Codable, Equatable, Sendable {
    public var id: String
    public var title: String
    public var version: Int

    public init(id: String, title: String, version: Int) {
      self.id = id
      self.title = title
      self.version = version
    }
  }

  /// What it took. The only part, with `finishedAt`, that differs between
  /// two runs of the same experiment.
  public struct Cost: Codable, Equatable, Sendable {
    public var wallSeconds: Double
    public var cpuSeconds: Double
    public var peakMemoryBytes: Int64
    /// Utterances that the upstream was run on; 0 when all were stored.
    public var upstreamPasses: Int
    public var trainingSteps: Int
    /// Spent in these steps, evaluations and extraction left out.
    public var trainingSeconds: Double
    /// The same time of the head whose figures count, by what it was spent on.
    public var trainingTimes: TrainingTimes?
    /// The most that tensors took at one time: parameters, their gradients,
    /// and what one step computes. Older results do not know.
    public var peakTensorBytes: Int64?
    /// What came before in a process that has trained several experiments
    /// (`--multitask`); the other figures but those of training are of the
    /// experiment's own process.
    public var joint: JointCost?

    public init(
      wallSeconds: Double, cpuSeconds: Double, peakMemoryBytes: Int64,
      upstreamPasses: Int, trainingSteps: Int, trainingSeconds: Double = 0,
      peakTensorBytes: Int64? = nil
    ) {
      self.wallSeconds = wallSeconds
      self.cpuSeconds = cpuSeconds
      self.peakMemoryBytes = peakMemoryBytes
      self.upstreamPasses = upstreamPasses
      self.trainingSteps = trainingSteps
      self.trainingSeconds = trainingSeconds
      self.peakTensorBytes = peakTensorBytes
    }
  }

  public var format = ExperimentResult.currentFormat
  public var status: Status
  public var failure: Failure?
  public var upstream: Upstream
  public var task: Task
  /// Means over the folds where the task has folds.
  public var metrics: [Metric]
  /// Empty for a task without folds.
  public var folds: [Fold] = []
  /// SHA-256 of everything that decides the numbers, hexadecimal.
  public var signature: String
  public var seed: UInt64
  /// SHA-256 over the ids and audio digests of all utterances used.
  public var dataDigest: String?
  /// The whole resolved configuration, as JSON.
  public var config: JSONValue
  /// Versions of the program, the contract, the compiler and the libraries.
  public var versions: [String: String]
  /// `smoke`, `dev` or `full`; only `full` rows are ranked against another.
  public var profile = "full"
  /// Utterances per split at most, if the run was limited.
  public var limit: Int?
  /// How the upstream was trained, if it was not frozen.
  public var fineTuning: FineTuning?
  /// The checkpoint's step that the test figures come from.
  public var bestStep: Int?
  /// How the layer was chosen, by a task that trains nothing.
  public var layerChoice: LayerChoice?
  /// How the learning rate was chosen, where the task names a grid.
  public var learningRates: LearningRateCurve?
  /// The figures of averaged checkpoints, where the configuration asks for
  /// them; they rank nothing.
  public var averages: [Average]?
  /// The predictions on the test splits that were furthest from the truth.
  public var worstCases: [WorstCase]?
  /// Batches of training that have failed and were left out.
  public var skippedBatches: [SkippedBatch]?
  /// The step at which training has ended early.
  public var stoppedAt: Int?
  /// What was noticed and does not stop the run.
  public var warnings: [String] = []
  public var cost: Cost
  /// ISO 8601, UTC.
  public var finishedAt: String

  public init(
    status: Status, failure: Failure? = nil, upstream: Upstream, task: Task,
    metrics: [Metric], signature: String, seed: UInt64, config: JSONValue,
    versions: [String: String], cost: Cost, finishedAt: String
  ) {
    self.status = status
    self.failure = failure
    self.upstream = upstream
    self.task = task
    self.metrics = metrics
    self.signature = signature
    self.seed = seed
    self.config = config
    self.versions = versions
    self.cost = cost
    self.finishedAt = finishedAt
  }
}

extension ExperimentResult {
  /// The figure that ranks this cell.
  public var primaryMetric: Metric? {
    metrics.first { $0.isPrimary }
  }

  /// The file's bytes: sorted keys, indented, a final newline.
  public func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [
      .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
    ]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  public static func decoded(from data: Data) throws -> ExperimentResult {
    try JSONDecoder().decode(ExperimentResult.self, from: data)
  }
}
