import Foundation
import Testing

@testable import Training

/// A disk that fills up in mid-run, and a folder that may no longer be
/// written: cells are lost, nothing is half-written, and the same command
/// continues when there is room again.
@Suite(.serialized) struct FullDiskTests {
  private static let benchmark = """
    name: demo
    upstreams: [fbank_no_cmvn, fbank]
    corpora: {speech_commands: CORPORA/speech_commands, speech_commands_test: CORPORA/speech_commands_test}
    tasks:
      ks:
        runner: {total_steps: 40, eval_step: 10, save_step: 8, log_step: 5, max_keep: 2}
        downstream_expert: {datarc: {batch_size: 8}}

    """
  private static let run = ["run", "--checkpoint-every", "0"]

  private static let undisturbed = Result {
    let folder = try BenchmarkFolder(benchmark)
    let outcome = try folder.superb(run)
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    return (
      numbers: try folder.numbers(), runs: folder.size(of: "runs"),
      features: folder.size(of: "cache/features")
    )
  }

  @Test(
    .enabled(if: SmallDisk.isPossible, "takes the right to mount a disk"),
    arguments: [
      ("runs", 0.05), ("runs", 0.3), ("runs", 0.6), ("runs", 0.9),
      // A training of the grid fails, and what others give up makes room.
      ("runs", 0.97),
      ("cache/features", 0.1), ("cache/features", 0.7),
    ]) func diskThatFillsUpCostsCellsAndNothingElse(
      place: String, share: Double
    ) throws
  {
    let whole = try Self.undisturbed.get()
    let folder = try BenchmarkFolder(Self.benchmark)
    let needed = place == "runs" ? whole.runs : whole.features
    let disk = try SmallDisk(
      over: folder.path + "/" + place, bytes: Int(Double(needed) * share))
    let full = try folder.superb(Self.run)
    #expect([1, 2].contains(full.exitCode), "\(full)")
    // What features take is known before they are computed.
    let reason = place == "runs" ? "No space left" : "there is room for"
    #expect(full.errors.contains(reason), "\(full.errors)")
    #expect(full.errors.contains("make room"), "\(full.errors)")
    try expectWhole(folder)
    try disk.resize(to: 1 << 30)
    let again = try folder.superb(Self.run)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(try folder.numbers() == whole.numbers)
    try expectWhole(folder)
  }

  @Test func limitOnTheSizeOfAFileIsAReasonLikeAnyOther() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    // In blocks of 512 or 1024 bytes; features are larger than that.
    let limited = try RunningProgram(
      Self.run, in: folder.path, environment: folder.environment,
      before: "ulimit -f 40 && "
    ).outcome()
    #expect(limited.exitCode == 1, "\(limited)")
    #expect(limited.errors.contains("File too large"), "\(limited.errors)")
    try expectWhole(folder)
    #expect(try folder.superb(Self.run).exitCode == 0)
    #expect(try folder.numbers() == Self.undisturbed.get().numbers)
  }

  @Test(
    .enabled(
      if: WithheldFolder.isPossible, "takes a way to withhold a folder"),
    arguments: ["runs", "cache"])
  func permissionThatIsTakenAwayCostsCellsAndNothingElse(place: String) throws {
    let held = try HeldRun()
    let folder = held.folder
    let program = try held.start(1, ["--checkpoint-every", "0"])
    var withheld = try folder.folders(below: place).map {
      try WithheldFolder($0)
    }
    #expect(!withheld.isEmpty)
    held.release()
    let outcome = program.outcome()
    #expect(outcome.exitCode == 1, "\(outcome)")
    #expect(
      outcome.errors.contains("Operation not permitted")
        || outcome.errors.contains("Permission denied"), "\(outcome.errors)")
    #expect(outcome.errors.contains("check who owns it"), "\(outcome.errors)")
    #expect(outcome.errors.contains("2/2"))
    withheld = []
    try expectWhole(folder)
    let again = try folder.superb("run")
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(try folder.numbers() == HeldRun.undisturbed())
  }

  /// No checkpoint, cache block, result or list is there in part.
  private func expectWhole(_ folder: BenchmarkFolder) throws {
    _ = try folder.results()
    for file in folder.files() {
      let path = folder.path + "/runs/" + file
      if file.hasSuffix(".ckpt") {
        #expect(throws: Never.self, "\(file)") {
          try StoredCheckpoint(path: path)
        }
      }
      if file.hasSuffix(".jsonl") {
        let text = try folder.text("runs/" + file)
        #expect(text.isEmpty || text.hasSuffix("\n"), "\(file)")
      }
      #expect(!file.hasSuffix(".partial"), "\(file)")
    }
    let verified = try folder.superb("cache", "verify")
    #expect(
      verified.output.contains("0 were damaged"),
      "\(verified.output) \(verified.errors)")
  }
}

extension BenchmarkFolder {
  /// Bytes of all files below a folder.
  fileprivate func size(of name: String) -> Int {
    // A file that has two names takes its room once, a folder none in memory.
    var seen: Set<ino_t> = []
    return files(below: name).reduce(0) { sum, file in
      var status = stat()
      guard stat("\(path)/\(name)/\(file)", &status) == 0,
        status.st_mode & S_IFMT == S_IFREG, seen.insert(status.st_ino).inserted
      else { return sum }
      return sum + (Int(status.st_size) + 4095) / 4096 * 4096
    }
  }

  /// A folder and those below it.
  fileprivate func folders(below name: String) -> [String] {
    let root = path + "/" + name
    return [root]
      + files(below: name).map { root + "/" + $0 }.filter {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(
          atPath: $0, isDirectory: &isFolder)
          && isFolder.boolValue && !$0.contains("/cache/tasks")
      }
  }
}
