import Diagnostics
import Files
import Foundation

/// Which Python runs the user's classes, and within which limits. Taken from
/// the environment.
struct PythonSettings: Sendable {
  /// `SUPERB_PYTHON`, or the first `python3` on `PATH`.
  var executable: String
  /// `SUPERB_PYTHON_TIMEOUT`: seconds that loading the class, or one
  /// utterance, may take.
  var timeout: Double = 600
  /// `SUPERB_PYTHON_PROCESSES`: each holds a copy of the model.
  var processes: Int
  /// `SUPERB_PYTHON_DEVICE`: where module and waveforms are, one process for
  /// each; none leaves them where the class puts them.
  var devices: [String] = []
  /// What the processes get to see.
  var environment: [String: String]

  /// - Throws: `UserError` if there is no Python, or if a limit is none.
  init(environment: [String: String]) throws {
    executable = try Self.find(environment)
    processes = min(8, ProcessInfo.processInfo.activeProcessorCount)
    if let text = environment.text("SUPERB_PYTHON_TIMEOUT") {
      guard let seconds = Double(text), seconds > 0, seconds <= 1e9 else {
        throw UserError(
          "'\(text)' is no number of seconds", at: "SUPERB_PYTHON_TIMEOUT")
      }
      timeout = seconds
    }
    if let text = environment.text("SUPERB_PYTHON_PROCESSES") {
      guard let count = Int(text), (1...1024).contains(count) else {
        throw UserError(
          "'\(text)' is no number of processes", at: "SUPERB_PYTHON_PROCESSES")
      }
      processes = count
    }
    self.environment = environment.merging([
      // One utterance a process, one thread an utterance: sums come out the
      // same, and the processes do not fight over the cores.
      "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
      "OPENBLAS_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1",
      "CUBLAS_WORKSPACE_CONFIG": ":4096:8", "PYTHONHASHSEED": "0",
      "PYTHONUNBUFFERED": "1",
    ]) { $1 }
    try takeDevices(environment)
  }

  /// The environment of a process on one of the devices.
  func environment(onDevice device: String?) -> [String: String] {
    device.map { environment.merging([Self.deviceKey: $0]) { $1 } }
      ?? environment
  }

  private static let deviceKey = "SUPERB_PYTHON_DEVICE"

  /// Devices, and the precision that is asked for.
  private mutating func takeDevices(_ environment: [String: String]) throws {
    if let text = environment.text(Self.deviceKey) {
      devices = text.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      for device in devices
      where device.isEmpty || device.contains(where: { !Self.isPlain($0) }) {
        throw UserError(
          "'\(device)' is no device", at: Self.deviceKey,
          fix: "name cpu, cuda, cuda:1, or several as cuda:0,cuda:1")
      }
      if devices != ["cpu"] { processes = devices.count }
    }
    let precision = "SUPERB_PYTHON_PRECISION"
    if let text = environment.text(precision),
      !["float32", "float16", "bfloat16"].contains(text)
    {
      throw UserError(
        "'\(text)' is no precision", at: precision,
        fix: "it is float32, float16 or bfloat16")
    }
  }

  private static func isPlain(_ character: Character) -> Bool {
    character.isASCII
      && (character.isLetter || character.isNumber || character == ":")
  }

  private static func find(_ environment: [String: String]) throws -> String {
    let named = environment.text("SUPERB_PYTHON")
    let program = named ?? "python3"
    if let found = Subprocess.path(of: program, environment) { return found }
    throw UserError(
      "there is no Python to run the upstream with: "
        + (program.contains("/")
          ? "'\(program)' is no program" : "no '\(program)' on PATH"),
      at: named == nil ? nil : "SUPERB_PYTHON",
      fix: "install Python 3.8 or newer, or name one in SUPERB_PYTHON")
  }
}
