import Diagnostics
import Foundation
import Speech
import Testing

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
    #expect(abs(extraction.expectedBytes - bytes) <= 12 * 3 * 4 * 4)
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
    try writeNoise(folder.file("audio/short.wav"), samples: 10, seed: 1)
    let outcome = try extraction().write(to: out)
    #expect(outcome.utterances == 4)
    #expect(
      outcome.failures.map(\.path)
        == ["audio/bad.wav", "audio/short.wav"].map(folder.file))
    #expect(outcome.failures.allSatisfy { !$0.reason.isEmpty })
    #expect(try SafeTensors(path: out).names == ["0", "1", "2", "3"])
  }

  @Test func withoutAnUtteranceThereIsNoFile() throws {
    try folder.write(Data("no audio".utf8), "audio/bad.wav")
    let outcome = try extraction().write(to: out)
    #expect(outcome.utterances == 0 && outcome.failures.count == 1)
    #expect(folder.files(endingIn: "").count == 1)
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

  @Test func cancellingLeavesNoFile() throws {
    try corpus(20)
    #expect(throws: CancellationError.self) {
      try extraction(ToyUpstream(delay: 0.1)).write(
        to: out, isCancelled: { true })
    }
    #expect(folder.files(endingIn: ".partial").isEmpty)
    #expect(folder.files(endingIn: ".safetensors").isEmpty)
  }

  @Test func aDiskThatRefusesIsTheUsersAffair() throws {
    try corpus(3)
    #expect(throws: UserError.self) {
      try extraction().write(to: folder.file("nowhere/states.safetensors"))
    }
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
