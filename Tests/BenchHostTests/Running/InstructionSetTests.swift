import Foundation
import Testing

/// What SUPERB_ISA and SUPERB_KERNELS do, and that the first decides nothing
/// but speed.
@Suite struct InstructionSetTests {
  /// Whether the processor has both levels that there are kernels for.
  static let hasBothLevels: Bool = {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))
    let flags = Set((text ?? "").split { $0 == " " || $0.isNewline })
    return ["avx512f", "avx512vl", "avx512dq", "avx512bw"]
      .allSatisfy { flags.contains(Substring($0)) }
  }()

  @Test(
    .enabled(
      if: hasBothLevels, "this processor has AVX2 alone: nothing to compare"))
  func bytesDoNotDependOnTheLevel() throws {
    let runs = try ["avx2", "avx512"].map { level in
      let folder = try BenchmarkFolder()
      folder.setEnvironment("SUPERB_ISA", level)
      let run = try folder.superb("run")
      #expect(run.exitCode == 0, "\(run.errors)")
      let states = try folder.files().filter { $0.hasSuffix("-150.ckpt") }
        .map { try Self.tensors(folder.contents("runs/" + $0)) }
      #expect(states.count == 2)
      return (try folder.numbers(), states)
    }
    #expect(runs[0].0 == runs[1].0)
    #expect(runs[0].1 == runs[1].1)
  }

  /// What follows a checkpoint's header, which knows the folder it was made
  /// in.
  private static func tensors(_ checkpoint: Data) -> Data {
    let length = checkpoint.prefix(8).enumerated()
      .reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    return checkpoint.dropFirst(8 + length)
  }

  @Test(arguments: [
    ("SUPERB_ISA", "sse2", "SUPERB_ISA must be avx2 or avx512"),
    ("SUPERB_KERNELS", "mkl", "SUPERB_KERNELS is 'mkl'"),
  ])
  func whatIsNotThereIsRefused(
    name: String, value: String, says: String
  ) throws {
    let folder = try BenchmarkFolder()
    folder.setEnvironment(name, value)
    let run = try folder.superb("tasks")
    #expect(run.exitCode == 2)
    #expect(run.errors.contains(says), "\(run.errors)")
  }

  @Test func openBLASGivesNearlyTheSameNumbers() throws {
    let figures = try ["own", "openblas"].map { kernels in
      let folder = try BenchmarkFolder()
      folder.setEnvironment("SUPERB_KERNELS", kernels)
      let run = try folder.superb("run", "-u", "fbank_no_cmvn")
      #expect(run.exitCode == 0, "\(run.errors)")
      return try folder.result("fbank_no_cmvn").metrics
    }
    for (own, reference) in zip(figures[0], figures[1]) {
      #expect(own.name == reference.name)
      #expect(abs(own.value - reference.value) < 0.1, "\(own.name)")
    }
  }
}
