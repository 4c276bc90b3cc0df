import Configuration
import Diagnostics
import Tensors

/// The `runner` section: how long to train, and when to look.
///
/// All counts are of updates of the weights.
package struct RunnerSettings: Sendable {
  package var totalSteps: Int
  /// Largest norm of all gradients together.
  package var gradientClipping: Double
  /// Which norm that is.
  package var gradientNorm: GradientNorm
  /// Batches per update.
  package var accumulation: Int
  package var logStep: StepInterval
  package var evalStep: StepInterval
  package var saveStep: StepInterval
  /// What of these is counted in epochs; ``counted(batches:)`` makes updates
  /// of it.
  package var epochs: EpochSettings
  /// The epoch whose data a new training begins with.
  package var startEpoch: Int
  /// Updates between two snapshots of what the head says of a few utterances;
  /// nil for none.
  package var snapshotInterval: Int?
  /// How many `states-*.ckpt` to keep.
  package var maxKeep: Int
  package var evalSplits: [String]
  /// Splits that are evaluated at every so many evaluations alone, by name.
  package var evalEvery: [String: Int]
  /// At every so many evaluations predictions are kept for good; 0 for never.
  package var predictionsEvery: Int
  package var trainSplit: String
  /// Share of an evaluation split's batches.
  package var evaluateRatio: Double
  /// For tasks that train nothing: the split that chooses the layer, where
  /// the user has chosen none.
  package var layerSplit: String?
  package var earlyStopping: EarlyStopping?
  package var bestCheckpoints: [BestCheckpoints]
  package var average: WeightAverage?
  /// Batches that may fail before the experiment does.
  package var ignoredExceptions: Int
  /// How many of a split's worst predictions the result names.
  package var worstCases: Int
  /// What of training is done at all.
  package var extent: TrainingExtent
  /// The learning rates to choose among; empty for `optimizer.lr` alone.
  package var learningRates: [Double]

  /// Whether there is training, and a learning rate to be chosen by it.
  package var searchesLearningRate: Bool {
    !learningRates.isEmpty && totalSteps > 0 && extent == .full
  }

  package static let keys =
    [
      "total_steps", "gradient_clipping", "gradient_accumulate_steps",
      "log_step", "eval_step", "save_step", "max_keep", "eval_dataloaders",
      "train_dataloader", "evaluate_ratio", "fp16", "choose_layer_on",
      "lr_grid", "early_stopping", "best_checkpoints", "ignore_exceptions",
      "worst_cases",
      "dry_run", "no_optim", "grad_norm_type", "eval_every",
      "predictions_every", "start_epoch", "ema", "snapshot_interval",
    ] + EpochSettings.keys

  /// Far above any training, and far enough below what arithmetic holds:
  /// updates × batches an update × seconds a batch fit into 64 bits.
  package static let mostSteps = 1_000_000_000
  private static let mostBatches = 1_000_000
  /// Of files or of lines.
  package static let mostKept = 1_000_000
  /// How far apart logging, evaluations and checkpoints may lie: further than
  /// a training is long means never.
  private static let longestInterval = 1_000_000_000_000

  /// - Parameter root: a task's whole configuration.
  package init(_ root: ConfigValue) throws {
    try root.checkKeys(known: Self.keys, at: "runner")
    func count(
      _ key: String, default fallback: Int, in range: ClosedRange<Int>
    ) throws -> Int {
      try root.int(at: "runner.\(key)", in: range, default: fallback)
    }
    let interval = 1...Self.longestInterval
    epochs = try EpochSettings(root)
    startEpoch = try count("start_epoch", default: 0, in: 0...Self.mostEpochs)
    if epochs.total == nil { _ = try root.int(at: "runner.total_steps") }
    // Of epochs it is known later; there is some training.
    totalSteps = try count(
      "total_steps", default: 1, in: 0...Self.mostSteps)
    accumulation = try count(
      "gradient_accumulate_steps", default: 1, in: 1...Self.mostBatches)
    logStep =
      epochs.reports == nil
      ? StepInterval(try count("log_step", default: 100, in: interval)) : .never
    evalStep = StepInterval(try count("eval_step", default: 1000, in: interval))
    saveStep = StepInterval(try count("save_step", default: 1000, in: interval))
    snapshotInterval =
      try root.value(at: "runner.snapshot_interval") == nil
      ? nil : try count("snapshot_interval", default: 1, in: interval)
    maxKeep = try count("max_keep", default: 1, in: 1...Self.mostKept)
    gradientClipping =
      try root.double(
        at: "runner.gradient_clipping", "a number above 0", where: { $0 > 0 })
      ?? 1
    gradientNorm = try GradientNorm(root)
    average = try WeightAverage(root)
    evalSplits = try root.strings(
      at: "runner.eval_dataloaders", default: ["dev"])
    trainSplit = try root.string(
      at: "runner.train_dataloader", default: "train")
    evalEvery = try Self.evalEvery(root, splits: evalSplits)
    predictionsEvery = try count(
      "predictions_every", default: 0, in: 0...Self.mostSteps)
    evaluateRatio =
      try root.double(
        at: "runner.evaluate_ratio", "a number above 0 and at most 1",
        where: { $0 > 0 && $0 <= 1 }) ?? 1
    layerSplit =
      try root.value(at: "runner.choose_layer_on") == nil
      ? nil : try root.string(at: "runner.choose_layer_on")
    learningRates = try Self.learningRates(root)
    earlyStopping = try EarlyStopping(root, evalSplits: evalSplits)
    bestCheckpoints = try BestCheckpoints.all(
      root, evalSplits: evalSplits, trainSplit: trainSplit)
    ignoredExceptions = try count(
      "ignore_exceptions", default: 0, in: 0...Self.mostSteps)
    worstCases = try count("worst_cases", default: 10, in: 0...Self.mostKept)
    extent = try TrainingExtent(root)
    guard layerSplit == nil || totalSteps == 0 else {
      throw UserError(
        "runner.choose_layer_on is for tasks that train nothing: others learn"
          + " how to weigh the layers",
        at: try root.value(at: "runner.choose_layer_on")?.mark?.description,
        fix: "remove the key, or choose a layer with -l")
    }
    guard try !root.bool(at: "runner.fp16", default: false) else {
      throw UserError(
        "runner.fp16 is not available: training is in float32",
        at: try root.value(at: "runner.fp16")?.mark?.description,
        fix: "remove the key")
    }
  }

  private static func evalEvery(
    _ root: ConfigValue, splits: [String]
  ) throws -> [String: Int] {
    let key = "runner.eval_every"
    try root.checkKeys(known: splits, at: key)
    return try root.map(at: key, default: ConfigMap()).keys.reduce(into: [:]) {
      $0[$1] = try root.int(
        at: "\(key).\($1)", in: 1...Self.mostSteps, default: 1)
    }
  }

  private static func learningRates(_ root: ConfigValue) throws -> [Double] {
    let key = "runner.lr_grid"
    guard let value = try root.value(at: key), !value.isNull else { return [] }
    let rates = try root.doubles(at: key)
    guard Set(rates).count == rates.count, !rates.isEmpty,
      rates.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw UserError(
        "expected learning rates above 0, each once",
        at: value.mark?.description,
        fix: "write a list as [1.0e-4, 1.0e-3, 1.0e-2]")
    }
    return rates.sorted()
  }
}
