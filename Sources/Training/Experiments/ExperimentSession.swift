import Diagnostics
import Foundation
import Hosting
import Logging
import Records
import Speech
import Tensors
import Upstreams

/// An experiment with everything made that it works with: upstream, expert,
/// engine, and the source of its features. What trains, evaluates or predicts
/// begins here.
package final class ExperimentSession {
  package let experiment: Experiment
  package var config: TaskConfiguration { experiment.config }
  /// In updates, also what the configuration counts in epochs.
  package private(set) var settings: RunnerSettings
  package let upstream: any Upstream
  package let engine: Engine
  package let expert: Expert
  package let source: FeatureSource
  /// Those of ``source``, for all heads of the experiment.
  package let states: BatchStates
  package let featurizer: Featurizer
  /// In place of ``source``, if the upstream is trained.
  package let trained: TrainedFeatures?
  package let feed: BatchFeed
  /// SHA-256 over the audio that the experiment asks for, once it is known.
  var dataDigest: String?
  /// What its corpora are, once it is known.
  var corpus: CorpusStamp?
  /// Utterances that are shorter than what the upstream's first frame looks
  /// at, and were filled up with silence; nil until that is known.
  var paddedUtterances: Int?
  /// Utterances that are digital silence, as far as they were heard; nil until
  /// that is known.
  var silentUtterances: Int?
  /// What the task has warned of.
  let warnings: TaskWarnings
  package let report: WorkerReport

  private let library: TaskLibrary
  private let store: FeatureStore

  /// Loads the task's library into this process and makes its expert.
  ///
  /// - Parameters:
  ///   - upstream: the experiment's, if it is loaded already.
  ///   - shared: the experiment's upstream, to be trained, if other heads train
  ///     it, too.
  ///   - alignments: where finished alignments are kept, if they are.
  ///   - acceptsOther: whether the upstream may be another than the
  ///     experiment was made with.
  ///   - threads: of the head's engine; the experiment's if nil.
  /// - Throws: `UserError` if the upstream is another and may not be.
  package convenience init(
    _ experiment: Experiment, upstream: (any Upstream)? = nil,
    sharing shared: TrainedUpstream? = nil,
    alignments: (any AlignmentMemory)? = nil, acceptsOther: Bool = false,
    threads: Int? = nil, report: WorkerReport
  ) throws {
    let upstream =
      try upstream ?? UpstreamRegistry.builtIn.make(experiment.upstream)
    if !acceptsOther {
      try experiment.checkUpstream(upstream.description.digest)
    }
    try self.init(
      experiment, upstream, TaskLibrary(path: experiment.library),
      FeatureStore(root: experiment.store, limit: experiment.storeLimit),
      sharing: shared, alignments: alignments, threads: threads,
      report: report)
  }

  /// Another head of the same experiment, that begins as the first does: an
  /// engine and an expert of its own, over the same features.
  ///
  /// - Parameter threads: of the engine; as many as the other's if nil.
  package convenience init(
    besides other: ExperimentSession, threads: Int? = nil
  ) throws {
    try self.init(
      other.experiment, other.upstream, other.library, other.store,
      besides: other, threads: threads ?? other.engine.threads,
      report: other.report)
  }

  private init(
    _ experiment: Experiment, _ upstream: any Upstream,
    _ library: TaskLibrary, _ store: FeatureStore,
    besides other: ExperimentSession? = nil,
    sharing shared: TrainedUpstream? = nil,
    alignments: (any AlignmentMemory)? = nil, threads: Int? = nil,
    report: WorkerReport
  ) throws {
    self.experiment = experiment
    settings = experiment.config.settings
    self.report = report
    self.upstream = upstream
    self.library = library
    self.store = store
    warnings = TaskWarnings()
    let engine = Engine(
      threads: threads ?? experiment.threads, seed: experiment.seed)
    engine.exchange = report.exchange
    let featurizer = try Featurizer(
      engine: engine, upstream: upstream.description,
      selection: experiment.feature)
    let host = ExpertHost(
      engine: engine,
      setting: Self.setting(
        experiment, upstream: upstream.description, store: store,
        alignments: alignments, warnings: warnings, report: report))
    let expert = try Expert(of: experiment.task, in: library, host: host)
    let remarks = try host.checkUnreadKeys()
    if other == nil { remarks.forEach(report.remark) }
    engine.acceptsParameters = false
    let normalizes =
      experiment.feature.normalize && Self.normalizes(experiment, featurizer)
    if experiment.feature.normalize, !normalizes, other == nil {
      report.remark(
        "the states are not normalised: as in s3prl, that is done before a"
          + " weighted sum of several layers alone")
    }
    let view = FeatureView(
      pooling: experiment.config.augmentation == nil
        ? expert.pooling : .frames,
      isNormalized: normalizes,
      precision: experiment.feature.halfPrecision ? .float16 : .float32)
    trained = try experiment.fineTuning.map {
      let trained = try shared ?? TrainedUpstream(experiment, $0)
      try trained.checkNames(besides: engine, of: experiment.task.id)
      return TrainedFeatures(
        engine: engine, upstream: trained, featurizer: featurizer, view: view)
    }
    (self.engine, self.featurizer, self.expert) = (engine, featurizer, expert)
    source =
      try other?.source
      ?? FeatureSource(
        upstream: upstream, store: store, view: view,
        threads: experiment.threads)
    states = other?.states ?? BatchStates(source)
    feed = BatchFeed(
      expert: expert, states: states, featurizer: featurizer,
      trained: trained,
      augmentation: FeatureAugmentation(
        experiment.config, expert: expert, engine: engine),
      limit: experiment.limit)
    feed.utterances = other?.feed.utterances ?? [:]
    dataDigest = other?.dataDigest
    corpus = other?.corpus
    paddedUtterances = other?.paddedUtterances
    silentUtterances = other?.silentUtterances
    if !settings.epochs.isEmpty {
      settings = try settings.counted(
        batches: feed.batches(
          for: .training(settings.trainSplit, epoch: settings.startEpoch)
        ).count)
    }
  }

  /// Whether states that the user wants normalised are, which needs that they
  /// are weighed. s3prl leaves one layer alone as it is, be it the only one,
  /// one that the user names, or one that is to be chosen.
  private static func normalizes(
    _ experiment: Experiment, _ featurizer: Featurizer
  ) -> Bool {
    !featurizer.choosableLayers.isEmpty
      && experiment.config.settings.layerSplit == nil
  }

  /// Utterances that the upstream was run on.
  package var upstreamPasses: Int {
    source.upstreamPasses + (trained?.upstream.passes ?? 0)
  }

  /// The upstream's, if that is trained, and the head's: in s3prl's order.
  package var parameters: [Parameter] {
    (trained?.upstream.parameters ?? []) + engine.parameters
  }

  /// The most bytes of tensors at one time.
  var peakTensorBytes: Int {
    engine.peakBytes + (trained?.upstream.engine.peakBytes ?? 0)
  }

  /// The optimizer of this head, and of the upstream if that is trained.
  ///
  /// - Parameter headRate: the head's learning rate, in place of the
  ///   configuration's.
  package func makeOptimizer(
    learningRate headRate: Double? = nil
  ) throws -> any Optimizer {
    func make(
      _ parameters: [Parameter], rate: Double? = nil, steps: Int? = nil
    ) throws -> any Optimizer {
      try config.optimizer.optimizer(
        totalSteps: steps ?? settings.totalSteps, parameters: parameters,
        learningRate: rate ?? headRate)
    }
    try config.optimizer.checkGroups(parameters)
    guard let upstream = trained?.upstream,
      let rate = experiment.fineTuning?.learningRate
    else { return try make(parameters) }
    let own =
      try upstream.optimizer
      ?? make(upstream.parameters, rate: rate, steps: upstream.totalSteps)
    upstream.optimizer = own
    return OptimizerGroups([
      OptimizerGroups.Group(upstream.parameters, own),
      OptimizerGroups.Group(engine.parameters, try make(engine.parameters)),
    ])
  }

  /// Every span that training and evaluations will ask for, and the ids they
  /// go by.
  package func spans() throws -> [String: AudioSpan] {
    try feed.spans(
      training: settings.trainSplit, from: settings.startEpoch,
      batchLimit: settings.totalSteps * settings.accumulation,
      evaluation: settings.evalSplits
        + experiment.task.testSplits.filter {
          !settings.evalSplits.contains($0)
        })
  }

  /// Whether a checkpoint was trained on the audio and the lists that are
  /// there now. Those of older versions do not say.
  func hasData(of checkpoint: StoredCheckpoint) -> Bool {
    func isSame(_ known: String?, _ now: String?) -> Bool {
      known == nil || now == nil || known == now
    }
    return isSame(checkpoint.progress.dataDigest, dataDigest)
      && isSame(checkpoint.progress.listsDigest, corpus?.listsDigest)
  }

  /// Notes what training is done on.
  func noteData(in progress: inout TrainingProgress) {
    (progress.dataDigest, progress.listsDigest) = (
      dataDigest, corpus?.listsDigest
    )
  }

  /// Finds out what the corpora are.
  ///
  /// - Parameter spans: of all utterances, by the ids they go by.
  func look(atDataOf spans: [String: AudioSpan]) throws {
    dataDigest = try source.dataDigest(of: Array(spans.values))
    corpus = try CorpusStamp(
      of: experiment, items: spans.keys.sorted(),
      audio: Set(spans.values.map(\.path)), digests: source.digests)
    silentUtterances =
      try trained == nil ? source.silent(of: Array(spans.values)) : nil
    paddedUtterances = try upstream.description.receptiveField.map { field in
      // Known where features were extracted; else the headers tell.
      let lengths =
        try trained == nil
        ? store.lengths(
          of: Array(spans.values), threads: experiment.threads,
          isCancelled: { Interruption.isRequested })
        : spans.values.map {
          Int((try $0.seconds() * Double(speechSampleRate)).rounded())
        }
      return zip(spans.values, lengths).count { span, length in
        let crop = span.crop.map(\.length) ?? 0
        return (crop > 0 ? min(length, crop) : length) < field
      }
    }
  }

  /// Has the features of `spans` computed that are not stored yet; those of
  /// an upstream that is trained would not stay what they are.
  package func extract(_ spans: [AudioSpan]) throws {
    if trained != nil { return }
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

  /// Runs the expert over a share of the batches of `split`, without dropout
  /// or gradients, and gives what it reports.
  package func evaluate(_ split: String, step: Int) throws -> SplitRecords {
    try SplitEvaluation(
      engine: engine, expert: expert, feed: feed, report: report,
      ratio: settings.evaluateRatio
    ).records(of: split, step: step)
  }

  private static func setting(
    _ experiment: Experiment, upstream: UpstreamDescription,
    store: FeatureStore, alignments: (any AlignmentMemory)?,
    warnings: TaskWarnings, report: WorkerReport
  ) -> ExpertHost.Setting {
    var logger = Logger(label: experiment.task.id) { label in
      MultiplexLogHandler([
        StreamLogHandler.standardError(label: label), WarningLog(warnings),
      ])
    }
    logger.logLevel = .info
    return ExpertHost.Setting(
      upstreamDimension: upstream.dimension,
      samplesPerFrame: upstream.samplesPerFrame, seed: experiment.seed,
      config: experiment.config.value,
      corpora: experiment.corpora, logger: logger,
      reportsProgress: { fraction, what in
        report.progress(
          what + ", %", done: Int((fraction * 100).rounded()), total: 100)
      },
      isCancelled: { Interruption.isRequested }, note: report.note,
      threads: experiment.threads,
      reportsAlignment: { progress in
        let left = progress.secondsLeft
        report.progress(
          "aligning", done: progress.done, total: progress.total,
          note: String(format: "%.0f pairs/s", progress.pairsPerSecond)
            + (left.isFinite ? String(format: ", %.0f s left", left) : ""))
      },
      alignments: alignments,
      audioLengths: { spans in
        try store.lengths(
          of: spans, threads: experiment.threads,
          progress: { done, total in
            report.progress("measuring audio", done: done, total: total)
          }, isCancelled: { Interruption.isRequested })
      })
  }
}
