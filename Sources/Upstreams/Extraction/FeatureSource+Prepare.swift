import Diagnostics
import Files
import Foundation
import Speech
import Synchronization

extension FeatureSource {
  /// Computes and stores what is missing of these utterances, the longest
  /// first, on ``threads`` threads. Memory: one utterance a thread, or several
  /// short ones.
  ///
  /// Other processes that prepare the same utterances at the same time share
  /// the work. In a store with a limit it ends when the room does: what is
  /// left is computed whenever it is asked for.
  ///
  /// - Parameters:
  ///   - announce: called before anything is computed, unless nothing is
  ///     missing.
  ///   - progress: called on the caller's thread, some ten times a second.
  ///   - isCancelled: asked as often; what is stored by then stays.
  /// - Throws: `UserError` that names the audio file, or that there is no
  ///   room for the features; or `CancellationError`.
  package func prepare(
    _ spans: [AudioSpan],
    announce: (ExtractionForecast) -> Void = { _ in },
    progress: (ExtractionProgress) -> Void = { _ in },
    isCancelled: () -> Bool = { false }
  ) throws {
    let missing = try identify(
      spans, progress: progress, isCancelled: isCancelled
    ).sorted(by: Missing.precedes)
    if missing.isEmpty { return }
    if let limit = store.room?.limit.bytes, limit <= 0 { return noteNoRoom() }
    announce(try forecast(missing, isCancelled: isCancelled))
    let done = Counter()
    let doneAudio = SecondsCounter()
    let allAudio = missing.reduce(0) { $0 + $1.seconds }
    let before = audioSeconds
    let start = ContinuousClock.now
    let passes = checked.passes(
      ofSeconds: missing.map(\.seconds), threads: threads)
    try ParallelWork.run(
      count: passes.count, threads: threads,
      tick: {
        progress(
          .computing(
            since: start, done: done.value, of: missing.count,
            audioSeconds: audioSeconds - before, doneAudio: doneAudio.value,
            allAudio: allAudio))
      }, isCancelled: isCancelled,
      context: { Extractor(source: self) },
      work: { index, extractor in
        if self.hasNoRoom { return .done }
        // All of the pass, or what was left to somebody else.
        let pass = missing[passes[index]].filter { !self.isStored($0.span) }
        var isDone = true
        for (utterance, outcome) in zip(
          pass, try extractor.extract(pass.map(\.span)))
        {
          switch outcome {
          case .isElsewhere:
            isDone = false
            continue
          case .hasNoRoom: self.noteNoRoom()
          case .stored(let key):
            for span in utterance.spans { self.remember(key, for: span) }
          }
          doneAudio.add(utterance.seconds)
          done.increment()
        }
        return isDone ? .done : .later
      })
  }

  /// SHA-256 over what these utterances are, hexadecimal: the contents of
  /// their audio files, effects, spans and crops, in no order. The places of
  /// the files are not among it.
  package func dataDigest(of spans: [AudioSpan]) throws -> String {
    let known = try digests(ofFiles: Array(Set(spans.map(\.path))))
    let parts = spans.compactMap { span in
      known[span.path].map { span.identity(audio: $0) }
    }
    let hasher = DigestHasher()
    hasher.combine("superb.data/1")
    for part in parts.sorted() { hasher.combine(part) }
    return hasher.finish().hexadecimal
  }

  /// The SHA-256 of each of these files; those that were read before and have
  /// not changed since are not read again.
  ///
  /// - Throws: `UserError` that names the file.
  package func digests(
    ofFiles paths: [String]
  ) throws -> [String: ContentDigest] {
    let digests = Mutex<[String: ContentDigest]>([:])
    try ParallelWork.run(
      count: paths.count, threads: threads, tick: {}, isCancelled: { false },
      context: {},
      work: { index, _ in
        let digest = try self.store.digest(ofFile: paths[index])
        digests.withLock { $0[paths[index]] = digest }
        return .done
      })
    return digests.withLock { $0 }
  }

  /// The utterances that are not stored, or of which that cannot be told
  /// before their audio is read.
  private func identify(
    _ spans: [AudioSpan], progress: (ExtractionProgress) -> Void,
    isCancelled: () -> Bool
  ) throws -> [Missing] {
    var seen: Set<AudioSpan> = []
    let unknown = spans.filter {
      seen.insert($0).inserted && !isStored($0)
    }
    if unknown.isEmpty { return [] }
    try shelf.refresh()
    let missing = Mutex<[Missing]>([])
    // By path: some formats are decoded to be measured.
    let lengths = Mutex<[String: Int]>([:])
    let done = Counter()
    let start = ContinuousClock.now
    try ParallelWork.run(
      count: unknown.count, threads: threads,
      tick: {
        progress(
          ExtractionProgress(
            phase: .identifying, done: done.value, total: unknown.count,
            audioSeconds: 0, elapsedSeconds: start.secondsUntilNow))
      }, isCancelled: isCancelled,
      context: { Extractor(source: self) },
      work: { index, extractor in
        let span = unknown[index]
        if let key = try extractor.key(of: span), try self.shelf.hold(key) {
          self.remember(key, for: span)
        } else {
          let whole =
            try lengths.withLock { $0[span.path] }
            ?? AudioFile.info(span.path).speechSamples
          lengths.withLock { $0[span.path] = whole }
          let utterance = try Missing(span, of: whole)
          missing.withLock { $0.append(utterance) }
        }
        done.increment()
        return .done
      })
    return Missing.merged(missing.withLock { $0 })
  }

  private func forecast(
    _ missing: [Missing], isCancelled: () -> Bool
  ) throws -> ExtractionForecast {
    let frame = checked.expectedBytes(
      ofSeconds: description.samplesPerFrame / Double(speechSampleRate),
      precision: view.precision)
    var forecast = ExtractionForecast(
      utterances: missing.count,
      audioSeconds: missing.reduce(0) { $0 + $1.seconds },
      bytes: missing.reduce(0) { sum, utterance in
        sum
          + (view.pooling == .meanPooled
            ? frame
            : checked.expectedBytes(
              ofSeconds: utterance.seconds, precision: view.precision))
      })
    if let limit = store.room?.limit.bytes {
      forecast.bytes = min(forecast.bytes, limit)
    }
    try forecast.checkRoom(in: shelf.folder)
    forecast.seconds = checked.expectedSeconds(
      of: forecast.audioSeconds, threads: threads, isCancelled: isCancelled)
    return forecast
  }

  private func isStored(_ span: AudioSpan) -> Bool {
    knownKey(of: span).map(shelf.contains) ?? false
  }
}

/// An utterance whose features are to be computed.
private struct Missing: Sendable {
  /// Without a crop that takes all of it.
  var span: AudioSpan
  /// The spans that were asked for and are this one.
  private(set) var spans: [AudioSpan]
  /// As far as the file's header tells it.
  var seconds: Double

  /// - Parameter whole: samples of its file at 16 kHz, as the header says.
  /// - Throws: `UserError` that names the file, if the span cannot lie within
  ///   it.
  init(_ span: AudioSpan, of whole: Int) throws {
    var samples = try span.length(samples: whole)
    self.span = span
    if let crop = span.crop, crop.length > 0, crop.length < samples {
      samples = crop.length
    } else {
      self.span.crop = nil
    }
    spans = [span, self.span]
    seconds = Double(samples) / Double(speechSampleRate)
  }

  /// Each utterance once, whatever it was asked for as.
  static func merged(_ all: [Missing]) -> [Missing] {
    Dictionary(grouping: all, by: \.span).values.map { same in
      var one = same[0]
      one.spans = same.flatMap(\.spans)
      return one
    }
  }

  /// The longest first; the spans of one file stay together.
  static func precedes(_ a: Missing, _ b: Missing) -> Bool {
    if a.seconds != b.seconds { return a.seconds > b.seconds }
    if a.span.path != b.span.path { return a.span.path < b.span.path }
    return a.span.start < b.span.start
  }
}

extension AudioSpan {
  /// What the span is, whatever its file is called.
  fileprivate func identity(audio: ContentDigest) -> ContentDigest {
    let hasher = DigestHasher()
    hasher.combine(audio, chain.identifier, start, length)
    if let crop {
      hasher.combine(crop.length, crop.variant, String(crop.seed), crop.item)
    }
    return hasher.finish()
  }
}
