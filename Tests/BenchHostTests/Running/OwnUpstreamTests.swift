import Foundation
import Records
import Testing

/// Runs over hidden states that are the user's own affair.
@Suite struct OwnUpstreamTests {
  private static let benchmark = """
    upstreams: [fbank_no_cmvn]
    corpora: {iemocap: CORPORA/iemocap}
    tasks:
      emotion:
        runner: {total_steps: 40, eval_step: 20, gradient_accumulate_steps: 1}
        optimizer: {lr: 1.0e-2}

    """
  private static let oneFold = [
    "-o", "config.downstream_expert.datarc.test_fold='fold2'",
  ]

  /// Runs one fold, then again as if it had never been done.
  ///
  /// - Returns: both results.
  private func runTwice(
    _ upstream: String, in folder: BenchmarkFolder
  ) throws -> [ExperimentResult] {
    try [[], ["--fresh"]].map { more in
      let run = try folder.superb(
        ["run", "-u", upstream] + Self.oneFold + more)
      #expect(run.exitCode == 0, "\(run.errors)")
      #expect(run.errors.contains("to extract") == more.isEmpty)
      let results = try folder.results().values
        .filter { $0.upstream.name == upstream }
      return try #require(results.first)
    }
  }

  /// Energies of sixteen bands, by sums over a comb of delays.
  private static let expert = """
    class Mine:
        def get_downsample_rates(self, key):
            return 800

        def __call__(self, waves):
            print("one utterance")
            wave = waves[0]
            first = []
            for start in range(0, len(wave) - 799, 800):
                part = wave[start : start + 800]
                first.append([
                    sum(x * y for x, y in zip(part, part[lag:]))
                    for lag in range(0, 32, 2)
                ])
            return {"hidden_states": [first, [[-x for x in r] for r in first]]}

    """

  @Test(.enabled(if: isPythonThere, "there is no python3 on PATH"))
  func aClassInPythonIsRunOnceForEachUtterance() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    try folder.write("mine.py", Self.expert)
    let upstream = "python:mine.py:Mine"
    let results = try runTwice(upstream, in: folder)
    #expect(results.map(\.cost.upstreamPasses) == [60, 0])
    #expect(results[0].metrics == results[1].metrics)
    #expect(results[0].upstream.layers == 2)
    #expect(results[0].upstream.samplesPerFrame == 800)

    // Another class is another upstream; an unchanged one is done before.
    let again = try folder.superb(["run", "-u", upstream] + Self.oneFold)
    #expect(again.errors.contains("done before"))
    try folder.write("mine.py", Self.expert + "SCALE = 2\n")
    let edited = try folder.superb(["run", "-u", upstream] + Self.oneFold)
    #expect(!edited.errors.contains("done before"), "\(edited.errors)")
  }

  @Test(.enabled(if: isPythonThere, "there is no python3 on PATH"))
  func aModuleInTheWorkingFolderDoesNotStandInForPythonsOwn() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    try folder.write("mine.py", Self.expert)
    try folder.write("select.py", "raise ImportError('not Python\'s own')")
    let corpus = try ToneCorpus.shared.get().path + "/iemocap/Session1"
    let extracted = try folder.superb(
      "extract", "-u", "python:mine.py:Mine", corpus, "--out", "s.safetensors")
    #expect(extracted.exitCode == 0, "\(extracted.errors)")
  }

  @Test(.enabled(if: isPythonThere, "there is no python3 on PATH"))
  func aClassThatFailsCostsItsCellAlone() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    try folder.write(
      "mine.py",
      Self.expert.replacingOccurrences(
        of: "wave = waves[0]",
        with: "wave = waves[0]; assert len(wave) == 16000, 'too long'"))
    let run = try folder.superb(
      ["run", "-u", "python:mine.py:Mine,fbank_no_cmvn"] + Self.oneFold)
    #expect(run.exitCode == 1, "\(run.errors)")
    #expect(run.errors.contains("AssertionError: too long"))
    #expect(run.errors.contains("[2/2]"))
    let results = try folder.results().values
    #expect(results.filter { $0.status == .done }.count == 1)
  }

  @Test func extractedFeaturesGiveTheNumbersOfTheirUpstream() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let corpus = try ToneCorpus.shared.get().path + "/iemocap"
    let extracted = try folder.superb(
      "extract", "-u", "fbank_no_cmvn", corpus, "--out", "states.safetensors")
    #expect(extracted.exitCode == 0, "\(extracted.errors)")
    let computed = try folder.superb(["run"] + Self.oneFold)
    #expect(computed.exitCode == 0, "\(computed.errors)")
    let expected = try folder.result("fbank_no_cmvn", "emotion")

    let results = try runTwice("features:states.safetensors", in: folder)
    #expect(results[0].metrics == expected.metrics)
    #expect(results[1].metrics == expected.metrics)
    #expect(results[1].cost.upstreamPasses == 0)
  }

  @Test func missingFeaturesAreNamed() throws {
    let folder = try BenchmarkFolder(Self.benchmark)
    let corpus = try ToneCorpus.shared.get().path + "/iemocap/Session1"
    let extracted = try folder.superb(
      "extract", "-u", "fbank_no_cmvn", corpus, "--out", "some.safetensors")
    #expect(extracted.exitCode == 0, "\(extracted.errors)")
    let run = try folder.superb(
      ["run", "-u", "features:some.safetensors"] + Self.oneFold)
    #expect(run.exitCode == 1)
    #expect(run.errors.contains("there are no features of this audio file"))
    #expect(run.errors.contains("Ses0"))
  }
}

/// Whether classes in Python can be run; tests need its standard library alone.
let isPythonThere = (ProcessInfo.processInfo.environment["PATH"] ?? "")
  .split(separator: ":").contains { access("\($0)/python3", X_OK) == 0 }
