import TaskABI

/// An expert that also answers for recordings that belong to no corpus.
public protocol PredictingExpert: DownstreamExpert {
  /// How many recordings one answer is about: 1, or 2 for a comparison.
  static var recordingsPerAnswer: Int { get }

  /// The recording as the task wants it: the gain and effects of its corpus.
  func prepared(_ audio: AudioSource) -> AudioSource

  /// The answer on the recordings of `batch`, whose tags mean nothing.
  func answer(_ batch: Batch) throws -> Answer
}

extension PredictingExpert {
  /// One.
  public static var recordingsPerAnswer: Int { 1 }

  /// The recording as it is.
  public func prepared(_ audio: AudioSource) -> AudioSource { audio }
}

/// What a task says of a recording, in its natural form.
public struct Answer: Sendable, Equatable {
  /// Words, a label, lines of RTTM.
  public var text: String
  /// How sure or how alike, and what the number is.
  public var score: Score?

  /// A number behind an answer.
  public struct Score: Sendable, Equatable {
    /// What the number is: `probability`, `similarity`.
    public var name: String
    /// Finite.
    public var value: Double

    /// A number with its name.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// `text` is in the task's natural form.
  public init(_ text: String, score: Score? = nil) {
    self.text = text
    self.score = score
  }

  /// A label with its probability.
  public init(_ label: String, probability: Double) {
    self.init(label, score: Score("probability", probability))
  }
}
