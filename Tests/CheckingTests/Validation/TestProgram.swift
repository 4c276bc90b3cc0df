import Files
import Foundation
import Testing

@testable import Files
@testable import Hosting

/// The program that is built beside the tests, which checks are run by.
enum TestProgram {
  static func installation() throws -> Installation {
    let tests = try FileManager.default.destinationOfSymbolicLink(
      atPath: "/proc/self/exe")
    let program =
      (tests as NSString).deletingLastPathComponent + "/superb"
    try #require(
      FileManager.default.isExecutableFile(atPath: program),
      "\(program) is not built: swift build --product superb")
    return try Installation(executable: program)
  }

  /// Runs the program in `folder`. Gives its exit status and its output.
  static func run(
    _ arguments: [String], in folder: String
  ) throws -> (status: Int32, text: String) {
    let program = try installation().executable
    let output = try Subprocess.run(
      [
        "/usr/bin/env", "-C", folder, "SUPERB_CACHE_DIR=\(folder)/cache",
        program,
      ]
        + arguments)
    return (output.status, output.text)
  }
}

/// A folder that is gone when the object is.
final class ScratchFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("superb-test-" + UUID().uuidString).path
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
