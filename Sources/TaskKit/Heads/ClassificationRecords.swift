/// What classifiers gather between two reports: for each split the losses of
/// its batches and what was said of each utterance.
public final class ClassificationRecords: Remembered {
  /// One utterance's outcome, in the task's own words.
  public struct Outcome: Sendable, Equatable, Codable {
    /// The utterance.
    public let id: String
    /// The label that the model gave.
    public let predicted: String
    /// The label that is true.
    public let truth: String
    /// Whether both are one.
    public let isRight: Bool

    /// Right if both texts are equal.
    public init(id: String, predicted: String, truth: String) {
      self.id = id
      self.predicted = predicted
      self.truth = truth
      isRight = predicted == truth
    }
  }

  /// One split since the last report.
  public struct Summary: Sendable, Equatable {
    /// Mean of the batches' losses.
    public let loss: Double
    /// The share of outcomes that are right, 0 … 1.
    public let accuracy: Double
    /// In the order they were added.
    public let outcomes: [Outcome]

    /// A line "<id> <text>" for each outcome.
    public func lines(
      separator: String = " ", _ text: KeyPath<Outcome, String>
    ) -> String {
      outcomes.reduce(into: "") {
        $0 += $1.id + separator + $1[keyPath: text] + "\n"
      }
    }

    /// Tells the host what was said of each utterance, once each: a split
    /// that is sampled with replacement may hold an id several times.
    public func report(into log: RecordLog) {
      var seen: Set<String> = []
      for outcome in outcomes where seen.insert(outcome.id).inserted {
        log.prediction(
          id: outcome.id, predicted: outcome.predicted, truth: outcome.truth)
      }
    }
  }

  struct Memory: Codable {
    var losses: [String: [Double]] = [:]
    var outcomes: [String: [Outcome]] = [:]
  }

  var memory = Memory()

  /// Only while the expert is made.
  public init(_ context: TaskContext) {
    context.remember(self)
  }

  /// Keeps one batch's loss and outcomes. A null loss is not kept: the step
  /// has failed.
  public func add(_ outcomes: [Outcome], loss: Tensor, in pass: Pass) {
    guard let loss = loss.values.first else { return }
    memory.losses[pass.key, default: []].append(Double(loss))
    memory.outcomes[pass.key, default: []] += outcomes
  }

  /// What has been gathered in such passes, which is then forgotten; nil if
  /// there is nothing.
  public func take(_ pass: Pass) -> Summary? {
    let losses = memory.losses.removeValue(forKey: pass.key) ?? []
    let outcomes = memory.outcomes.removeValue(forKey: pass.key) ?? []
    guard !losses.isEmpty, !outcomes.isEmpty else { return nil }
    let right = outcomes.count { $0.isRight }
    return Summary(
      loss: losses.reduce(0, +) / Double(losses.count),
      accuracy: Double(right) / Double(outcomes.count), outcomes: outcomes)
  }
}
