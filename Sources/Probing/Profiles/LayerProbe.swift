import Diagnostics
import Records
import Statistics
import Tensors
import Training
import Upstreams

/// Profiles an upstream's states by the classes that a task has given its
/// utterances: no head is trained.
///
/// The classes are the truths of the task's own answers, so any task has a
/// profile whose answers are classes.
package struct LayerProbe {
  private let session: ExperimentSession
  private let source: FeatureSource
  private let split: String

  /// - Parameters:
  ///   - experiment: of a frozen upstream.
  ///   - upstream: the experiment's.
  /// - Throws: ``NoClasses`` if the task ranks by errors, or its answers are
  ///   not about one recording each.
  package init(
    _ experiment: Experiment, upstream: any Upstream, report: WorkerReport
  ) throws {
    // As workers do, so that states are theirs bit by bit.
    Engine.flushSubnormals()
    session = try ExperimentSession(
      experiment, upstream: upstream, report: report)
    guard session.expert.recordingsPerAnswer == 1,
      experiment.task.metrics.first?.higherIsBetter == true,
      let split = experiment.task.testSplits.first
    else { throw NoClasses(task: experiment.task.id) }
    self.split = split
    var view = session.source.view
    view.pooling = .meanPooled
    source =
      session.source.view == view
      ? session.source
      : try FeatureSource(
        upstream: upstream,
        store: FeatureStore(
          root: experiment.store, limit: experiment.storeLimit),
        view: view, threads: experiment.threads)
  }

  /// - Parameter weights: of the layers in their sum, as a head has learned
  ///   them; equal ones if nil.
  /// - Throws: ``NoClasses`` if the answers are none.
  package func profile(weights: [Double]?) throws -> LayerProfile {
    let experiment = session.experiment
    // First the split that is small: a task without classes shows it there.
    let test = try LabelledSplit(split, session)
    let training = try LabelledSplit(session.settings.trainSplit, session)
    let names = Set(training.labels).union(test.labels).sorted()
    guard names.count > 1 else { throw NoClasses(task: experiment.task.id) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(names, 0...))
    let classes = (
      training.labels.compactMap { numbers[$0] },
      test.labels.compactMap { numbers[$0] }
    )
    try source.prepare(
      training.spans + test.spans,
      isCancelled: { Interruption.isRequested })
    let states = (
      try training.spans.map(source.states), try test.spans.map(source.states)
    )
    let layers = source.description.layers
    let isLearned = weights?.count == layers
    let weights =
      weights.flatMap { isLearned ? $0 : nil }
      ?? [Double](repeating: 1 / Double(layers), count: layers)
    func figures(_ weights: [Double]) throws -> LayerProfile.Figures {
      try session.report.checkCancelled()
      return LayerProfile.Figures(
        training: Self.sum(states.0, weights, classes.0),
        on: Self.sum(states.1, weights, classes.1), seed: experiment.seed)
    }
    var found: [LayerProfile.Figures] = []
    for layer in 0..<layers {
      session.report.progress("probing layers", done: layer, total: layers)
      found.append(
        try figures((0..<layers).map { $0 == layer ? 1 : 0 }))
    }
    return LayerProfile(
      upstream: experiment.upstream,
      upstreamDigest: source.description.digest, task: experiment.task.id,
      trainSplit: session.settings.trainSplit, split: split,
      limit: experiment.limit, trainUtterances: training.spans.count,
      utterances: test.spans.count, classes: names.count, layers: found,
      sum: layers > 1 ? try figures(weights) : nil, weights: weights,
      isLearned: isLearned)
  }

  /// The weighted sum of the layers of each utterance; layers of no weight
  /// are not read.
  private static func sum(
    _ states: [StoredStates], _ weights: [Double], _ classes: [Int]
  ) -> Embeddings {
    let dimension = states.first?.dimension ?? 0
    var values = [Float](repeating: 0, count: states.count * dimension)
    var layer = [Float](repeating: 0, count: dimension)
    for (row, one) in states.enumerated() {
      for (index, weight) in weights.enumerated() where weight != 0 {
        layer.withUnsafeMutableBufferPointer { layer in
          guard let base = layer.baseAddress else { return }
          one.copy(layer: index, to: base)
        }
        let share = Float(weight)
        for i in 0..<dimension {
          values[row * dimension + i] += share * layer[i]
        }
      }
    }
    return Embeddings(values: values, dimension: dimension, classes: classes)
  }
}

extension LayerProfile.Figures {
  /// - Parameter vectors: what is measured.
  init(training: Embeddings, on vectors: Embeddings, seed: UInt64) {
    let hasClasses = !Set(training.classes).isDisjoint(with: vectors.classes)
    let shots =
      hasClasses
      ? FewShotProbe(seed: seed).accuracies(training: training, on: vectors)
      : []
    let pairs = PairMeasures(vectors)
    let norms = vectors.norms
    self.init(
      neighbours: hasClasses
        ? NearestNeighbours(training).accuracy(on: vectors) : nil,
      fewShot: shots.isEmpty
        ? nil : shots.mean,
      fewShotDeviation: shots.sampleDeviation,
      sameDifferent: pairs.sameDifferent, retrieval: pairs.retrieval,
      meanNorm: norms.mean)
  }
}

/// A task whose answers are no classes of utterances has no profile.
package struct NoClasses: Error {
  package var task: String

  package init(task: String) { self.task = task }

  /// For whoever has named the task.
  package var userError: UserError {
    UserError(
      "the answers of '\(task)' are no classes of utterances",
      at: "--tasks",
      fix: "probe tasks that tell one of several classes of each recording")
  }
}
