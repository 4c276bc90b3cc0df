import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Upstreams
import Weights

/// What a head's CTC model says of a split, kept in files.
package struct KeptEmissions: Sendable, Equatable {
  /// A safetensors file with one tensor [frames, tokens] an utterance: natural
  /// log probabilities.
  package var path: String
  /// The model's outputs, one a line.
  package var tokens: String
  /// Lines of an id and what is really said; nil if the task does not tell.
  package var references: String?
  /// Utterances that the head was asked for now, and not before.
  package var computed = 0

  /// Names in the file's metadata.
  package static let blankKey = "blank"
  package static let silenceKey = "silence"
}

extension TrainedHead {
  /// The folder beside the checkpoint where its emissions are kept.
  package var emissionsFolder: String {
    let path = path as NSString
    let name = (path.lastPathComponent as NSString).deletingPathExtension
    return (path.deletingLastPathComponent as NSString)
      .appendingPathComponent("emissions/\(name)")
  }

  /// Has the emissions of a split written to `folder`, unless they are there
  /// from the same checkpoint, library and audio. What was stopped goes on
  /// where it was.
  ///
  /// - Throws: `UserError` if the task has none.
  package func keepEmissions(
    of split: String, in folder: String, halfPrecision: Bool
  ) throws -> KeptEmissions {
    guard let tokens = try session.expert.emissionTokens() else {
      throw UserError(
        "the task '\(task.id)' shows no emissions", at: path,
        fix: "a task does with superb.emissions/1; asr and pr do")
    }
    guard !split.contains("/"), !split.isEmpty else {
      throw UserError("'\(split)' is no split", at: "--split")
    }
    try makeFolder(folder)
    let loader = try session.feed.batches(for: .evaluation(of: split))
    let batches = try (0..<loader.count).map { try loader.batch($0) }
    let ids = batches.flatMap { $0.items.map(\.id) }
    var kept = KeptEmissions(
      path: "\(folder)/\(split).safetensors", tokens: "\(folder)/tokens.txt")
    let lines = tokens.names.map { $0 + "\n" }.joined()
    try AtomicFile.write(Data(lines.utf8), to: kept.tokens, flushed: false)
    let texts = batches.flatMap { batch in
      batch.items.indices.map(batch.text)
    }
    let known = texts.compactMap { $0 }
    if known.count == ids.count {
      let references = "\(folder)/\(split).ref"
      let lines = zip(ids, known).map { "\($0) \($1)\n" }.joined()
      try AtomicFile.write(Data(lines.utf8), to: references, flushed: false)
      kept.references = references
    }
    let subject = try subject(batches, halfPrecision)
    let mark = subject.hexadecimal
    if (try? SafeTensors(path: kept.path))?.metadata["subject"] == mark {
      return kept
    }
    try session.extract(batches.flatMap { $0.items.map(\.span) })
    var stream = try SafeTensorsStream(
      path: kept.path, subject: subject, names: ids,
      metadata: [
        "subject": mark, "checkpoint": path, "split": split,
        KeptEmissions.blankKey: tokens.names[tokens.blank],
        KeptEmissions.silenceKey: tokens.names[tokens.silence],
      ])
    do {
      for (index, batch) in batches.enumerated() {
        try session.report.checkCancelled()
        if batch.items.allSatisfy({ stream.names.contains($0.id) }) { continue }
        for one in try emissions(of: batch) {
          try stream.append(
            one.id,
            shape: [one.values.count / tokens.names.count, tokens.names.count],
            floats: one.values, as: halfPrecision ? .float16 : .float32)
          kept.computed += 1
        }
        session.report.progress(
          "emissions of \(split)", done: index + 1, total: batches.count)
      }
      try stream.commit()
    } catch {
      stream.stop()
      throw error
    }
    return kept
  }

  private func emissions(of batch: ExpertBatch) throws -> [Emissions] {
    try session.engine.evaluating {
      defer { session.engine.endStep() }
      let (frames, offsets) = try session.feed.features(
        of: batch.items.map(\.span))
      return try session.expert.emissions(
        of: batch, frames: frames, offsets: offsets)
    }
  }

  /// What the emissions depend on.
  private func subject(
    _ batches: [ExpertBatch], _ halfPrecision: Bool
  ) throws -> ContentDigest {
    let hasher = DigestHasher()
    hasher.combine("superb.emissions/1 \(halfPrecision)")
    for file in [path, session.experiment.library] {
      hasher.combine(
        bytes: try Data(
          contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe))
    }
    for item in batches.flatMap(\.items) {
      hasher.combine(item.id)
      try hasher.combine(sizeAndTimeOf: item.span.path)
    }
    return hasher.finish()
  }
}
