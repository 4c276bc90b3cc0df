import Configuration
import Diagnostics
import Foundation
import Logging
import Tensors
import Upstreams

/// One experiment from its first audio file to its result, in the process
/// that runs it.
public struct Worker {
  /// The hidden command that the child process runs.
  public static let command = "worker"

  private let path: String
  private let experiment: Experiment
  private let report: WorkerReport
  private let started = Date()

  /// - Parameter folder: an experiment's folder with its `experiment.json`.
  public init(folder: String) throws {
    path = folder
    experiment = try Experiment.read(from: folder)
    report = WorkerReport(descriptor: STDOUT_FILENO)
  }

  /// Runs the experiment and writes `result.json`, whether it ends well or
  /// badly. Returns the process's exit code.
  public func run() -> Int32 {
    Self.endWithParent()
    Engine.flushSubnormals()
    do {
      let result = try measure()
      try AtomicFile.write(result.encoded(), to: path + "/result.json")
      AlignmentJournal(folder: path).remove()
      return ExitCode.done
    } catch is Interrupted {
      return ExitCode.interrupted
    } catch let failure as TaskFailure where failure.isCancellation {
      return ExitCode.interrupted
    } catch {
      let failure = Self.failure(of: error)
      FileHandle.standardError.write(Data("\(failure.reason)\n".utf8))
      do {
        let result = try ExperimentResult(
          failed: experiment, failure: failure,
          cost: ProcessCost.current(
            since: started, upstreamPasses: 0, trainingSteps: 0,
            trainingSeconds: 0))
        try AtomicFile.write(result.encoded(), to: path + "/result.json")
        return ExitCode.someFailed
      } catch {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        return ExitCode.of(error)
      }
    }
  }

  private func measure() throws -> ExperimentResult {
    report.progress("starting", done: 0, total: 0)
    let upstream = try UpstreamRegistry.builtIn.make(experiment.upstream)
    let library = try TaskLibrary(path: experiment.library)
    let config = try experiment.configuration()
    let settings = try RunnerSettings(config)
    let engine = Engine(threads: experiment.threads, seed: experiment.seed)
    let featurizer = try Featurizer(
      engine: engine, upstream: upstream.description,
      selection: experiment.feature)
    let store = try FeatureStore(root: experiment.store)
    let alignments = AlignmentJournal(folder: path)
    let host = ExpertHost(
      engine: engine,
      setting: setting(
        upstream: upstream.description, config: config, store: store,
        alignments: alignments))
    let expert = try Expert(of: experiment.task, in: library, host: host)
    try host.checkUnreadKeys()

    engine.acceptsParameters = false

    let source = try FeatureSource(
      upstream: upstream, store: store,
      view: FeatureView(
        pooling: expert.pooling, isNormalized: experiment.feature.normalize,
        precision: experiment.feature.halfPrecision ? .float16 : .float32),
      threads: experiment.threads)
    let feed = BatchFeed(
      expert: expert, source: source, featurizer: featurizer,
      limit: experiment.limit)
    let testSplits = experiment.task.testSplits
    let spans = try feed.spans(
      training: settings.trainSplit,
      batchLimit: settings.totalSteps * settings.accumulation,
      evaluation: settings.evalSplits
        + testSplits.filter { !settings.evalSplits.contains($0) })
    try extract(Array(spans.values), from: source)

    let folder = try ExperimentFolder(
      path: path,
      scalarPrefix: experiment.task.scalarPrefix
        + (experiment.fold.map { "-" + $0 } ?? ""))
    let trainer = Trainer(
      engine: engine, expert: expert, feed: feed, settings: settings,
      optimizer: try OptimizerSection.optimizer(
        config, totalSteps: settings.totalSteps, engine: engine),
      schedule: try OptimizerSection.schedule(
        config, totalSteps: settings.totalSteps),
      folder: folder, report: report)
    try trainer.train()
    let layerChoice = try settings.layerSplit.flatMap {
      try LayerChoice.made(
        on: $0, by: experiment.task.metrics[0],
        among: featurizer.choosableLayers
      ) { layer, split in
        featurizer.use(layer: layer)
        return try trainer.evaluate(split)
      }
    }
    if let layerChoice { featurizer.use(layer: layerChoice.layer) }

    var result = try ExperimentResult(
      done: experiment, metrics: try finalMetrics(trainer, engine: engine),
      upstream: upstream.description,
      cost: ProcessCost.current(
        since: started, upstreamPasses: source.upstreamPasses,
        trainingSteps: trainer.step,
        trainingSeconds: trainer.trainingSeconds))
    result.cost.peakTensorBytes = Int64(engine.peakBytes)
    result.dataDigest = try source.dataDigest(of: Array(spans.values))
    result.bestStep = trainer.best.flatMap { trainer.saved[$0.file] }
    result.layerChoice = layerChoice
    result.warnings = trainer.warnings
    return result
  }

  /// The test figures of the checkpoint that was best on the split that
  /// chooses; of the last state where no split has chosen.
  private func finalMetrics(
    _ trainer: Trainer, engine: Engine
  ) throws -> [ExperimentResult.Metric] {
    if let best = trainer.best {
      try Checkpoint.load(path + "/" + best.file, into: engine)
    }
    var metrics: [ExperimentResult.Metric] = []
    var splits = experiment.task.testSplits
    if let chosenOn = trainer.best?.split, !splits.contains(chosenOn) {
      splits.append(chosenOn)
    }
    for split in splits {
      let records = try trainer.evaluate(split)
      for declared in experiment.task.metrics {
        guard
          let value = records.metrics.last(where: { $0.name == declared.name })?
            .value
        else { continue }
        guard value.isFinite else {
          throw UserError(
            "the task reports \(declared.name) = \(value) on \(split)")
        }
        metrics.append(
          ExperimentResult.Metric(
            name: declared.name, title: declared.title, split: split,
            value: value, unit: declared.unit,
            higherIsBetter: declared.higherIsBetter,
            isPrimary: split == experiment.task.testSplits.first
              && declared.name == experiment.task.metrics.first?.name))
      }
    }
    guard metrics.contains(where: \.isPrimary) else {
      throw UserError(
        "the task reports no \(experiment.task.metrics[0].name) on"
          + " \(experiment.task.testSplits[0])", at: experiment.task.id)
    }
    return metrics
  }

  private func setting(
    upstream: UpstreamDescription, config: ConfigValue, store: FeatureStore,
    alignments: AlignmentJournal
  ) -> ExpertHost.Setting {
    var logger = Logger(label: experiment.task.id) { label in
      StreamLogHandler.standardError(label: label)
    }
    logger.logLevel = .info
    return ExpertHost.Setting(
      upstreamDimension: upstream.dimension,
      samplesPerFrame: upstream.samplesPerFrame, seed: experiment.seed,
      config: config,
      corpora: experiment.corpora, logger: logger,
      reportsProgress: { [report] fraction, what in
        report.progress(
          what, done: Int((fraction * 1000).rounded()), total: 1000)
      },
      isCancelled: { Interruption.isRequested },
      threads: experiment.threads,
      reportsAlignment: { [report] progress in
        let left = progress.secondsLeft
        report.progress(
          "aligning", done: progress.done, total: progress.total,
          note: String(format: "%.0f pairs/s", progress.pairsPerSecond)
            + (left.isFinite ? String(format: ", %.0f s left", left) : ""))
      },
      alignments: alignments,
      audioLengths: { [report, experiment] spans in
        try store.lengths(
          of: spans, threads: experiment.threads,
          progress: { done, total in
            report.progress("measuring audio", done: done, total: total)
          }, isCancelled: { Interruption.isRequested })
      })
  }

  private func extract(
    _ spans: [AudioSpan], from source: FeatureSource
  ) throws {
    do {
      try source.prepare(
        spans,
        announce: { [report] forecast in
          report.progress(
            "to extract", done: 0, total: forecast.utterances,
            note: forecast.summary)
        },
        progress: { [report] progress in
          switch progress.phase {
          case .identifying:
            report.progress(
              "looking at audio", done: progress.done, total: progress.total)
          case .computing:
            report.progress(
              "extracting", done: progress.done, total: progress.total,
              note: progress.pace)
          }
        },
        isCancelled: { Interruption.isRequested })
    } catch is CancellationError {
      throw Interrupted()
    }
  }

  private static func failure(of error: any Error) -> ExperimentResult.Failure {
    switch error {
    case let error as UserError:
      ExperimentResult.Failure(kind: .user, reason: error.description)
    case let error as TaskFailure:
      ExperimentResult.Failure(
        kind: error.isBug ? .task : .user, reason: error.description)
    default: ExperimentResult.Failure(kind: .bug, reason: "\(error)")
    }
  }

  /// A worker whose parent is gone has nobody to work for: the parent holds
  /// the other end of its standard input.
  private static func endWithParent() {
    let thread = Thread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count > 0 || (count < 0 && errno == EINTR) { continue }
        _exit(ExitCode.interrupted)
      }
    }
    thread.start()
  }
}
