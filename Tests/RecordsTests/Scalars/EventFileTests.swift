import Files
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Files
@testable import Records

/// Event files outlive the processes that write them.
@Suite struct EventFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func open() throws -> EventFile {
    try EventFile(folder: folder.path, prefix: "asr")
  }

  private func bytes(_ file: EventFile) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: file.path)))
  }

  private func scalars(_ file: EventFile) throws -> [String] {
    let bytes = try bytes(file)
    let (scalars, length) = EventFile.events(in: bytes)
    #expect(length == bytes.count)
    return scalars.map { "\($0.tag) \($0.step) \($0.value)" }
  }

  @Test func scalarsComeBackWithTheirNamesStepsAndTimes() throws {
    let before = Date().timeIntervalSince1970
    let file = try open()
    try file.scalar("wer", of: "dev-clean", 12.5, step: 4000)
    try file.scalar("loss", of: "train", .nan, step: 0)
    #expect(
      try scalars(file) == [
        "asr/dev-clean-wer 4000 12.5", "asr/train-loss 0 nan",
      ])
    let times = EventFile.events(in: try bytes(file)).scalars.map(\.wallTime)
    #expect(times.allSatisfy { $0 >= before && $0 < before + 60 })
    #expect(
      (file.path as NSString).lastPathComponent
        .hasPrefix("events.out.tfevents."))
  }

  @Test func nextProcessGoesOnBehindWhatAKilledOneLeft() throws {
    let first = try open()
    try first.scalar("wer", of: "dev", 1, step: 1)
    let whole = try bytes(first)
    try first.scalar("wer", of: "dev", 2, step: 2)
    let all = try bytes(first)
    // Killed after any byte of the second record.
    for cut in whole.count..<all.count {
      try Data(all[..<cut]).write(to: URL(fileURLWithPath: first.path))
      let second = try open()
      #expect(second.path == first.path)
      #expect(try bytes(second) == whole)
    }
    try open().scalar("wer", of: "dev", 3, step: 3)
    #expect(try scalars(open()) == ["asr/dev-wer 1 1.0", "asr/dev-wer 3 3.0"])
    #expect(try folder.names.count == 1)
  }

  @Test func headerThatWasTornIsWrittenAgain() throws {
    let file = try open()
    let header = try bytes(file)
    for cut in 0..<header.count {
      try Data(header[..<cut]).write(to: URL(fileURLWithPath: file.path))
      #expect(try bytes(open()).count == header.count)
    }
  }

  @Test func whatWasToldAfterAMarkIsForgotten() throws {
    let file = try open()
    try file.scalar("wer", of: "dev", 1, step: 1)
    let mark = try file.mark()
    try file.scalar("wer", of: "dev", 2, step: 2)
    try file.rewind(to: mark)
    try file.scalar("wer", of: "dev", 5, step: 2)
    #expect(try scalars(file) == ["asr/dev-wer 1 1.0", "asr/dev-wer 2 5.0"])
    try file.rewind(to: 0)
    #expect(try scalars(file).isEmpty)
    #expect(!(try bytes(file).isEmpty))
  }

  /// Bytes that a foreign program or a broken disk may have put there.
  @Test func damagedBytesEndTheFileAndNothingElse() throws {
    let file = try open()
    for step in 0..<20 {
      try file.scalar("wer", of: "dev", Double(step), step: step)
    }
    let whole = try bytes(file)
    let all = EventFile.events(in: whole).scalars
    let random = CounterRandom(seed: 11)
    for trial in 0..<3000 {
      var damaged = whole
      let place = Int(
        random.uniform(stream: UInt64(trial), index: 0) * Double(whole.count))
      let bit = Int(random.uniform(stream: UInt64(trial), index: 1) * 8)
      damaged[place] ^= 1 << UInt8(bit)
      let (scalars, length) = EventFile.events(in: damaged)
      // A checksum covers every byte: what stands before stays.
      #expect(length <= place)
      #expect(scalars == Array(all.prefix(scalars.count)))
    }
    for trial in 0..<2000 {
      let noise = (0..<64).map {
        UInt8(
          random.uniform(stream: UInt64(trial), index: UInt64(10 + $0)) * 256)
      }
      #expect(EventFile.events(in: noise).length == 0)
      _ = ScalarEvent.all(of: noise[...])
    }
  }
}
