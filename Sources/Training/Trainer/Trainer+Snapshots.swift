import Foundation
import Hosting
import Records

extension Trainer {
  /// Utterances of a snapshot.
  private static let snapshotItems = 2

  /// Keeps what the head says now of the first utterances of the split that
  /// chooses. Nothing of it reaches training: there are no records, gradients
  /// or random numbers.
  func takeSnapshot() throws {
    guard let split = settings.evalSplits.first else { return }
    let loader = try feed.batches(for: .evaluation(of: split, step: step))
    guard loader.count > 0 else { return }
    let batch = try loader.batch(0)
    let items = try engine.evaluating {
      defer { engine.endStep() }
      guard let tokens = try expert.emissionTokens() else {
        return try answers(on: batch)
      }
      let (frames, offsets) = try feed.features(of: batch.items.map(\.span))
      return try expert.emissions(of: batch, frames: frames, offsets: offsets)
        .prefix(Self.snapshotItems).map { TrainingSnapshot.Item($0, tokens) }
    }
    guard !items.isEmpty else { return }
    try TrainingSnapshot(step: step, split: split, items: items)
      .write(toFolder: folder.path)
  }

  /// None of a task that answers about several recordings, or not at all.
  private func answers(
    on batch: ExpertBatch
  ) throws -> [TrainingSnapshot.Item] {
    guard expert.recordingsPerAnswer == 1 else { return [] }
    return try zip(0..., batch.items.prefix(Self.snapshotItems)).map {
      index, item in
      let (frames, offsets) = try feed.features(of: [item.span])
      let answer = try expert.predict(
        ids: [item.id], frames: frames, offsets: offsets)
      return TrainingSnapshot.Item(
        id: item.id, truth: batch.attributes(of: index)["truth"],
        said: answer.text)
    }
  }
}

extension TrainingSnapshot.Item {
  /// Parts of an utterance, and symbols, at most.
  private static let mostParts = 90
  private static let mostSymbols = 14
  /// A symbol that is never as likely is not kept.
  private static let least = 0.1

  /// What a CTC head says, with the likeliest symbols' posteriors.
  init(_ emissions: Emissions, _ tokens: EmissionTokens) {
    let width = tokens.names.count
    let frames = emissions.values.count / width
    let parts = min(frames, Self.mostParts)
    var highest = [[Double]](
      repeating: [Double](repeating: 0, count: parts), count: width)
    var labels: [Int] = []
    for frame in 0..<frames {
      let row = emissions.values[frame * width..<(frame + 1) * width]
      let part = frame * parts / frames
      for (token, value) in row.enumerated() {
        highest[token][part] = max(highest[token][part], exp(Double(value)))
      }
      let best = row.indices.max { row[$0] < row[$1] } ?? row.startIndex
      labels.append(best - row.startIndex)
    }
    let likely = highest.indices.filter {
      (highest[$0].max() ?? 0) >= Self.least
    }
    .sorted { highest[$0].reduce(0, +) > highest[$1].reduce(0, +) }
    .prefix(Self.mostSymbols).sorted()
    self.init(
      id: emissions.id, truth: emissions.text,
      said: Self.text(labels, tokens), symbols: likely.map { tokens.names[$0] },
      posteriors: likely.map { token in
        highest[token].map { ($0 * 100).rounded() / 100 }
      })
  }

  /// Repetitions once, without blanks; letters joined to words.
  private static func text(_ labels: [Int], _ tokens: EmissionTokens) -> String
  {
    var symbols: [String] = []
    for (place, label) in labels.enumerated()
    where label != tokens.blank && (place == 0 || labels[place - 1] != label) {
      symbols.append(label == tokens.silence ? " " : tokens.names[label])
    }
    let areLetters = tokens.names.allSatisfy { name in
      name.count == 1 || name.hasPrefix("<")
    }
    return symbols.joined(separator: areLetters ? "" : " ")
  }
}
