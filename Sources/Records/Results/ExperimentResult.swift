import Foundation
import Tensors

/// What one cell of the leaderboard rests on: one upstream on one task.
///
/// Written as `result.json` into the experiment's folder when it has ended,
/// well or badly. Everything but ``cost`` and ``finishedAt`` is a function of
/// the inputs: the same run gives the same bytes.
package struct ExperimentResult: Codable, Equatable, Sendable {
  /// Raised when a reader of older files would misread this one.
  package static let currentFormat = 1

  /// The file in an experiment's folder.
  package static let fileName = "result.json"

  /// How the experiment ended.
  package enum Status: String, Codable, Sendable {
    case done
    /// Ended by an error, a crash or a time-out; ``Failure`` says which.
    case failed
  }

  /// Why there is no number.
  package struct Failure: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable {
      /// The user's input or data: can be mended and run again.
      case user
      /// The task's process died of a signal.
      case crashed
      /// The task made no progress for too long.
      case hung
      /// The task took more memory than it may.
      case memory
      /// The task does not build or load, speaks another ABI, was built with
      /// another kit, or says itself that it has a bug.
      case task
      /// The task broke the contract; the reason says in which call and how.
      case contract
      /// A bug of ours.
      case bug
    }
    package var kind: Kind
    /// One sentence, as the leaderboard shows it.
    package var reason: String

    package init(kind: Kind, reason: String) {
      self.kind = kind
      self.reason = reason
    }
  }

  /// One figure on one split.
  package struct Metric: Codable, Equatable, Sendable {
    /// As the task reports it: `acc`.
    package var name: String
    /// As the leaderboard shows it: `accuracy`.
    package var title: String
    package var split: String
    package var value: Double
    package var unit: MetricUnit
    package var higherIsBetter: Bool
    /// The task's ranking metric on its test split.
    package var isPrimary: Bool

    package init(
      name: String, title: String, split: String, value: Double,
      unit: MetricUnit,
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
  package struct Fold: Codable, Equatable, Sendable {
    package var name: String
    package var metrics: [Metric]
    /// The checkpoint's step that the test figures come from.
    package var bestStep: Int?
    package var learningRates: LearningRateCurve?

    package init(
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
  package struct Average: Codable, Equatable, Sendable {
    /// `best-<split>-<metric>`.
    package var name: String
    /// The checkpoints' steps, the best first.
    package var steps: [Int]
    package var metrics: [Metric]

    package init(name: String, steps: [Int], metrics: [Metric]) {
      self.name = name
      self.steps = steps
      self.metrics = metrics
    }
  }

  /// Who was measured.
  package struct Upstream: Codable, Equatable, Sendable {
    package var name: String
    /// SHA-256 of weights and configuration, hexadecimal.
    package var digest: String
    package var layers: Int
    package var dimension: Int
    /// 16 kHz samples per frame.
    package var samplesPerFrame: Double

    package init(
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
  package struct Task: Codable, Equatable, Sendable {
    package var id: String
    package var title: String
    package var version: Int

    package init(id: String, title: String, version: Int) {
      self.id = id
      self.title = title
      self.version = version
    }
  }

  /// What it took. The only part, with `finishedAt`, that differs between
  /// two runs of the same experiment.
  package struct Cost: Codable, Equatable, Sendable {
    package var wallSeconds: Double
    package var cpuSeconds: Double
    package var peakMemoryBytes: Int64
    /// Utterances that the upstream was run on; 0 when all were stored.
    package var upstreamPasses: Int
    package var trainingSteps: Int
    /// Spent in these steps, evaluations and extraction left out.
    package var trainingSeconds: Double
    /// The same time of the head whose figures count, by what it was spent on.
    package var trainingTimes: TrainingTimes?
    /// The most that tensors took at one time: parameters, their gradients,
    /// and what one step computes. Older results do not know.
    package var peakTensorBytes: Int64?
    /// What came before in a process that has trained several experiments
    /// (`--multitask`); the other figures but those of training are of the
    /// experiment's own process.
    package var joint: JointCost?
    /// What it was computed on. Older results do not know.
    package var machine: Machine?

    package init(
      wallSeconds: Double, cpuSeconds: Double, peakMemoryBytes: Int64,
      upstreamPasses: Int, trainingSteps: Int, trainingSeconds: Double = 0,
      trainingTimes: TrainingTimes? = nil, peakTensorBytes: Int64? = nil,
      joint: JointCost? = nil, machine: Machine? = nil
    ) {
      self.wallSeconds = wallSeconds
      self.cpuSeconds = cpuSeconds
      self.peakMemoryBytes = peakMemoryBytes
      self.upstreamPasses = upstreamPasses
      self.trainingSteps = trainingSteps
      self.trainingSeconds = trainingSeconds
      self.trainingTimes = trainingTimes
      self.peakTensorBytes = peakTensorBytes
      self.joint = joint
      self.machine = machine
    }
  }

  package var format = ExperimentResult.currentFormat
  package var status: Status
  package var failure: Failure?
  package var upstream: Upstream
  package var task: Task
  /// Means over the folds where the task has folds.
  package var metrics: [Metric]
  /// Empty for a task without folds.
  package var folds: [Fold]
  /// SHA-256 of everything that decides the numbers, hexadecimal.
  package var signature: String
  package var seed: UInt64
  /// SHA-256 over the ids and audio digests of all utterances used.
  package var dataDigest: String?
  /// SHA-256 over the lists of the corpora; of the first fold.
  package var listsDigest: String?
  /// The settings, as `-o` spells them, that are not the task's own. Older
  /// results do not say.
  package var deviations: [String]?
  /// The whole resolved configuration, as JSON.
  package var config: JSONValue
  /// Versions of the program, the contract, the compiler and the libraries.
  package var versions: [String: String]
  package var profile: ExperimentProfile
  /// Utterances per split at most, if the run was limited.
  package var limit: Int?
  /// How the upstream was trained, if it was not frozen.
  package var fineTuning: FineTuning?
  /// The checkpoint's step that the test figures come from.
  package var bestStep: Int?
  /// How the layer was chosen, by a task that trains nothing.
  package var layerChoice: LayerChoice?
  /// How the learning rate was chosen, where the task names a grid.
  package var learningRates: LearningRateCurve?
  /// The figures of averaged checkpoints, where the configuration asks for
  /// them; they rank nothing.
  package var averages: [Average]?
  /// The predictions on the test splits that were furthest from the truth.
  package var worstCases: [WorstCase]?
  /// Batches of training that have failed and were left out.
  package var skippedBatches: [SkippedBatch]?
  /// The step at which training has ended early.
  package var stoppedAt: Int?
  /// How many utterances are shorter than what the upstream's first frame
  /// looks at, and were filled up with silence; nil for none. Of folds, the
  /// first's.
  package var paddedUtterances: Int?
  /// How many utterances are digital silence, of those that were read for an
  /// upstream; nil for none. Of folds, the first's.
  package var silentUtterances: Int?
  /// Whether answers depend on who else is in the batch, on a sample; nil
  /// where the task gives no answers to utterances.
  package var aloneInBatch: AloneInBatch?
  /// Steps of training without a finite loss and gradient; nil for none.
  package var unsoundSteps: UnsoundSteps?
  /// What was noticed and does not stop the run.
  package var warnings: [String]
  package var cost: Cost
  /// ISO 8601, UTC.
  package var finishedAt: String

  package init(
    status: Status, failure: Failure? = nil, upstream: Upstream, task: Task,
    metrics: [Metric], folds: [Fold] = [], signature: String, seed: UInt64,
    dataDigest: String? = nil, config: JSONValue, versions: [String: String],
    profile: ExperimentProfile = .full, limit: Int? = nil,
    fineTuning: FineTuning? = nil, bestStep: Int? = nil,
    layerChoice: LayerChoice? = nil, learningRates: LearningRateCurve? = nil,
    averages: [Average]? = nil, worstCases: [WorstCase]? = nil,
    skippedBatches: [SkippedBatch]? = nil, stoppedAt: Int? = nil,
    warnings: [String] = [], cost: Cost, finishedAt: String
  ) {
    self.status = status
    self.failure = failure
    self.upstream = upstream
    self.task = task
    self.metrics = metrics
    self.folds = folds
    self.signature = signature
    self.seed = seed
    self.dataDigest = dataDigest
    self.config = config
    self.versions = versions
    self.profile = profile
    self.limit = limit
    self.fineTuning = fineTuning
    self.bestStep = bestStep
    self.layerChoice = layerChoice
    self.learningRates = learningRates
    self.averages = averages
    self.worstCases = worstCases
    self.skippedBatches = skippedBatches
    self.stoppedAt = stoppedAt
    self.warnings = warnings
    self.cost = cost
    self.finishedAt = finishedAt
  }
}

extension ExperimentResult {
  /// The figure that ranks this cell.
  package var primaryMetric: Metric? {
    metrics.first { $0.isPrimary }
  }

  package static func decoded(from data: Data) throws -> ExperimentResult {
    try JSONDecoder().decode(ExperimentResult.self, from: data)
  }
}
