import Files
import Foundation
import Tensors
import Testing

@testable import Harness

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
      try scalars(file) == ["asr/dev-clean-wer 4000 12.5", "asr/train-loss 0 nan"])
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

/// TensorBoard's own reader, where it is installed: `SUPERB_PYTHON` or
/// python3 with the package `tensorboard`.
@Suite struct TensorBoardTests {
  private static let python: String? = {
    let named = ProcessInfo.processInfo.environment["SUPERB_PYTHON"]
    let path = named ?? "/usr/bin/env"
    let start = named == nil ? [path, "python3"] : [path]
    let found = try? Subprocess.run(start + ["-c", "import tensorboard"])
    return found?.status == 0 ? start.joined(separator: " ") : nil
  }()

  @Test(.enabled(if: python != nil, "tensorboard is not installed"))
  func itsReaderSeesTheScalarsOfATrainingThatWasContinued() throws {
    let training = try Training(
      steps: 4, tags: [1], dev: [0.25, 0.75],
      runner: "gradient_clipping: 1000, log_step: 1, eval_step: 2")
    try training.trainer.train()
    // A record that the end of a process has cut short, and one behind it.
    let file = try EventFile(
      folder: training.folder.path + "/experiment", prefix: "counting")
    let handle = try #require(FileHandle(forUpdatingAtPath: file.path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([24, 0, 0, 0, 0]))
    try EventFile(
      folder: training.folder.path + "/experiment", prefix: "counting"
    ).scalar("acc", of: "test", 1, step: 4)

    let script = """
      import sys
      from tensorboard.backend.event_processing import event_accumulator
      a = event_accumulator.EventAccumulator(sys.argv[1])
      a.Reload()
      for tag in sorted(a.Tags()["scalars"]):
        print(tag, [(e.step, e.value) for e in a.Scalars(tag)])
      """
    let python = try #require(Self.python).split(separator: " ")
      .map(String.init)
    let output = try Subprocess.run(
      python + ["-c", script, training.folder.path + "/experiment"])
    #expect(output.status == 0, "\(output.text)")
    let lines = output.text.split(separator: "\n").filter {
      $0.hasPrefix("counting/")
    }
    #expect(
      lines == [
        "counting/dev-acc [(2, 0.25), (4, 0.75)]",
        "counting/test-acc [(4, 1.0)]",
        "counting/train-acc [(1, 0.5), (2, 0.5), (3, 0.5), (4, 0.5)]",
      ], "\(output.text)")
  }
}
