import Training
import Upstreams

/// The utterances of a split with the class that their task has given each.
struct LabelledSplit {
  private(set) var spans: [AudioSpan] = []
  private(set) var labels: [String] = []

  /// Asks the task about the whole split, with a head that has learned
  /// nothing: of its answers the truths alone are taken.
  ///
  /// - Throws: ``NoClasses`` if hardly a truth is that of two utterances.
  init(_ split: String, _ session: ExperimentSession) throws {
    let found = try session.feed.spans(
      training: session.settings.trainSplit, batchLimit: 0,
      evaluation: [split])
    try session.extract(Array(found.values))
    let answers = try session.evaluate(split, step: 0).predictions
    var truths: [String: String] = [:]
    for answer in answers where !answer.truth.isEmpty {
      truths[answer.id] = answer.truth
    }
    for (id, span) in found.sorted(by: { $0.key < $1.key }) {
      // Crops of one recording go by its id with a number behind it.
      let name = id.split(separator: "#").first.map(String.init) ?? id
      guard let truth = truths[id] ?? truths[name] else { continue }
      spans.append(span)
      labels.append(truth)
    }
    let classes = Set(labels).count
    guard !labels.isEmpty, classes * 2 <= max(labels.count, 3) else {
      throw NoClasses(task: session.experiment.task.id)
    }
  }
}
