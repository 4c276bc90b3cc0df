import Diagnostics
import Foundation
import Speech
import TestSupport
import Testing

@testable import Upstreams

struct FeatureSourceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func source(
    _ upstream: any Upstream = ToyUpstream(), view: FeatureView = .whole,
    threads: Int = 2, store: String = "store"
  ) throws -> FeatureSource {
    try FeatureSource(
      upstream: upstream,
      store: FeatureStore(root: folder.file(store), report: { _ in }),
      view: view, threads: threads)
  }

  @Test func statesAreTheUpstreamsOwnCutToTheKeptFrames() throws {
    let spans = try noiseCorpus(in: folder, 4)
    let source = try source()
    for span in spans {
      let audio = try AudioFile.read(span.path, chain: span.chain)
      let direct = try ToyUpstream().hiddenStates(of: audio)
      let kept = FrameAlignment.keptFrames(
        samples: audio.count, samplesPerFrame: 320)
      let stored = try source.states(for: span)
      #expect(stored.samples == audio.count)
      #expect(stored.floats() == direct.prefix(frames: kept).values)
    }
  }

  @Test func whatIsSilenceIsKnownOnceItWasRead() throws {
    let path = folder.file("silence.wav")
    try AudioFile.write(
      [Float](repeating: 0, count: 3200), to: path, format: .wav16)
    let spans =
      try noiseCorpus(in: folder, 3)
      + [AudioSpan(path: path, chain: AudioChain())]
    let first = try source()
    #expect(try first.silent(of: spans) == 0)
    try first.prepare(spans)
    #expect(try first.silent(of: spans) == 1)
    // Of stored states, too, and for another upstream.
    #expect(try source().silent(of: spans) == 1)
  }

  @Test func theSecondPreparationRunsNothing() throws {
    let spans = try noiseCorpus(in: folder, 20)
    let first = try source()
    try first.prepare(spans + spans)
    #expect(first.upstreamPasses == 20)
    try first.prepare(spans)
    #expect(first.upstreamPasses == 20)
    let second = try source()
    try second.prepare(spans)
    for span in spans { _ = try second.states(for: span) }
    #expect(second.upstreamPasses == 0)
  }

  /// Crops of what is shorter than they are the whole of it.
  @Test func anUtteranceIsToldOnceWhateverItIsAskedForAs() throws {
    let whole = try noiseCorpus(in: folder, 3)
    let crops = whole.flatMap { span in
      (0..<2).map { variant in
        var crop = span
        crop.crop = AudioSpan.Crop(
          length: 4000, variant: variant, seed: 1, item: span.path)
        return crop
      }
    }
    let source = try source()
    var told: ExtractionForecast?
    var last = 0
    try source.prepare(
      crops + whole, announce: { told = $0 },
      progress: { if $0.phase == .computing { last = $0.total } })
    // The third is longer than its crops: there are three of it.
    #expect(told?.utterances == 5)
    let samples = 3200 + 3717 + 4234 + 2 * 4000
    #expect(told?.audioSeconds == Double(samples) / 16_000)
    #expect(last == 5)
    #expect(source.upstreamPasses == 5)
    for span in crops + whole { _ = try source.states(for: span) }
    #expect(source.upstreamPasses == 5)
  }

  @Test func aSpanBeyondItsFileIsRefusedBeforeAnythingIsComputed() throws {
    var span = try noiseCorpus(in: folder, 1)[0]
    for length in [3201, .max] {
      span.length = length
      let error = #expect(throws: UserError.self) {
        try source().prepare([span])
      }
      #expect(error?.what.contains("does not lie within the audio") == true)
    }
  }

  @Test func theNumberOfThreadsLeavesNoTrace() throws {
    let spans = try noiseCorpus(in: folder, 30)
    let one = try source(threads: 1, store: "one")
    let four = try source(threads: 4, store: "four")
    try one.prepare(spans)
    try four.prepare(spans.reversed())
    for span in spans {
      #expect(
        try one.states(for: span).withUnsafeBytes { [UInt8]($0) }
          == four.states(for: span).withUnsafeBytes { [UInt8]($0) })
    }
  }

  @Test func companyInAPassLeavesNoTrace() throws {
    let spans = try noiseCorpus(in: folder, 20)
    let alone = try source()
    try alone.prepare(spans)
    let upstream = ToyGroupUpstream()
    let together = try source(upstream, store: "other")
    try together.prepare(spans)
    #expect(upstream.passes.value > 1)
    #expect(together.upstreamPasses == 20)
    for span in spans {
      let expected = try alone.states(for: span).floats()
      #expect(try together.states(for: span).floats() == expected)
    }
  }

  @Test func theBadUtteranceOfAPassIsTheOneThatIsNamed() throws {
    let short = AudioSpan(
      path: try writeNoise(folder.file("short.wav"), samples: 10, seed: 1),
      chain: AudioChain())
    let spans = try noiseCorpus(in: folder, 5) + [short]
    #expect {
      try source(ToyGroupUpstream()).prepare(spans)
    } throws: { error in
      (error as? UserError)?.location == short.path
    }
  }

  @Test func pooledViewsAreComputedFromStoredFrames() throws {
    let spans = try noiseCorpus(in: folder, 5)
    try source().prepare(spans)
    let view = FeatureView(pooling: .meanPooled, isNormalized: true)
    let derived = try source(view: view)
    try derived.prepare(spans)
    #expect(derived.upstreamPasses == 0)
    let fresh = try source(view: view, store: "fresh")
    for span in spans {
      let stored = try derived.states(for: span)
      #expect(stored.frames == 1 && stored.layers == 3)
      #expect(try stored.floats() == fresh.states(for: span).floats())
    }
    #expect(fresh.upstreamPasses == 5)
  }

  @Test func halvesAreWithinAThousandth() throws {
    let spans = try noiseCorpus(in: folder, 3)
    let exact = try source()
    let halves = try source(view: FeatureView(precision: .float16))
    for span in spans {
      let pairs = zip(
        try exact.states(for: span).floats(),
        try halves.states(for: span).floats())
      for (a, b) in pairs { #expect(abs(a - b) <= 1e-3 * max(abs(a), 1e-3)) }
    }
  }

  @Test func cropsAreTheSameInEveryRunAndDifferByVariant() throws {
    let path = try noiseCorpus(in: folder, 20)[19].path
    let spans = (0..<5).map { variant in
      AudioSpan(
        path: path, chain: AudioChain(),
        crop: AudioSpan.Crop(
          length: 3200, variant: variant, seed: 1, item: "u"))
    }
    let first = try source()
    try first.prepare(spans)
    #expect(first.upstreamPasses == 5)
    let again = try source(threads: 1, store: "other")
    let values = try spans.map { try again.states(for: $0).floats() }
    #expect(Set(values).count == 5)
    #expect(try spans.map { try first.states(for: $0).floats() } == values)
    // The next process knows the length and resolves without the audio.
    let next = try source()
    try next.prepare(spans)
    #expect(next.upstreamPasses == 0)
    let audio = try AudioFile.read(path, chain: AudioChain())
    let start = try spans[3].resolved(samples: audio.count).start
    #expect(
      try ToyUpstream().hiddenStates(
        of: Array(audio[start..<start + 3200])
      ).values == values[3])
  }

  @Test func spansOfOneRecordingAreItsParts() throws {
    let path = try writeNoise(folder.file("long.wav"), samples: 20_000, seed: 3)
    let span = AudioSpan(
      path: path, chain: AudioChain(), start: 640, length: 6400)
    let audio = try AudioFile.read(path, chain: AudioChain())
    let stored = try source().states(for: span)
    #expect(
      try stored.floats()
        == ToyUpstream().hiddenStates(of: Array(audio[640..<7040])).values)
    #expect(stored.samples == 6400)
    let beyond = AudioSpan(
      path: path, chain: AudioChain(), start: 640, length: 20_000)
    let error = #expect(throws: UserError.self) {
      try source().prepare([beyond])
    }
    #expect(error?.location == path)
  }

  @Test func theSameAudioUnderTwoNamesIsComputedOnce() throws {
    let spans = try ["a.wav", "b.wav"].map { name in
      AudioSpan(
        path: try writeNoise(folder.file(name), samples: 5000, seed: 1),
        chain: AudioChain())
    }
    let source = try source()
    try source.prepare(spans)
    #expect(source.upstreamPasses == 1)
    #expect(
      try source.dataDigest(of: [spans[0]])
        == source.dataDigest(of: [spans[1]]))
  }

  @Test func theDataDigestForgetsOrderAndNothingElse() throws {
    let spans = try noiseCorpus(in: folder, 3)
    let source = try source()
    let digest = try source.dataDigest(of: spans)
    #expect(try source.dataDigest(of: spans.reversed()) == digest)
    #expect(try source.dataDigest(of: Array(spans.dropLast())) != digest)
    #expect(try source.dataDigest(of: spans + [spans[0]]) != digest)
    var changed = spans
    changed[1].length = 10
    #expect(try source.dataDigest(of: changed) != digest)
    changed = spans
    changed[1].chain = AudioChain(gainDecibels: -3)
    #expect(try source.dataDigest(of: changed) != digest)
    #expect(source.upstreamPasses == 0)
  }

  @Test func twoProcessesShareTheWork() async throws {
    let spans = try noiseCorpus(in: folder, 40)
    setenv("SUPERB_TEST_SHARED", folder.path, 1)
    let mine = try source(ToyUpstream(delay: 0.05))
    async let child: Void = FeatureSourceTests.prepareInAnotherProcess()
    while !FileManager.default.fileExists(atPath: folder.file("ready")) {
      try await Task.sleep(for: .milliseconds(10))
    }
    try Data().write(to: URL(fileURLWithPath: folder.file("go")))
    try mine.prepare(spans)
    await child
    let theirs = try #require(
      Int(try String(contentsOfFile: folder.file("passes"), encoding: .utf8)))
    #expect(theirs + mine.upstreamPasses == 40)
    #expect(theirs > 0 && mine.upstreamPasses > 0)
    let last = try source()
    for span in spans { _ = try last.states(for: span) }
    #expect(last.upstreamPasses == 0)
  }

  /// Prepares the same corpus and writes down how often the upstream ran.
  static func prepareInAnotherProcess() async {
    await #expect(processExitsWith: .success) {
      let path = String(cString: getenv("SUPERB_TEST_SHARED"))
      let source = try FeatureSource(
        upstream: ToyUpstream(delay: 0.05),
        store: FeatureStore(root: path + "/store"), view: .whole, threads: 2)
      let spans = (0..<40).map {
        AudioSpan(path: "\(path)/\($0).wav", chain: AudioChain())
      }
      try Data().write(to: URL(fileURLWithPath: path + "/ready"))
      while access(path + "/go", F_OK) != 0 { usleep(1000) }
      try source.prepare(spans)
      try Data("\(source.upstreamPasses)".utf8)
        .write(to: URL(fileURLWithPath: path + "/passes"))
    }
  }

  @Test func twoSourcesInOneProcessShareTheWork() async throws {
    let spans = try noiseCorpus(in: folder, 30)
    let slow = ToyUpstream(delay: 0.01)
    let sources = [try source(slow), try source(slow)]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for source in sources {
        group.addTask { try source.prepare(spans) }
      }
      try await group.waitForAll()
    }
    #expect(sources.reduce(0) { $0 + $1.upstreamPasses } == 30)
  }

  @Test func aDamagedBlockIsComputedAgain() throws {
    let spans = try noiseCorpus(in: folder, 6)
    try source().prepare(spans)
    try flipByte(
      10, of: try #require(folder.files(endingIn: ".blocks").first))
    let next = try source()
    try next.prepare(spans)
    #expect(next.upstreamPasses == 0)
    let fresh = try source(store: "fresh")
    for span in spans {
      #expect(
        try next.states(for: span).floats()
          == fresh.states(for: span).floats())
    }
    #expect(next.upstreamPasses == 1)
  }

  @Test func progressEndsAtTheTotal() throws {
    let spans = try noiseCorpus(in: folder, 8)
    let source = try source()
    var seen: [ExtractionProgress] = []
    try source.prepare(spans, progress: { seen.append($0) })
    let last = try #require(seen.last)
    #expect(last.phase == .computing)
    #expect(last.done == 8 && last.total == 8)
    let seconds = Double((0..<8).reduce(0) { $0 + 3200 + 517 * $1 }) / 16_000
    #expect(abs(last.audioSeconds - seconds) < 1e-9)
    #expect(last.speed > 0)
  }

  @Test func cancellingKeepsWhatIsDone() throws {
    let spans = try noiseCorpus(in: folder, 30)
    let source = try source(ToyUpstream(delay: 0.05))
    #expect(throws: CancellationError.self) {
      try source.prepare(
        spans, isCancelled: { source.upstreamPasses >= 4 })
    }
    let done = source.upstreamPasses
    #expect(done >= 4 && done < 30)
    let next = try self.source()
    try next.prepare(spans)
    #expect(next.upstreamPasses == 30 - done)
  }

  @Test func anUpstreamThatGoesAstrayIsReportedWithTheAudio() throws {
    let span = try noiseCorpus(in: folder, 1)[0]
    let spoilers: [(@Sendable (inout HiddenStates) -> Void, String)] = [
      ({ $0.values[5] = .nan }, "not finite"),
      ({ $0.values[5] = .infinity }, "not finite"),
      ({ $0.layers = 2 }, "promises 3 layers"),
      ({ $0.values.removeLast() }, "promises 3 layers"),
      ({ $0 = $0.prefix(frames: 5) }, "gave 5 frames where 10"),
    ]
    for (spoil, reason) in spoilers {
      let source = try source(ToyUpstream(spoil: spoil))
      let error = #expect(throws: UserError.self) {
        try source.prepare([span])
      }
      #expect(error?.location == span.path)
      #expect(error?.what.contains(reason) == true, "\(error?.what ?? "")")
      #expect(try source.store.list().isEmpty)
    }
  }

  @Test func silenceAtTheEndMayBeLeftOut() throws {
    let path = folder.file("quiet.wav")
    let sound = (0..<16_000).map { Float($0 % 100) / 200 - 0.25 }
    try AudioFile.write(
      sound + [Float](repeating: 0, count: 16_000), to: path,
      format: .wav16)
    let mel = try UpstreamRegistry.builtIn.make("mel")
    let stored = try source(mel).states(
      for: AudioSpan(path: path, chain: AudioChain()))
    #expect(stored.frames == 101 && stored.samples == 32_000)
  }

  @Test func audioShorterThanAFrameIsHeardWithZerosBehindIt() throws {
    let path = try writeNoise(folder.file("s.wav"), samples: 100, seed: 1)
    let fbank = try UpstreamRegistry.builtIn.make("fbank_no_cmvn")
    let stored = try source(fbank).states(
      for: AudioSpan(path: path, chain: AudioChain()))
    #expect(stored.frames == 1 && stored.samples == 100)
    let samples = try AudioFile.read(path)
    let padded = samples + [Float](repeating: 0, count: 300)
    let expected = try fbank.hiddenStates(of: padded).prefix(frames: 1)
    #expect(stored.floats() == expected.values)
  }

  @Test func audioWithoutAFrameIsReported() throws {
    let path = try writeNoise(folder.file("s.wav"), samples: 100, seed: 1)
    let error = #expect(throws: UserError.self) {
      try source().states(for: AudioSpan(path: path, chain: AudioChain()))
    }
    #expect(error?.location == path)
    #expect(error?.what.contains("too few") == true)
  }

  @Test func aMissingFileIsReported() throws {
    let spans = try noiseCorpus(in: folder, 2)
    let lost = AudioSpan(path: folder.file("lost.wav"), chain: AudioChain())
    let error = #expect(throws: UserError.self) {
      try source().prepare(spans + [lost])
    }
    #expect(error?.location == lost.path)
  }

  @Test func anEpochAsksTheSystemForNothing() throws {
    let path = try writeNoise(folder.file("long.wav"), samples: 60_000, seed: 3)
    let spans = (0..<20_000).map {
      AudioSpan(path: path, chain: AudioChain(), start: $0, length: 640)
    }
    let source = try source(view: FeatureView(pooling: .meanPooled))
    try source.prepare(spans)
    for span in spans { _ = try source.states(for: span) }
    // Neither the audio nor the store is needed any more.
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.removeItem(atPath: folder.file("store"))
    // This thread's alone: other tests run beside it.
    func seconds() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    let before = seconds()
    for span in spans { _ = try source.states(for: span) }
    let taken = seconds() - before
    #expect(source.upstreamPasses == 20_000)
    print("20 000 look-ups: \(taken / 20_000 * 1e6) µs each")
    // A debug build is far from the real figure.
    #expect(taken < 2)
  }
}
