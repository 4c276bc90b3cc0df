import Diagnostics
import Foundation

/// A path as people write it, with what stands for something else at its
/// beginning or in it: `~/x`, `$NAME/x`, `${NAME}/x`, `//reference/x`.
package struct PathText: Sendable {
  private let text: String
  /// Where it was written, for errors.
  private let place: String?

  package init(_ text: String, at place: String? = nil) {
    self.text = text
    self.place = place
  }

  private static let reference = "//reference"

  /// Whether a text that may be no path at all begins as such a path does.
  package var isMarked: Bool {
    text == "~" || text.hasPrefix("~/") || text == Self.reference
      || text.hasPrefix(Self.reference + "/")
      || text.prefixMatch(of: /\$(\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)/) != nil
  }

  /// The path as the system knows it; relative ones stay so.
  ///
  /// - Throws: `UserError` for a variable that is not set, and for
  ///   `//reference` where no site says what that is.
  package func expanded() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    return try expanded(environment) {
      try environment["SUPERB_REFERENCE_DIR"]
        ?? Site.current(environment: environment).reference
    }
  }

  /// - Parameter reference: the folder that `//reference` stands for.
  func expanded(
    _ environment: [String: String], reference: () throws -> String?
  ) throws -> String {
    var path = text
    if path == "~" || path.hasPrefix("~/") {
      path = (environment["HOME"] ?? NSHomeDirectory()) + path.dropFirst()
    } else if path.hasPrefix("~") {
      path = (path as NSString).expandingTildeInPath
    }
    if path == Self.reference || path.hasPrefix(Self.reference + "/") {
      guard let folder = try reference() else {
        throw UserError(
          "'\(text)' is below the site's reference folder, and there is none",
          at: place,
          fix: "name it in the site's file (reference: /path), or in"
            + " SUPERB_REFERENCE_DIR")
      }
      path = folder + path.dropFirst(Self.reference.count)
    }
    guard path.contains("$") else { return path }
    var result = ""
    var rest = path[...]
    while let match = rest.firstMatch(
      of: /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/)
    {
      let name = String(match.1 ?? match.2 ?? "")
      guard let value = environment[name] else {
        throw UserError(
          "the variable \(name) of '\(text)' is not set", at: place,
          fix: "set it, or write the path out")
      }
      result += rest[..<match.range.lowerBound] + value
      rest = rest[match.range.upperBound...]
    }
    return result + rest
  }

  /// The same text, expanded if it is marked as a path.
  package static func expandingMarked(
    _ text: String, at place: String? = nil
  ) throws -> String {
    let path = PathText(text, at: place)
    return path.isMarked ? try path.expanded() : text
  }
}
