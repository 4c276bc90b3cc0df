import Foundation

/// A folder that is removed with its owner.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    path =
      FileManager.default.temporaryDirectory.path
      + "/superb-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Every file below the folder whose name ends so, sorted.
  package func files(endingIn suffix: String) -> [String] {
    let all = FileManager.default.subpaths(atPath: path) ?? []
    return all.filter { $0.hasSuffix(suffix) }.sorted().map { "\(path)/\($0)" }
  }

  /// Writes a file and gives its path.
  @discardableResult
  package func write(_ name: String, _ text: String) throws -> String {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent,
      withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return file
  }

  package func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }

  package var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
  }
}

/// Replaces one byte of a file by its complement.
package func flipByte(_ offset: Int, of path: String) throws {
  var data = try Data(contentsOf: URL(fileURLWithPath: path))
  data[offset] = ~data[offset]
  try data.write(to: URL(fileURLWithPath: path))
}
