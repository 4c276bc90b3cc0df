/// A head that scores the symbols of each frame, with all that follows from
/// its scores: CTC loss, greedy transcripts, their files, and the best
/// checkpoint.
public final class Transcriber {
  private let vocabulary: any TranscriptVocabulary
  private let head: (Tensor, [Int64]) -> Tensor
  private let zeroInfinity: Bool
  private let best: BestScore
  private let records: TranscriptRecords
  private let decisiveSplit: String
  private let fileInfix: String
  private let languageModel: LanguageModelTranscripts?
  private let context: TaskContext

  /// - Parameters:
  ///   - section: where `zero_infinity` stands in the configuration.
  ///   - worst: what any score of the best checkpoint must beat.
  ///   - split: whose evaluation chooses the best checkpoint.
  ///   - fileInfix: what stands behind the split in the names of files.
  ///   - languageModel: what hears the evaluations a second time.
  ///   - head: packed frames [Σ, D] and their offsets -> log probabilities
  ///     [Σ, symbols]. Its parameters have been made.
  public init(
    _ vocabulary: any TranscriptVocabulary, section: String, worst: Float,
    bestOn split: String = "dev", fileInfix: String = "",
    languageModel: LanguageModelTranscripts? = nil, _ context: TaskContext,
    head: @escaping (Tensor, [Int64]) -> Tensor
  ) throws {
    self.vocabulary = vocabulary
    self.head = head
    decisiveSplit = split
    self.fileInfix = fileInfix
    self.languageModel = languageModel
    zeroInfinity = try context.config.bool(
      section + ".zero_infinity", default: true)
    best = try BestScore(worst: worst, in: context.parameters)
    records = TranscriptRecords(context)
    self.context = context
  }

  /// Natural log probabilities, [Σ, symbols].
  public func emissions(_ batch: Batch) -> Tensor {
    head(batch.frames, batch.offsets)
  }

  /// The words of the batch's only utterance, by the likeliest symbol of each
  /// frame.
  public func heard(_ batch: Batch) -> String {
    let labels = labels(of: emissions(batch), batch).first
    return type(of: vocabulary).words(vocabulary.decode(labels ?? []))
  }

  /// The CTC loss of the batch, and keeps its transcripts. `targets` are each
  /// utterance's symbols.
  public func loss(
    _ batch: Batch, _ targets: [[Int]], in pass: Pass
  ) throws -> Tensor {
    let scores = emissions(batch)
    try languageModel?.add(batch, scores, in: pass)
    let loss = scores.ctcLoss(
      targets, batch.offsets, blank: type(of: vocabulary).blank,
      zeroInfinity: zeroInfinity)
    let heard = labels(of: scores, batch)
    if !pass.isTraining {
      records.addInfeasible(
        zip(batch.ids, zip(targets, batch.offsets.indices)).compactMap {
          id, of in
          let frames = batch.offsets[of.1 + 1] - batch.offsets[of.1]
          return Int(frames) < Self.fewestFrames(of: of.0) ? id : nil
        }, in: pass)
    }
    records.add(
      zip(batch.ids, zip(heard, targets)).map { id, labels in
        TranscriptRecords.Transcript(
          id: id, hypothesis: vocabulary.decode(labels.0),
          reference: vocabulary.decode(labels.1))
      }, loss: loss, in: pass)
    return loss
  }

  /// CTC needs a frame for each symbol, and one between two that are alike.
  static func fewestFrames(of symbols: [Int]) -> Int {
    symbols.count + zip(symbols, symbols.dropFirst()).count { $0 == $1 }
  }

  private func labels(of scores: Tensor, _ batch: Batch) -> [[Int]] {
    GreedyDecoding.labels(
      scores, batch.offsets, without: type(of: vocabulary).unheard)
  }

  /// Reports "loss" and the figures, the transcripts, in evaluation the files
  /// `<split><fileInfix>-hyp.ark` and `-ref.ark`, and asks for
  /// `<split>-best.ckpt` if that split's score is the best so far. What the
  /// language model has heard has figures and files of its own,
  /// `<split>-LM-hyp.ark` and `-LM-ref.ark`.
  func logRecords(
    of pass: Pass, into log: RecordLog,
    _ figures: (TranscriptRecords.Summary) -> TranscriptFigures,
    withModel: (TranscriptRecords.Summary) -> TranscriptFigures.Metrics
  ) throws {
    let infeasible = records.takeInfeasible(pass)
    guard let summary = records.take(pass) else { return }
    if !infeasible.isEmpty {
      context.log(
        .warning,
        "\(infeasible.count) of \(summary.transcripts.count) utterances of "
          + "'\(pass.split)' have fewer frames than CTC needs for what is "
          + "said: \(infeasible.prefix(3).joined(separator: ", "))")
    }
    let words = type(of: vocabulary).words
    let found = figures(summary)
    log.metric("loss", summary.loss)
    for case (let name, let value?) in found.metrics { log.metric(name, value) }
    summary.report(into: log, words)
    guard !pass.isTraining else { return }
    if let metric = found.ofSymbols {
      try log.shares(summary.shares(of: metric), of: pass.split)
    }
    let name = pass.split + fileInfix
    try log.file(name + "-hyp.ark", summary.lines { words($0.hypothesis) })
    try log.file(name + "-ref.ark", summary.lines { words($0.reference) })
    if let heard = try languageModel?.take(pass) {
      let summary = summary.heard(
        heard.mapValues(vocabulary.text(of:)), reference: words)
      for case (let name, let value?) in withModel(summary) {
        log.metric(name, value)
      }
      let name = pass.split + "-LM"
      try log.file(name + "-hyp.ark", summary.lines(\.hypothesis))
      try log.file(name + "-ref.ark", summary.lines(\.reference))
    }
    if pass.evaluates(decisiveSplit), let score = found.score,
      try best.improves(score)
    {
      log.save(as: "\(decisiveSplit)-best.ckpt")
    }
  }
}
