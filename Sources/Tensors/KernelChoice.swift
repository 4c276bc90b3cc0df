import Diagnostics
import Foundation
import Kernels

/// Whose products of matrices the engine uses.
package enum KernelChoice {
  /// Ours, which give the same bits on every processor that has fused
  /// multiply-adds; OpenBLAS's on others, and where the environment's
  /// SUPERB_KERNELS is `openblas`.
  package static let isOwn =
    superb_isa() != SUPERB_ISA_ANY && asked != "openblas"

  /// As SUPERB_ISA spells it, or nil on processors without either.
  package static var instructionSet: String? {
    switch superb_isa() {
    case SUPERB_ISA_AVX512: "avx512"
    case SUPERB_ISA_AVX2: "avx2"
    default: nil
    }
  }

  private static let asked =
    ProcessInfo.processInfo.environment["SUPERB_KERNELS"] ?? ""

  /// - Throws: ``UserError`` if the environment asks for what is not there.
  package static func check() throws {
    if let complaint = superb_isa_complaint() {
      throw UserError(
        String(cString: complaint),
        fix: "take SUPERB_ISA out of the environment")
    }
    guard ["", "own", "openblas"].contains(asked) else {
      throw UserError(
        "SUPERB_KERNELS is '\(asked)'",
        fix: "say own or openblas, or take it out of the environment")
    }
  }
}
