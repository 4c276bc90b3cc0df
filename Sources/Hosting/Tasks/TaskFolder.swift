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
  package var configPath: String { path + "/config.yaml" }

  /// The folder at `path`, or nil if it holds no sources of a task.
  package init?(path: String) {
    let files =
      (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted()
      ?? []
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

  /// All task folders directly below `directory`, in lexicographic order.
  package static func all(in directory: String) -> [TaskFolder] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.sorted().filter { !$0.hasPrefix(".") }
      .compactMap { TaskFolder(path: directory + "/" + $0) }
  }

  /// SHA-256 of the sources' names and bytes (headers included): what the
  /// library is made of.
  package func sourceDigest() throws -> String {
    let hash = DigestHasher()
    let headers =
      ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .sorted().filter { $0.hasSuffix(".h") }.map { path + "/" + $0 }
    for file in sources + headers {
      guard let bytes = FileManager.default.contents(atPath: file) else {
        throw UserError("cannot read the task's source", at: file)
      }
      hash.combine((file as NSString).lastPathComponent)
      hash.combine(bytes: bytes)
    }
    return hash.finish().hexadecimal
  }
}
