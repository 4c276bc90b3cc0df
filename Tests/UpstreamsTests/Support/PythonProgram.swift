import Foundation

/// The Python that tests of the bridge run; the standard library is enough.
enum PythonProgram {
  static let path: String? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "")
      .split(separator: ":")
    return folders.map { "\($0)/python3" }.first { access($0, X_OK) == 0 }
  }()

  static var isThere: Bool { path != nil }
  static let reason = "there is no python3 on PATH"

  /// The environment in which modules of `folder` are found.
  static func environment(
    _ folder: String, _ settings: [String: String] = [:]
  ) -> [String: String] {
    ProcessInfo.processInfo.environment
      .filter { !$0.key.hasPrefix("SUPERB_") }
      .merging([
        "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1",
        "SUPERB_PYTHON_PROCESSES": "2",
      ]) { $1 }
      .merging(settings) { $1 }
  }
}
