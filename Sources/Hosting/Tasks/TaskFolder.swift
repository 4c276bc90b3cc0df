import Diagnostics
import Files
import Foundation
import Upstreams

/// A folder below `Plugins/`: the sources of one task library and the
/// configuration of its tasks.
package struct TaskFolder: Sendable {
  package enum Language: String, Sendable {
    case swift
    case c
  }

  package let path: String
  package let language: Language
  /// Source files, in lexicographic order.
  package let sources: [String]

  package var name: String { (path as NSString).lastPathComponent }

  /// The configuration of one of its tasks: `<id>.yaml`, else `config.yaml`,
  /// which several may share; nil if there is none.
  package func configPath(of id: String) -> String? {
    ["\(path)/\(id).yaml", path + "/config.yaml"].first {
      FileManager.default.fileExists(atPath: $0)
    }
  }

  /// The folder at `path`, or nil if it holds no sources of a task.
  package init?(path: String) {
    let files = (try? names(inFolder: path)) ?? []
    func sources(_ suffix: String) -> [String] {
      files.filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }
        .map { path + "/" + $0 }
    }
    let swift = sources(".swift")
    let c = sources(".c")
    guard !swift.isEmpty || !c.isEmpty else { return nil }
    self.path = path
    self.language = swift.isEmpty ? .c : .swift
    self.sources = swift.isEmpty ? c : swift
  }

  /// SHA-256 of the sources' names and bytes (headers included): what the
  /// library is made of.
  package func sourceDigest() throws -> String {
    try Self.digest(of: sources + Self.headers(in: path))
  }

  /// The headers directly in a folder, in lexicographic order.
  static func headers(in folder: String) -> [String] {
    ((try? names(inFolder: folder)) ?? []).filter { $0.hasSuffix(".h") }
      .map { folder + "/" + $0 }
  }

  /// SHA-256 of these files' names and bytes.
  static func digest(of files: [String]) throws -> String {
    let hash = DigestHasher()
    for file in files {
      guard let bytes = FileManager.default.contents(atPath: file) else {
        throw UserError("cannot read the task's source", at: file)
      }
      hash.combine((file as NSString).lastPathComponent)
      hash.combine(bytes: bytes)
    }
    return hash.finish().hexadecimal
  }
}
