import Foundation
import Records
import Testing

/// What becomes of a finished result when its corpus is no longer what it was.
@Suite struct ChangedCorpusTests {
  private static let emotion = [
    "run", "-u", "fbank_no_cmvn", "-o",
    "config.downstream_expert.datarc.test_fold='fold2'",
  ]

  /// A folder with a corpus of its own, in `corpus`, and its result.
  private func trained() throws -> BenchmarkFolder {
    let folder = try BenchmarkFolder(Self.benchmark("corpus"))
    try FileManager.default.copyItem(
      atPath: try ToneCorpus.shared.get().path + "/iemocap",
      toPath: folder.path + "/corpus")
    let run = try folder.superb(Self.emotion)
    #expect(run.exitCode == 0, "\(run.errors)")
    return folder
  }

  private static func benchmark(_ corpus: String) -> String {
    """
    name: demo
    corpora: {iemocap: \(corpus)}
    tasks:
      emotion:
        runner: {total_steps: 20, eval_step: 10, gradient_accumulate_steps: 1}
        optimizer: {lr: 1.0e-2}

    """
  }

  private func result(_ folder: BenchmarkFolder) throws -> ExperimentResult {
    try folder.result("fbank_no_cmvn", "emotion")
  }

  private func list(_ folder: BenchmarkFolder, _ end: String) throws -> String {
    "corpus/"
      + (try #require(
        folder.files(below: "corpus").first { $0.hasSuffix(end) }))
  }

  /// Writes a file in its place, with its size, its inode and its time.
  private func replace(
    _ name: String, in folder: BenchmarkFolder, _ edit: (inout Data) -> Void
  ) throws {
    let path = folder.path + "/" + name
    var before = stat()
    #expect(stat(path, &before) == 0)
    var bytes = try folder.contents(name)
    edit(&bytes)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.write(contentsOf: bytes)
    try file.close()
    var times = [before.st_atim, before.st_mtim]
    #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
  }

  private func earlier(_ folder: BenchmarkFolder) -> [String] {
    folder.files().filter {
      $0.contains("/earlier/") && $0.hasSuffix(".json")
    }
  }

  @Test func audioOfTheSameSizeAndTimeIsFoundOtherAndNamed() throws {
    let folder = try trained()
    let first = try result(folder)
    let recording = try list(folder, ".wav")
    try replace(recording, in: folder) { $0[$0.count - 2] ^= 0x55 }
    let again = try folder.superb(Self.emotion)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(!again.errors.contains("done before"), "\(again.errors)")
    let name = (recording as NSString).lastPathComponent
    #expect(again.errors.contains(name), "\(again.errors)")
    #expect(again.errors.contains("the corpus has changed"))
    #expect(try result(folder).dataDigest != first.dataDigest)
    // The earlier result is kept, and stands on no board.
    #expect(earlier(folder).count == 1)
    let kept = try ExperimentResult.decoded(
      from: folder.contents("runs/" + earlier(folder)[0]))
    #expect(kept == first)
    let third = try folder.superb(Self.emotion)
    #expect(third.errors.contains("done before"), "\(third.errors)")
  }

  @Test func aListThatHasChangedIsNoticed() throws {
    let folder = try trained()
    let labels = try list(folder, "Ses02F_impro01.txt")
    try replace(labels, in: folder) {
      let text = String(decoding: $0, as: UTF8.self)
        .replacingOccurrences(of: "\tneu\t", with: "\txxx\t")
        .replacingOccurrences(of: "\tsad\t", with: "\tneu\t")
        .replacingOccurrences(of: "\txxx\t", with: "\tsad\t")
      $0 = Data(text.utf8)
    }
    let again = try folder.superb(Self.emotion)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(
      again.errors.contains("Ses02F_impro01.txt"), "\(again.errors)")
    #expect(!again.errors.contains("done before"))
    #expect(earlier(folder).count == 1)
  }

  /// The same utterances with other labels: of a list that is new, or gone.
  @Test func aListMoreIsNoticedThoughTheAudioIsTheSame() throws {
    let folder = try trained()
    let first = try result(folder)
    let labels = try list(folder, "Ses02F_impro01.txt")
    let new = labels.replacingOccurrences(of: "impro01", with: "impro00")
    for isThere in [true, false] {
      if isThere {
        try folder.write(new, "% another's labels\n")
      } else {
        try FileManager.default.removeItem(atPath: folder.path + "/" + new)
      }
      let again = try folder.superb(Self.emotion)
      #expect(again.exitCode == 0, "\(again.errors)")
      #expect(!again.errors.contains("done before"), "\(again.errors)")
      #expect(
        again.errors.contains("other lists (Session2"), "\(again.errors)")
      #expect(again.errors.contains("impro00.txt)"), "\(again.errors)")
    }
    #expect(try result(folder).dataDigest == first.dataDigest)
    #expect(earlier(folder).count == 2)
  }

  @Test func aCorpusThatHasMovedOrWasCopiedIsTheSame() throws {
    let folder = try trained()
    let first = try result(folder)
    let files = FileManager.default
    try files.moveItem(
      atPath: folder.path + "/corpus", toPath: folder.path + "/moved")
    try folder.write("benchmark.yaml", Self.benchmark("moved"))
    for _ in 0..<2 {
      let again = try folder.superb(Self.emotion)
      #expect(again.exitCode == 0, "\(again.errors)")
      #expect(again.errors.contains("done before"), "\(again.errors)")
    }
    // Copied: other inodes and times.
    try files.copyItem(
      atPath: folder.path + "/moved", toPath: folder.path + "/copy")
    for file in folder.files(below: "copy") {
      #expect(utimensat(AT_FDCWD, folder.path + "/copy/" + file, nil, 0) == 0)
    }
    try files.removeItem(atPath: folder.path + "/moved")
    try folder.write("benchmark.yaml", Self.benchmark("copy"))
    for arguments in [Self.emotion, Self.emotion + ["--verify"]] {
      let again = try folder.superb(arguments)
      #expect(again.exitCode == 0, "\(again.errors)")
      #expect(again.errors.contains("done before"), "\(again.errors)")
    }
    #expect(try result(folder) == first)
    #expect(earlier(folder).isEmpty)
  }

  @Test func aHeadIsAskedWhereItsCorpusLiesNow() throws {
    let folder = try trained()
    let evaluate = ["evaluate", "--from", "runs/demo/fbank_no_cmvn"]
    let before = try folder.superb(evaluate)
    #expect(before.exitCode == 0, "\(before.errors)")
    try FileManager.default.moveItem(
      atPath: folder.path + "/corpus", toPath: folder.path + "/moved")
    let lost = try folder.superb(evaluate)
    #expect(lost.exitCode == 2, "\(lost.errors)")
    #expect(lost.errors.contains("no such folder"), "\(lost.errors)")
    #expect(lost.errors.contains(folder.path + "/corpus"), "\(lost.errors)")
    #expect(!lost.errors.contains("internal error"), "\(lost.errors)")
    try folder.write("benchmark.yaml", Self.benchmark("moved"))
    let after = try folder.superb(evaluate)
    #expect(after.exitCode == 0, "\(after.errors)")
    #expect(after.output == before.output)
  }

  @Test func aFileMoreIsAskedAfterAndMayBeNothingToTheTask() throws {
    let folder = try trained()
    let first = try result(folder)
    try folder.write("corpus/Session1/README", "not the task's")
    let same = try folder.superb(Self.emotion)
    #expect(same.exitCode == 0, "\(same.errors)")
    #expect(same.errors.contains("done before"), "\(same.errors)")
    #expect(try result(folder) == first)

    // A recording more, with its label.
    let recording = try list(folder, "Ses01F_impro01_F000.wav")
    let new = recording.replacingOccurrences(of: "_F000", with: "_F009")
    try folder.contents(recording).write(
      to: URL(fileURLWithPath: folder.path + "/" + new))
    let labels = try list(folder, "Ses01F_impro01.txt")
    let text = try folder.text(labels)
    try folder.write(
      labels,
      text + "[0.0 - 1.0]\tSes01F_impro01_F009\tneu\t[2.5, 2.5, 2.5]\n")
    let more = try folder.superb(Self.emotion)
    #expect(more.exitCode == 0, "\(more.errors)")
    #expect(!more.errors.contains("done before"), "\(more.errors)")
    #expect(try result(folder).dataDigest != first.dataDigest)
    #expect(earlier(folder).count == 1)
  }

  /// Where the task takes whatever lies in a folder, one name more is enough.
  @Test func aRecordingMoreInAFolderIsTrainedOn() throws {
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard.replacingOccurrences(
        of: "CORPORA/speech_commands\n", with: "commands\n"))
    try FileManager.default.copyItem(
      atPath: try ToneCorpus.shared.get().path + "/speech_commands",
      toPath: folder.path + "/commands")
    let run = ["run", "-u", "fbank_no_cmvn"]
    #expect(try folder.superb(run).exitCode == 0)
    let first = try folder.result("fbank_no_cmvn")
    let recording = try #require(
      folder.files(below: "commands/yes").first)
    try folder.contents("commands/yes/" + recording).write(
      to: URL(
        fileURLWithPath: folder.path
          + "/commands/yes/00000000_nohash_1.wav"))
    let again = try folder.superb(run)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(
      again.errors.contains("the corpus has other utterances"),
      "\(again.errors)")
    #expect(
      try folder.result("fbank_no_cmvn").dataDigest != first.dataDigest)
    #expect(earlier(folder).count == 1)
  }
}
