import Foundation

/// What this process computes on.
package struct Machine: Codable, Equatable, Sendable {
  /// The processor's name, as the system gives it.
  package var processor: String
  /// Whose products of matrices are used: `own avx2`, or `openblas`.
  package var products: String
  /// The BLAS library's version, and the kernel that it chose.
  package var blas: String

  /// This one.
  package static let current = Machine(
    processor: processorName, products: productsName,
    blas: BLASLibrary.current?.description ?? "unknown")

  private static var processorName: String {
    let info =
      (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = info.split(separator: "\n").first {
      $0.hasPrefix("model name")
    }
    return line?.split(separator: ":").last
      .map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
  }

  private static var productsName: String {
    guard KernelChoice.isOwn, let set = KernelChoice.instructionSet else {
      return "openblas"
    }
    return "own \(set)"
  }
}

/// The BLAS library that this process has loaded, if it is OpenBLAS.
package struct BLASLibrary: CustomStringConvertible {
  package var version: String
  /// For which processor it computes.
  package var kernel: String

  package var description: String { "\(version), kernel \(kernel)" }

  package static var current: BLASLibrary? {
    guard let kernel = text("openblas_get_corename") else { return nil }
    let version = (text("openblas_get_config") ?? "").split(separator: " ")
      .prefix(2).joined(separator: " ")
    return BLASLibrary(version: version, kernel: kernel)
  }

  private static func text(_ function: String) -> String? {
    guard let symbol = dlsym(nil, function) else { return nil }
    let call = unsafeBitCast(
      symbol, to: (@convention(c) () -> UnsafePointer<CChar>?).self)
    return call().map { String(cString: $0) }
  }
}
