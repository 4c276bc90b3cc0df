/// What transcribing heads gather between two reports: for each split the
/// losses of its batches and, of each utterance, what was heard and what was
/// said.
public final class TranscriptRecords: Remembered {
  /// One utterance in the task's own words.
  public struct Transcript: Sendable, Equatable, Codable {
    /// The utterance.
    public let id: String
    /// What was recognised.
    public let hypothesis: String
    /// What is true.
    public let reference: String

    /// One utterance's texts.
    public init(id: String, hypothesis: String, reference: String) {
      self.id = id
      self.hypothesis = hypothesis
      self.reference = reference
    }
  }

  /// One split since the last report.
  public struct Summary: Sendable, Equatable {
    /// Mean of the batches' losses.
    public let loss: Double
    /// In the order they were added.
    public let transcripts: [Transcript]

    /// A line "<id> <text>" for each utterance.
    public func lines(_ text: (Transcript) -> String) -> String {
      transcripts.reduce(into: "") { $0 += $1.id + " " + text($1) + "\n" }
    }

    /// Errors over the whole split, of what `text` makes of a transcript.
    public func errorRate(
      _ unit: TokenUnit, _ text: (String) -> String = { $0 }
    ) -> TokenErrorRate {
      transcripts.reduce(into: TokenErrorRate(unit)) {
        $0.add(
          hypothesis: text($1.hypothesis), reference: text($1.reference))
      }
    }

    /// What each utterance adds to the errors over symbols.
    func shares(of metric: String) -> [RecordLog.Share] {
      transcripts.map {
        let counts = TokenErrorRate.counts(
          .words, hypothesis: $0.hypothesis, reference: $0.reference)
        return RecordLog.Share(
          metric: metric, id: $0.id, counted: Double(counts.edits),
          possible: Double(counts.referenceLength))
      }
    }

    /// The same utterances as another decoder heard them, by id; nothing where
    /// it heard none of one.
    public func heard(
      _ texts: [String: String], reference: (String) -> String = { $0 }
    ) -> Summary {
      Summary(
        loss: loss,
        transcripts: transcripts.map {
          Transcript(
            id: $0.id, hypothesis: texts[$0.id] ?? "",
            reference: reference($0.reference))
        })
    }

    /// Tells the host what was heard of each utterance, once each: batches
    /// that overlap hold an id several times.
    public func report(
      into log: RecordLog, _ text: (String) -> String = { $0 }
    ) {
      var seen: Set<String> = []
      for one in transcripts where seen.insert(one.id).inserted {
        log.prediction(
          id: one.id, predicted: text(one.hypothesis),
          truth: text(one.reference))
      }
    }
  }

  struct Memory: Codable {
    var losses: [String: [Double]] = [:]
    var transcripts: [String: [Transcript]] = [:]
    /// The ids of utterances that CTC cannot write down; nil for none.
    var infeasible: [String: [String]]?
  }

  var memory = Memory()

  /// Only while the expert is made.
  public init(_ context: TaskContext) {
    context.remember(self)
  }

  /// Keeps one batch's loss and transcripts. A null loss is not kept: the
  /// step has failed.
  public func add(
    _ transcripts: [Transcript], loss: Tensor, in pass: Pass
  ) {
    guard let loss = loss.values.first else { return }
    memory.losses[pass.key, default: []].append(Double(loss))
    memory.transcripts[pass.key, default: []] += transcripts
  }

  /// Keeps the utterances that CTC cannot write down.
  func addInfeasible(_ ids: [String], in pass: Pass) {
    if ids.isEmpty { return }
    memory.infeasible = (memory.infeasible ?? [:]).merging([pass.key: ids]) {
      $0 + $1
    }
  }

  /// Those, each once, which are then forgotten.
  func takeInfeasible(_ pass: Pass) -> [String] {
    let ids = memory.infeasible?.removeValue(forKey: pass.key) ?? []
    return Set(ids).sorted()
  }

  /// What has been gathered in such passes, which is then forgotten; nil if
  /// there is nothing.
  public func take(_ pass: Pass) -> Summary? {
    let losses = memory.losses.removeValue(forKey: pass.key) ?? []
    let transcripts = memory.transcripts.removeValue(forKey: pass.key) ?? []
    guard !losses.isEmpty, !transcripts.isEmpty else { return nil }
    return Summary(
      loss: losses.reduce(0, +) / Double(losses.count),
      transcripts: transcripts)
  }
}
