import Foundation
import Testing

/// Files that somebody cuts short while a worker has them in memory.
@Suite struct CutFilesTests {
  @Test func storeThatIsCutShortCostsTheCellAndSaysSo() throws {
    let held = try HeldRun(upstreams: "fbank_no_cmvn")
    let folder = held.folder
    let program = try held.start(1)
    let blocks = folder.files(below: "cache/features").filter {
      $0.hasSuffix(".blocks")
    }
    #expect(!blocks.isEmpty)
    for file in blocks {
      #expect(truncate(folder.path + "/cache/features/" + file, 0) == 0)
    }
    held.release()
    let outcome = program.outcome()
    #expect(outcome.exitCode == 1)
    #expect(
      outcome.errors.contains(
        ".blocks: another process has cut the file short while it was read"),
      "\(outcome.errors)")
    #expect(!outcome.errors.contains("crashed"))
    let failure = try folder.result("fbank_no_cmvn", "holding").failure
    #expect(failure?.kind == .user)
    // What is missing is computed again.
    let again = try folder.superb("run")
    #expect(again.exitCode == 0, "\(again.errors)")
  }
}
