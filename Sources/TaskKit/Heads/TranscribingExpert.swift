/// A task that writes down what is said: a descriptor, a corpus, a vocabulary
/// and a head. Loss, decoding, figures and files of transcripts are the kit's.
public protocol TranscribingExpert: PredictingExpert {
  /// The head with its vocabulary and what it has heard.
  var transcriber: Transcriber { get }

  /// The corpus: a split's utterances and their symbols.
  func utterances(split: String) throws -> TranscribedUtterances

  /// The figures of a split.
  func figures(of summary: TranscriptRecords.Summary) -> TranscriptFigures

  /// The figures of a split as it was heard with the language model, if the
  /// transcriber has one. None by default.
  func figuresWithModel(
    of summary: TranscriptRecords.Summary
  ) -> TranscriptFigures.Metrics
}

/// Figures in the order in which they are reported, each nil where there is
/// nothing to count, and the score that chooses the best checkpoint, the
/// higher the better.
public struct TranscriptFigures {
  /// Names and values.
  public typealias Metrics = [(name: String, value: Double?)]

  let metrics: Metrics
  let score: Double?
  /// The metric that counts symbols which the kept texts do not have: those
  /// before they are joined to words.
  let ofSymbols: String?

  /// All as the type says.
  public init(
    _ metrics: Metrics, score: Double?, ofSymbols: String? = nil
  ) {
    self.metrics = metrics
    self.score = score
    self.ofSymbols = ofSymbols
  }
}

extension TranscribingExpert {
  /// The CTC loss of the batch, whose transcripts are kept.
  public func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    let targets = try utterances(split: pass.split)
      .labels(split: pass.split, rows: batch.tags)
    return try transcriber.loss(batch, targets, in: pass)
  }

  /// What is heard in the batch's only utterance.
  public func answer(_ batch: Batch) throws -> Answer {
    Answer(transcriber.heard(batch))
  }

  /// Reports "loss" and the task's figures, the transcripts, in evaluation
  /// their files, and asks for the best checkpoint.
  public func logRecords(of pass: Pass, into log: RecordLog) throws {
    try transcriber.logRecords(
      of: pass, into: log, figures(of:), withModel: figuresWithModel(of:))
  }

  public func figuresWithModel(
    of summary: TranscriptRecords.Summary
  ) -> TranscriptFigures.Metrics { [] }
}

extension TranscribingExpert where Self: EmittingExpert {
  /// What the head says of a batch.
  public func emissions(_ batch: Batch) throws -> Tensor {
    transcriber.emissions(batch)
  }
}

/// The symbols that a head writes, and the texts that they make.
public protocol TranscriptVocabulary {
  /// How many symbols there are.
  var count: Int { get }
  /// The number of CTC's blank.
  static var blank: Int { get }
  /// The symbols that are taken out of what is heard, the blank among them.
  static var unheard: Set<Int> { get }
  /// The symbols as a text, in which errors are counted.
  func decode(_ labels: [Int]) -> String
  /// A decoded text as people read it.
  static func words(_ text: String) -> String
  /// The text of what a language model's search has heard.
  func text(of words: [String]) -> String
}

extension TranscriptVocabulary {
  /// The text as it is.
  public static func words(_ text: String) -> String { text }

  /// The words with spaces between them.
  public func text(of words: [String]) -> String {
    words.joined(separator: " ")
  }
}
