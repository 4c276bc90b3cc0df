import Files
import Foundation
import Hosting
import Runs
import Tensors

extension MachineCheck {
  /// The system's libraries, asked in this process: what is found here is
  /// what runs will use.
  static func libraries() -> [MachineCheck] {
    let versions: [(String, String?)] = [
      ("libsndfile", LoadedLibrary.call("sf_version_string")),
      ("FFTW", LoadedLibrary.text("fftwf_version")),
      ("libsoxr", LoadedLibrary.call("soxr_version")),
      ("libyaml", LoadedLibrary.call("yaml_get_version_string")),
      ("libcrypto", LoadedLibrary.call("OpenSSL_version")),
    ]
    return [blas()]
      + versions.map { name, version in
        version.map { MachineCheck(name, .good, $0) }
          ?? MachineCheck(name, .warning, "it does not say its version")
      }
  }

  private static func blas() -> MachineCheck {
    guard let library = BLASLibrary.current else {
      return MachineCheck(
        "BLAS", .warning, "not OpenBLAS: another library is in its place",
        fix: "install OpenBLAS (libopenblas-dev)")
    }
    let finding = "\(library)"
    let slow = ["Generic", "generic", "Prescott", "Core2", "armv8", "ARMV8"]
    return slow.contains(library.kernel)
      ? MachineCheck(
        "BLAS", .warning, finding + ", which is not made for this processor",
        fix: "install a newer OpenBLAS, or one with DYNAMIC_ARCH")
      : MachineCheck("BLAS", .good, finding)
  }

  static func tools(
    _ installation: Installation, benchmark: Benchmark
  ) -> [MachineCheck] {
    [
      compiler(
        "Swift compiler", ["SUPERB_SWIFTC"], ["swiftc"],
        for: "tasks written in Swift", kit: installation.modules),
      compiler(
        "C compiler", ["CC"], ["cc", "gcc", "clang"],
        for: "tasks written in C", kit: installation.headers),
      python(),
      program("espeak-ng", for: "superb data make-demo"),
    ]
  }

  private static func compiler(
    _ name: String, _ variables: [String], _ programs: [String],
    for purpose: String, kit: String
  ) -> MachineCheck {
    guard FileManager.default.fileExists(atPath: kit) else {
      return MachineCheck(
        name, .bad, "what tasks are compiled against is missing: \(kit)",
        fix: "run make install again")
    }
    do {
      let path = try Subprocess.find(variables, programs, for: purpose)
      return MachineCheck(name, .good, version(of: path) + ", " + path)
    } catch {
      return MachineCheck(
        name, .warning, "none: \(purpose) cannot be built",
        fix: "install \(programs[0]), or name it in \(variables[0])")
    }
  }

  private static func python() -> MachineCheck {
    let purpose = "upstreams that are a Python program"
    guard
      let path = try? Subprocess.find(
        ["SUPERB_PYTHON"], ["python3"], for: purpose)
    else {
      return MachineCheck(
        "Python", .warning, "none: \(purpose) cannot be run",
        fix: "install python3")
    }
    let script = """
      import importlib.util as u
      print(", ".join(n for n in ("numpy", "torch", "transformers")
        if u.find_spec(n)) or "no numpy")
      """
    let found = try? Subprocess.run([path, "-c", script])
    let packages = found.flatMap { $0.status == 0 ? $0.text : nil }?
      .trimmingCharacters(in: .whitespacesAndNewlines)
    return MachineCheck(
      "Python", packages == nil ? .warning : .good,
      version(of: path) + ", " + path
        + (packages.map { ", with \($0)" } ?? ", which does not start"))
  }

  private static func program(
    _ name: String, for purpose: String
  ) -> MachineCheck {
    guard let path = try? Subprocess.find([], [name], for: purpose) else {
      return MachineCheck(
        name, .warning, "none: \(purpose) does not work",
        fix: "install \(name)")
    }
    return MachineCheck(name, .good, path)
  }

  /// The first line that `--version` prints.
  private static func version(of path: String) -> String {
    let output = try? Subprocess.run([path, "--version"])
    let line = output?.text.split(separator: "\n").first.map(String.init)
    return line ?? "unknown version"
  }
}

/// Symbols of the libraries that this process has loaded.
private enum LoadedLibrary {
  /// What a function without arguments, or one that is content with a zero,
  /// returns.
  static func call(_ name: String) -> String? {
    guard let symbol = dlsym(nil, name) else { return nil }
    let function = unsafeBitCast(
      symbol, to: (@convention(c) (CInt) -> UnsafePointer<CChar>?).self)
    return function(0).map { String(cString: $0) }
  }

  /// An array of characters.
  static func text(_ name: String) -> String? {
    dlsym(nil, name).map {
      String(cString: $0.assumingMemoryBound(to: CChar.self))
    }
  }
}
