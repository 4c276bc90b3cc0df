import Checking
import Foundation
import Testing

/// `superb doctor` on this machine, and on one that lacks things.
@Suite struct DoctorCommandTests {
  private func checks(
    _ folder: BenchmarkFolder
  ) throws -> (exitCode: Int32?, checks: [String: MachineCheck]) {
    let outcome = try folder.superb("doctor", "--json")
    let checks = try JSONDecoder().decode(
      [MachineCheck].self, from: Data(outcome.output.utf8))
    return (
      outcome.exitCode,
      Dictionary(checks.map { ($0.name, $0) }, uniquingKeysWith: { a, _ in a })
    )
  }

  @Test func machineThatRunsTheseTestsIsFit() throws {
    let (exitCode, checks) = try checks(try BenchmarkFolder())
    #expect(exitCode == 0)
    #expect(!checks.values.contains { $0.verdict == .bad })
    for name in [
      "cores", "memory", "disk for results", "disk for features", "BLAS",
      "Swift compiler", "C compiler", "corpus speech_commands",
    ] {
      #expect(checks[name] != nil, "\(name)")
    }
    #expect(checks["BLAS"]?.finding.contains("OpenBLAS") == true)
    #expect(
      checks["cores"]?.finding.hasPrefix(
        "\(ProcessInfo.processInfo.activeProcessorCount)") == true)
    #expect(checks["cores"]?.finding.contains("products: ") == true)
    #expect(checks["libsndfile"]?.finding.contains("libsndfile") == true)
    #expect(checks["FFTW"]?.finding.contains("fftw") == true)
    #expect(checks["libcrypto"]?.finding.contains("OpenSSL") == true)
  }

  @Test func missingCorpusMakesItUnfit() throws {
    let folder = try BenchmarkFolder(
      "corpora: {voxceleb1: nowhere/voxceleb1}\n")
    let (exitCode, checks) = try checks(folder)
    #expect(exitCode == 1)
    let corpus = try #require(checks["corpus voxceleb1"])
    #expect(corpus.verdict == .bad)
    #expect(corpus.finding.contains("nowhere/voxceleb1"))
    #expect(try folder.superb("doctor").output.contains("✗"))
  }

  @Test func missingCompilerIsAWarning() throws {
    let folder = try BenchmarkFolder()
    folder.setEnvironment("PATH", "/nonexistent")
    let (exitCode, checks) = try checks(folder)
    #expect(exitCode == 0)
    #expect(checks["Swift compiler"]?.verdict == .warning)
    #expect(checks["C compiler"]?.verdict == .warning)
    #expect(checks["Python"]?.verdict == .warning)
    #expect(checks["Swift compiler"]?.fix?.contains("SUPERB_SWIFTC") == true)
  }

  @Test func badBenchmarkFileIsTheUsersMistake() throws {
    let folder = try BenchmarkFolder("corpora: [nothing]\n")
    #expect(try folder.superb("doctor").exitCode == 2)
  }
}
