import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Speech
import Training
import Upstreams

/// What an experiment will take on this machine: time, disk and memory, from
/// the first batches of its training.
///
/// What is measured is put into folders that are gone afterwards; the store
/// of features stays as it is.
package struct ExperimentForecast: Codable, Equatable, Sendable {
  /// Utterances whose features are needed, and how many of them seem not to
  /// be stored yet.
  package var utterances = 0
  package var missing = 0
  package var extractionSeconds = 0.0
  /// Of computing its features whenever they are asked for, if none of them
  /// were stored.
  package var remakingSeconds = 0.0
  /// What the store has room for, of all its features.
  package var keptShare = 1.0
  package var trainingSeconds = 0.0
  /// Evaluations during training, and the last one.
  package var evaluationSeconds = 0.0
  /// Dynamic time warping, for tasks that search.
  package var alignmentSeconds = 0.0
  package var featureBytes = 0
  /// Of all its features, stored or not: what one epoch reads, about.
  package var epochBytes = 0
  package var checkpointBytes = 0
  /// At the most, with everything that the process needs.
  package var memoryBytes = 0
  /// A number for each utterance, and what of its states is stored: equal ones
  /// of the same upstream are the same features.
  var marks: [UInt64] = []
  var view = FeatureView()

  package var seconds: Double {
    upstreamSeconds + trainingSeconds + evaluationSeconds + alignmentSeconds
  }

  /// Of extraction, and of making anew what is not stored.
  package var upstreamSeconds: Double {
    extractionSeconds * keptShare + remakingSeconds * (1 - keptShare)
  }

  /// Features that are stored, and checkpoints.
  package var diskBytes: Int {
    Int(Double(featureBytes) * keptShare) + checkpointBytes
  }

  /// Leaves out the share of features that others need before, and will have
  /// stored: `known` gives their utterances' numbers by what of their states
  /// is stored, and receives these.
  mutating func share(with known: inout [FeatureView: Set<UInt64>]) {
    let here = known[view] ?? []
    let whole = known[FeatureView()] ?? []
    defer { known[view] = here.union(marks) }
    guard !marks.isEmpty else { return }
    func share(_ isNew: (UInt64) -> Bool) -> Double {
      Double(marks.filter(isNew).count) / Double(marks.count)
    }
    // What is stored whole is pooled without the upstream.
    let toCompute = share { !here.contains($0) && !whole.contains($0) }
    let toStore = share { !here.contains($0) }
    extractionSeconds *= toCompute
    missing = Int((Double(missing) * toCompute).rounded())
    featureBytes = Int(Double(featureBytes) * toStore)
  }

  /// The hidden command that measures one experiment in a process of its own.
  package static let command = "forecast"

  /// Measures `experiment` in a process of its own.
  package static func run(
    _ experiment: Experiment, installation: Installation, limits: WorkerLimits
  ) throws -> ExperimentForecast {
    let place = try ScratchFolder("superb-forecast")
    defer { withExtendedLifetime(place) {} }
    let folder = place.path
    var experiment = experiment
    // A forecast leaves nothing behind, no empty store either.
    if !FileManager.default.fileExists(atPath: experiment.store) {
      experiment.store = folder + "/features"
    }
    try experiment.write(to: folder)
    let end = try WorkerProcess(
      executable: installation.executable, folder: folder, command: command
    ).run(limits: limits)
    guard end == .exited(ExitCode.done),
      let bytes = FileManager.default.contents(atPath: folder + "/" + fileName)
    else {
      // What it has said itself, if it came to that.
      let said =
        FileManager.default.contents(atPath: folder + "/worker.log")
        .flatMap { BoundedText.lastWords(in: $0) }
      var reason = end.failure(folder: folder).reason
      if case .exited(let code) = end, code != ExitCode.done {
        let mark = "error: "
        reason = said ?? reason
        if reason.hasPrefix(mark) { reason.removeFirst(mark.count) }
      }
      throw UserError(reason, at: experiment.task.id)
    }
    return try JSONDecoder().decode(ExperimentForecast.self, from: bytes)
  }

  /// What the process that measures leaves in its folder.
  private static let fileName = "forecast.json"

  /// Measures the experiment in `folder`, in this process, and leaves the
  /// outcome there.
  package static func write(inFolder folder: String) throws {
    let report = WorkerReport(descriptor: STDOUT_FILENO)
    report.note = CallNote(folder: folder)
    let forecast = try ExperimentForecast(folder: folder, report)
    try AtomicFile.write(
      JSONEncoder().encode(forecast), to: folder + "/" + fileName)
  }
}

extension ExperimentForecast {
  private init(folder: String, _ report: WorkerReport) throws {
    let experiment = try Experiment.read(from: folder)
    let survey = AlignmentSurvey()
    let session = try ExperimentSession(
      experiment, alignments: survey, report: report)
    let settings = session.settings
    let testSplits = experiment.task.testSplits
    let heads = Double(max(1, settings.learningRates.count))
    let spans = try session.spans().sorted { $0.key < $1.key }.map(\.value)
    utterances = spans.count

    let measurement = try ForecastMeasurement(session, folder: folder)
    try measurement.run(sample: spans)
    let sample = try FeatureSample(of: spans, in: session.source)
    missing =
      session.trained == nil
      ? Int((sample.missingShare * Double(spans.count)).rounded()) : 0
    let seconds = sample.meanSeconds * Double(missing)
    extractionSeconds = seconds / max(measurement.speed, 1e-9)
    let batches =
      Double(settings.totalSteps) * Double(settings.accumulation)
    trainingSeconds = batches * measurement.secondsPerBatch * heads
    let evaluations =
      Double(settings.evalStep.count(by: settings.totalSteps)) * heads
      * Double(try session.utterances(in: settings.evalSplits))
      + Double(try session.utterances(in: testSplits))
    evaluationSeconds = evaluations * measurement.secondsPerUtterance
    if session.trained == nil {
      // A batch is made once for all heads.
      remakingSeconds =
        (batches * measurement.utterancesPerBatch + evaluations)
        * sample.meanSeconds / max(measurement.speed, 1e-9)
    }
    if settings.totalSteps == 0 {
      // Whoever chooses a layer searches with each of them first.
      let layers = session.featurizer.choosableLayers.count
      alignmentSeconds = try session.alignmentSeconds(
        testSplits
          + (settings.layerSplit.map {
            Array(repeating: $0, count: layers > 1 ? layers : 0)
          } ?? []), survey: survey)
    }
    featureBytes =
      Int(measurement.bytesPerUtterance(of: sample.meanSeconds)) * missing
    epochBytes =
      session.trained == nil
      ? Int(measurement.bytesPerUtterance(of: sample.meanSeconds))
        * spans.count : 0
    checkpointBytes = measurement.checkpointBytes(heads: Int(heads))
    marks = spans.map(\.mark)
    view = session.source.view
    memoryBytes = Int(
      ProcessCost.current(since: Date(), upstreamPasses: 0).peakMemoryBytes)
  }
}

extension ExperimentSession {
  fileprivate func utterances(in splits: [String]) throws -> Int {
    try splits.reduce(0) { sum, split in
      let loader = try feed.batches(for: .evaluation(of: split))
      return try (0..<loader.count).reduce(sum) {
        $0 + (try loader.batch($1).items.count)
      }
    }
  }
}

/// A look at some of many utterances.
private struct FeatureSample {
  private static let most = 48

  /// Of an utterance.
  var meanSeconds = 0.0
  /// How many have no features yet, 0 … 1.
  var missingShare = 0.0

  init(of spans: [AudioSpan], in source: FeatureSource) throws {
    guard !spans.isEmpty else { return }
    let count = min(Self.most, spans.count)
    let sample = (0..<count).map { spans[$0 * spans.count / count] }
    let seconds = try sample.map { try $0.seconds() }
    meanSeconds = seconds.reduce(0, +) / Double(count)
    let missing = try sample.filter { try !source.hasFeatures(of: $0) }.count
    missingShare = Double(missing) / Double(count)
  }
}

extension AudioSpan {
  /// Tells it from others: FNV-1a over all that it says.
  var mark: UInt64 {
    let crop = crop.map { "\($0.length) \($0.variant) \($0.item)" } ?? ""
    return "\(path)\n\(chain.identifier)\n\(start) \(length)\n\(crop)".utf8
      .reduce(0xcbf2_9ce4_8422_2325) {
        ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
      }
  }
}
