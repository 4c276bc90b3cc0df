import Diagnostics
import Foundation

/// The checkpoints of one pre-training, each an upstream of its own.
package struct CheckpointSeries: Sendable {
  package struct Checkpoint: Equatable, Sendable {
    /// As an upstream is named.
    package var upstream: String
    /// The last number in the file's name, or its place from 0.
    package var step: Int
  }

  /// By step.
  package let checkpoints: [Checkpoint]

  /// - Parameter pattern: of files or folders, as a shell has it.
  /// - Throws: `UserError` if there is none.
  package init(_ pattern: String) throws {
    var found = glob_t()
    defer { globfree(&found) }
    let expanded = (pattern as NSString).expandingTildeInPath
    let paths =
      glob(expanded, 0, nil, &found) == 0
      ? (0..<Int(found.gl_pathc)).compactMap { index in
        found.gl_pathv[index].map { String(cString: $0) }
      } : []
    guard !paths.isEmpty else {
      throw UserError(
        "no checkpoint is called like this", at: pattern,
        fix: "give a pattern in quotes: --series 'checkpoints/ckpt-*.pt'")
    }
    self.init(paths: paths)
  }

  init(paths: [String]) {
    let numbers = paths.map { path -> Int? in
      let name = (path as NSString).lastPathComponent
      return name.split(whereSeparator: { !("0"..."9").contains($0) })
        .compactMap { Int($0) }.last
    }
    let isNumbered = Set(numbers.compactMap { $0 }).count == paths.count
    checkpoints = paths.enumerated().map { place, path in
      Checkpoint(
        upstream: ["/", "./", "../"].contains(where: path.hasPrefix)
          ? path : "./" + path,
        step: isNumbered ? numbers[place] ?? place : place)
    }
    .sorted { $0.step < $1.step }
  }
}
