import Diagnostics
import Foundation
import Speech
import Tensors
import TestSupport
import Testing
import Weights

@testable import Upstreams

struct StateFileExtractionTests {
  let folder: TemporaryFolder
  var out: String { folder.file("states.safetensors") }

  init() throws { folder = try TemporaryFolder() }

  /// Utterances `0.wav`, `1.wav`, … of different lengths, below `audio`.
  func corpus(_ count: Int) throws {
    for number in 0..<count {
      try folder.write(Data(), "audio/\(number % 3)/\(number).wav")
      try writeNoise(
        folder.file("audio/\(number % 3)/\(number).wav"),
        samples: 3200 + 517 * (number * 7 % count), seed: UInt64(number))
    }
  }

  func extraction(
    _ upstream: any Upstream = ToyUpstream(), layer: Int? = nil,
    threads: Int = 2
  ) throws -> StateFileExtraction {
    try StateFileExtraction(
      upstream: upstream, list: UtteranceList([folder.file("audio")]),
      layer: layer, threads: threads)
  }

  @Test func everyUtteranceHasItsTensor() throws {
    try corpus(12)
    let extraction = try extraction()
    let outcome = try extraction.write(to: out)
    #expect(outcome.utterances == 12 && outcome.failures.isEmpty)
    let file = try SafeTensors(path: out)
    #expect(file.names == (0..<12).map(String.init).sorted())
    #expect(file.metadata["samples_per_frame"] == "320")
    #expect(file.metadata["upstream"] == "toy")
    var bytes = 0
    for number in 0..<12 {
      let audio = try AudioFile.read(
        folder.file("audio/\(number % 3)/\(number).wav"))
      let states = try CheckedUpstream(ToyUpstream()).hiddenStates(
        of: audio, path: "")
      #expect(
        try file.tensor("\(number)").shape == [3, states.frames, 4])
      #expect(try file.floats("\(number)") == states.values)
      bytes += states.values.count * 4
    }
    #expect(outcome.bytes == bytes)
    let expected = try extraction.forecast(for: out).bytes
    #expect(abs(expected - bytes) <= 12 * 3 * 4 * 4)
  }

  @Test func theNumberOfThreadsLeavesNoTrace() throws {
    try corpus(20)
    var files: Set<Data> = []
    for threads in [1, 3, 8] {
      _ = try extraction(ToyUpstream(delay: 0.002), threads: threads)
        .write(to: out)
      files.insert(try Data(contentsOf: URL(fileURLWithPath: out)))
    }
    #expect(files.count == 1)
    #expect(folder.files(endingIn: ".partial").isEmpty)
  }

  @Test func companyInAPassLeavesNoTrace() throws {
    try corpus(20)
    _ = try extraction().write(to: out)
    let alone = try Data(contentsOf: URL(fileURLWithPath: out))
    let together = ToyGroupUpstream()
    for threads in [1, 3] {
      _ = try extraction(together, threads: threads).write(to: out)
      #expect(try Data(contentsOf: URL(fileURLWithPath: out)) == alone)
    }
    #expect(together.passes.value > 1)
  }

  @Test func aBadUtteranceInAPassIsNamedAndTheRestIsDone() throws {
    try corpus(8)
    try writeNoise(folder.file("audio/short.wav"), samples: 10, seed: 1)
    let outcome = try extraction(ToyGroupUpstream()).write(to: out)
    #expect(outcome.utterances == 8)
    #expect(outcome.failures.map(\.path) == [folder.file("audio/short.wav")])
    #expect(
      try SafeTensors(path: out).names == (0..<8).map(String.init))
  }

  @Test func oneLayerMayBeWrittenAlone() throws {
    try corpus(2)
    _ = try extraction().write(to: out)
    let whole = try SafeTensors(path: out).floats("1")
    for layer in [2, -1] {
      _ = try extraction(layer: layer).write(to: out)
      let file = try SafeTensors(path: out)
      #expect(try file.tensor("1").shape[0] == 1)
      #expect(try file.floats("1") == Array(whole.suffix(whole.count / 3)))
    }
    #expect(throws: UserError.self) { try extraction(layer: 3) }
    #expect(throws: UserError.self) { try extraction(layer: -4) }
  }

  @Test func badAudioIsNamedAndTheRestIsDone() throws {
    try corpus(4)
    try folder.write(Data("no audio".utf8), "audio/bad.wav")
    try folder.write(Data(), "audio/empty.wav")
    try writeNoise(folder.file("audio/short.wav"), samples: 10, seed: 1)
    // An empty folder of that name is no audio; a link to nowhere is told.
    let files = FileManager.default
    try files.createDirectory(
      atPath: folder.file("audio/folder.wav"), withIntermediateDirectories: true
    )
    try files.createSymbolicLink(
      atPath: folder.file("audio/link.wav"), withDestinationPath: "nowhere")
    let outcome = try extraction().write(to: out)
    #expect(outcome.utterances == 4)
    #expect(
      outcome.failures.map(\.path)
        == ["bad", "empty", "link", "short"].map {
          folder.file("audio/\($0).wav")
        })
    #expect(outcome.failures.allSatisfy { !$0.reason.isEmpty })
    #expect(try SafeTensors(path: out).names == ["0", "1", "2", "3"])
  }

  @Test func damagedAudioNeverStopsTheRest() throws {
    try writeNoise(folder.file("whole.wav"), samples: 4000, seed: 1)
    let whole = try Data(
      contentsOf: URL(fileURLWithPath: folder.file("whole.wav")))
    let random = CounterRandom(seed: 3)
    let time = TimeBox()
    var round: UInt64 = 0
    var failures = 0
    while time.isOpen {
      for number in 0..<12 {
        func draw(_ bound: Int, _ index: UInt64) -> Int {
          Int(
            random.integer(
              below: UInt64(bound), stream: round,
              index: UInt64(number) * 100 + index))
        }
        var data = whole
        for change in 0..<UInt64(draw(4, 0)) {
          data[draw(draw(2, 1) == 0 ? 44 : data.count, 2 + change)] = UInt8(
            draw(256, 10 + change))
        }
        if draw(4, 20) == 0 { data.removeLast(draw(data.count + 1, 21)) }
        try folder.write(data, "audio/\(number).wav")
      }
      let outcome = try extraction().write(to: out)
      #expect(outcome.utterances + outcome.failures.count == 12)
      if outcome.utterances > 0 {
        #expect(try SafeTensors(path: out).names.count == outcome.utterances)
      }
      failures += outcome.failures.count
      round += 1
    }
    #expect(round > 0 && failures > 0)
  }

  @Test func withoutAnUtteranceThereIsNoFile() throws {
    try folder.write(Data("no audio".utf8), "audio/bad.wav")
    let outcome = try extraction().write(to: out)
    #expect(outcome.utterances == 0 && outcome.failures.count == 1)
    for kind in [".partial", ".safetensors"] {
      #expect(folder.files(endingIn: kind).isEmpty)
    }
  }

  @Test func theSlowestHoldsTheOthersBack() throws {
    try corpus(30)
    let slow = SlowFirst(frames: (3200 + 517 * 29) / 320)
    _ = try extraction(slow, threads: 3).write(to: out)
    // Six may be ahead of the first, which takes the longest.
    #expect(slow.doneMeanwhile.value <= 7)
    #expect(slow.doneMeanwhile.value > 0)
    #expect(try SafeTensors(path: out).names.count == 30)
  }

  @Test func whatWasStoppedGoesOnWhereItWas() throws {
    try corpus(20)
    _ = try extraction().write(to: out)
    let whole = try Data(contentsOf: URL(fileURLWithPath: out))
    try FileManager.default.removeItem(atPath: out)

    let first = Counted(delay: 0.02)
    #expect(throws: CancellationError.self) {
      try extraction(first).write(
        to: out, isCancelled: { first.passes.value >= 8 })
    }
    #expect(folder.files(endingIn: ".safetensors").isEmpty)
    #expect(throws: UserError.self) {
      try SafeTensors(path: out + ".partial")
    }

    let second = Counted()
    var totals: Set<Int> = []
    let outcome = try extraction(second).write(
      to: out, progress: { totals.insert($0.total) })
    #expect(outcome.resumed >= 6 && outcome.resumed < 20)
    #expect(second.passes.value == 20 - outcome.resumed)
    #expect(outcome.utterances == 20 && totals == [20])
    #expect(try Data(contentsOf: URL(fileURLWithPath: out)) == whole)
    #expect(folder.files(endingIn: ".partial").isEmpty)
  }

  @Test func whatIsLeftOfOtherWorkIsNotTakenOver() throws {
    try corpus(12)
    func stop() throws {
      let upstream = Counted(delay: 0.02)
      #expect(throws: CancellationError.self) {
        try extraction(upstream).write(
          to: out, isCancelled: { upstream.passes.value >= 6 })
      }
    }
    try stop()
    #expect(try extraction(layer: 1).write(to: out).resumed == 0)
    try stop()
    var other = ToyUpstream()
    other.description.digest = String(repeating: "cd", count: 32)
    #expect(try extraction(other).write(to: out).resumed == 0)
    try stop()
    try writeNoise(folder.file("audio/0/3.wav"), samples: 9000, seed: 99)
    #expect(try extraction().write(to: out).resumed == 0)
    #expect(try SafeTensors(path: out).tensor("3").shape == [3, 28, 4])
  }

  @Test func cancellingBeforeTheFirstLeavesNothing() throws {
    try corpus(4)
    #expect(throws: CancellationError.self) {
      try extraction(ToyUpstream(delay: 0.3)).write(
        to: out, isCancelled: { true })
    }
    #expect(folder.files(endingIn: ".partial").isEmpty)
    #expect(folder.files(endingIn: ".safetensors").isEmpty)
  }

  @Test func aDiskThatRefusesIsTheUsersAffair() throws {
    try corpus(3)
    try FileManager.default.createDirectory(
      atPath: folder.file("taken"), withIntermediateDirectories: true)
    for place in ["nowhere/states.safetensors", "taken"] {
      #expect(throws: UserError.self) {
        try extraction().write(to: folder.file(place))
      }
    }
    #expect(throws: UserError.self) {
      try extraction().forecast(for: folder.file("nowhere/x"))
    }
  }

  /// A limit on the size of files stands for a full disk.
  @Test func aDiskThatFillsKeepsWhatIsThere() async throws {
    try corpus(12)
    setenv("SUPERB_TEST_EXTRACTION", folder.path, 1)
    await #expect(processExitsWith: .success) {
      let path = String(cString: getenv("SUPERB_TEST_EXTRACTION"))
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 6000, rlim_max: 6000)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      let error = #expect(throws: UserError.self) {
        try StateFileExtraction(
          upstream: ToyUpstream(), list: UtteranceList([path + "/audio"]),
          layer: nil, threads: 3
        ).write(to: path + "/states.safetensors")
      }
      #expect(error?.location?.contains("states.safetensors") == true)
    }
    #expect(folder.files(endingIn: ".safetensors").isEmpty)
    let outcome = try extraction().write(to: out)
    #expect(outcome.resumed > 0 && outcome.utterances == 12)
    let partial = try SafeTensors(path: out)
    #expect(partial.names.count == 12)
  }

  @Test func aFullDiskIsToldBeforehand() throws {
    let forecast = ExtractionForecast(
      utterances: 9, audioSeconds: 7200, bytes: 1 << 60, seconds: 400)
    let error = #expect(throws: UserError.self) {
      try forecast.checkRoom(in: folder.path)
    }
    #expect(error?.what.contains("1152922 TB") == true, "\(error as Any)")
    #expect(forecast.summary == "2.0 h of audio, 1152922 TB, about 7 min")
  }

  @Test func aTrialIsWorthItForMuchAudioAlone() throws {
    try corpus(2)
    let upstream = Counted(delay: 0.01)
    #expect(try extraction(upstream).forecast(for: out).seconds == nil)
    #expect(upstream.passes.value == 0)
    try writeNoise(folder.file("audio/long.wav"), samples: 16000 * 130, seed: 1)
    let seconds = try #require(
      try extraction(upstream).forecast(for: out).seconds)
    #expect(seconds > 0.1 && seconds < 600)
    #expect(upstream.passes.value == 4)
  }

  @Test func aBugOfOursEndsAllThreads() throws {
    try corpus(12)
    struct Broken: Upstream {
      let description = ToyUpstream().description
      func hiddenStates(of samples: [Float]) throws -> HiddenStates {
        throw InternalError("broken")
      }
    }
    #expect(throws: InternalError.self) {
      try extraction(Broken(), threads: 4).write(to: out)
    }
  }

  @Test func twoFilesOfOneStemAreRefusedWithBoth() throws {
    for name in ["audio/a/x.wav", "audio/b/x.flac"] {
      try folder.write(Data("x".utf8), name)
    }
    let error = #expect(throws: UserError.self) {
      try UtteranceList([folder.file("audio")])
    }
    #expect(error?.what.contains("a/x.wav") == true)
    #expect(error?.what.contains("b/x.flac") == true)
  }

  @Test func foldersAndPatternsStandForTheirAudio() throws {
    try corpus(5)
    try folder.write(Data("x".utf8), "audio/notes.txt")
    try folder.write(Data("x".utf8), "audio/.hidden/9.wav")
    func stems(_ words: String...) throws -> [String] {
      try UtteranceList(words.map(folder.file)).utterances.map(\.stem).sorted()
    }
    #expect(try stems("audio") == ["0", "1", "2", "3", "4"])
    #expect(try stems("audio/1") == ["1", "4"])
    #expect(try stems("audio/*/[03].wav") == ["0", "3"])
    #expect(try stems("audio/2/2.wav", "audio/0") == ["0", "2", "3"])
    for word in ["nowhere", "audio/*.wav", "features"] {
      #expect(throws: UserError.self) { try stems(word) }
    }
    try folder.write(Data("x".utf8), "empty/notes.txt")
    #expect(throws: UserError.self) { try stems("empty") }
  }

  @Test func theLongestComeFirst() throws {
    try corpus(9)
    let list = try UtteranceList([folder.file("audio")])
    let seconds = list.utterances.map(\.seconds)
    #expect(seconds == seconds.sorted(by: >))
    #expect(abs(list.seconds - seconds.reduce(0, +)) < 1e-9)
  }

  @Test func extractedStatesAreFeatures() throws {
    try corpus(3)
    _ = try extraction().write(to: out)
    let features = try FeatureFiles(named: "features:\(out)")
    #expect(features.description.layers == 3)
    let again = folder.file("again.safetensors")
    _ = try extraction(features).write(to: again)
    for name in ["0", "1", "2"] {
      #expect(
        try SafeTensors(path: again).floats(name)
          == SafeTensors(path: out).floats(name))
    }
  }
}

/// Takes long for utterances of so many frames, and counts what the others
/// do meanwhile.
private struct SlowFirst: Upstream {
  let description = ToyUpstream().description
  let frames: Int
  let doneMeanwhile = Counter()
  private let isOver = Counter()

  init(frames: Int) { self.frames = frames }

  func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    if samples.count / 320 >= frames {
      Thread.sleep(forTimeInterval: 0.5)
      isOver.increment()
    } else if isOver.value == 0 {
      doneMeanwhile.increment()
    }
    return try ToyUpstream().hiddenStates(of: samples)
  }
}

/// Counts its passes, each of which takes a while.
private struct Counted: Upstream {
  let description = ToyUpstream().description
  var delay = 0.0
  let passes = Counter()

  init(delay: Double = 0) { self.delay = delay }

  func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    passes.increment()
    return try ToyUpstream(delay: delay).hiddenStates(of: samples)
  }
}
