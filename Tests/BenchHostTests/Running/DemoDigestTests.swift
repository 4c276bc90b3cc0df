import Foundation
import Testing

/// The shipped benchmark on the demo corpora, every cell to the bit: whatever
/// processor runs this test, hidden states, checkpoints, metrics and
/// predictions are those of `Fixtures/demo-digests.txt`.
///
/// A change that moves numbers on purpose raises the numerics revision and
/// writes the file anew: `SUPERB_WRITE_DIGESTS=1 swift test -c release
/// --filter DemoDigestTests`.
@Suite struct DemoDigestTests {
  private static let fixture =
    Program.repository + "/Tests/BenchHostTests/Fixtures/demo-digests.txt"

  private static let environment = ProcessInfo.processInfo.environment

  #if DEBUG
    private static let isOptimised = false
  #else
    private static let isOptimised = true
  #endif

  /// Both levels where `SUPERB_TEST_LONG` is set and the processor has both;
  /// else the one that it would choose.
  private static let levels: [String?] =
    environment["SUPERB_TEST_LONG"] != nil && InstructionSetTests.hasBothLevels
    ? ["avx2", "avx512"] : [nil]

  @Test(
    .enabled(
      if: isOptimised, "52 trainings take too long without optimisation"),
    arguments: levels)
  func everyCellIsTheSameOnEveryProcessor(level: String?) throws {
    let folder = try BenchmarkFolder(
      String(
        contentsOfFile: Program.repository + "/benchmark.yaml",
        encoding: .utf8
      ).replacingOccurrences(of: "cache: .superb\n", with: ""))
    if let level { folder.setEnvironment("SUPERB_ISA", level) }
    let demo = try folder.superb("data", "make-demo", "demo")
    try #require(demo.exitCode == 0, "\(demo.errors)")
    let run = try folder.superb("run", "--jobs", "2", timeout: 1800)
    try #require(run.exitCode == 0, "\(run.errors)")
    let made = try cells(of: folder) + states(of: folder)
    if Self.environment["SUPERB_WRITE_DIGESTS"] != nil {
      try Data((made.joined(separator: "\n") + "\n").utf8)
        .write(to: URL(fileURLWithPath: Self.fixture))
    }
    let kept = try String(contentsOfFile: Self.fixture, encoding: .utf8)
      .split(separator: "\n").map(String.init)
    #expect(made.count == 56)
    let different = zip(made, kept).filter { $0 != $1 }.map { $0.0 }
    #expect(different == [])
    #expect(made.count == kept.count)
  }

  /// A line for each cell: `upstream task digest`.
  private func cells(of folder: BenchmarkFolder) throws -> [String] {
    // demo/upstream/task/signature/…
    let all = folder.files().map { $0.split(separator: "/").map(String.init) }
      .filter { $0.count > 4 }
    return try Dictionary(grouping: all) { $0[0..<4].joined(separator: "/") }
      .map { cell, files in
        let names = files.map { $0[4...].joined(separator: "/") }
        let digest = try CellDigest(files: names) {
          try folder.contents("runs/\(cell)/\($0)")
        }
        let words = cell.split(separator: "/")
        return "\(words[1]) \(words[2]) \(digest.text)"
      }.sorted()
  }

  /// A line for each upstream: `upstream states digest`, over the hidden
  /// states of LibriSpeech's test sentences.
  private func states(of folder: BenchmarkFolder) throws -> [String] {
    try ["fbank", "fbank_no_cmvn", "mfcc", "mfcc_no_cmvn"].map { upstream in
      let file = "\(upstream).safetensors"
      let run = try folder.superb(
        "extract", "--upstream", upstream, "demo/librispeech/test-clean",
        "--out", file)
      try #require(run.exitCode == 0, "\(run.errors)")
      let digest = try CellDigest(files: ["states.ckpt"]) { _ in
        try folder.contents(file)
      }
      return "\(upstream) states \(digest.text)"
    }
  }
}
