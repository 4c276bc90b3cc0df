import Diagnostics
import Foundation

/// Files and folders, with errors that a user can act on.
enum Files {
  static func write(_ data: Data, to path: String) throws {
    try attempt("cannot write", path) {
      try data.write(to: URL(fileURLWithPath: path))
    }
  }

  static func makeDirectory(_ path: String) throws {
    try attempt("cannot make this directory", path) {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    }
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  /// Bytes in a file.
  static func size(_ path: String) throws -> Int {
    var size = 0
    try attempt("cannot be read", path) {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      size = (attributes[.size] as? NSNumber)?.intValue ?? 0
    }
    return size
  }

  /// Removes a file or a whole directory, if there is one.
  static func remove(_ path: String) throws {
    guard exists(path) else { return }
    try attempt("cannot remove", path) {
      try FileManager.default.removeItem(atPath: path)
    }
  }

  static func move(_ path: String, to target: String) throws {
    try attempt("cannot move to its place", path) {
      try FileManager.default.moveItem(atPath: path, toPath: target)
    }
  }

  private static func attempt(
    _ what: String, _ path: String, _ body: () throws -> Void
  ) throws {
    do {
      try body()
    } catch {
      throw UserError(
        "\(what): \(error.localizedDescription)", at: path,
        fix: "check the permissions and the free space of the disk")
    }
  }
}
