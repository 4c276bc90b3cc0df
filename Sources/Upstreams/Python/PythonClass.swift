import Diagnostics
import Foundation

/// A class of the user's, as it is named on the command line:
///
///     python:MODULE[:CLASS][?ckpt=PATH&config=PATH]
///
/// MODULE is a dotted name, found as `import` finds it from the working
/// folder, or a file that ends in `.py`. CLASS is `UpstreamExpert` unless it
/// is named; a function that returns such an object will do. The arguments
/// reach the constructor as `ckpt` and `model_config`; `%2C` stands for a
/// comma, `%26` for an ampersand and `%25` for a per cent sign.
struct PythonClass: Equatable {
  static let prefix = "python:"
  static let standardName = "UpstreamExpert"

  var module: String
  var name: String
  /// The constructor's keyword arguments.
  var arguments: [String: String] = [:]

  /// - Throws: `UserError` that shows how such a name is written.
  init(parsing text: String) throws {
    let parts = text.dropFirst(Self.prefix.count)
      .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let names = parts[0].split(
      separator: ":", omittingEmptySubsequences: false
    ).map(String.init)
    guard (1...2).contains(names.count), names.allSatisfy({ !$0.isEmpty })
    else {
      throw UserError(
        "'\(text)' names no Python class",
        fix: "write python:module:Class, python:path/to/file.py:Class or "
          + "python:module:Class?ckpt=/path/to/weights")
    }
    module = names[0]
    name = names.count == 2 ? names[1] : Self.standardName
    guard parts.count == 2 else { return }
    for field in parts[1].split(separator: "&") {
      try add(String(field), of: text)
    }
  }

  private mutating func add(_ field: String, of text: String) throws {
    let pair = field.split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let keywords = [
      "ckpt": "ckpt", "config": "model_config",
      "model_config": "model_config",
    ]
    guard let keyword = keywords[String(pair[0])] else {
      throw UserError(
        "'\(pair[0])' is no argument of a Python upstream, in '\(text)'",
        fix: Suggestion.fix(for: String(pair[0]), among: ["ckpt", "config"]))
    }
    guard pair.count == 2, let value = String(pair[1]).removingPercentEncoding,
      !value.isEmpty, arguments[keyword] == nil
    else {
      throw UserError(
        "'\(field)' is no argument with one value, in '\(text)'",
        fix: "write ckpt=/path/to/weights, with %25 for a per cent sign")
    }
    arguments[keyword] =
      value.hasPrefix("~") ? (value as NSString).expandingTildeInPath : value
  }
}
