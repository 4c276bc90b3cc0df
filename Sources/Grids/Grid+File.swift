import Configuration
import Diagnostics
import Foundation
import Records

extension Grid {
  private static let keys = [
    "name", "include", "grid", "zip", "exclude", "shared_args", "exclu_args",
  ]

  /// Reads a grid's file.
  ///
  /// - `grid`: a map from keys to lists, ranges or single values; every
  ///   combination is tried.
  /// - `zip`: a list of maps from keys to lists of one length, whose items go
  ///   together.
  /// - `shared_args`: a map of what all points have.
  /// - `exclu_args`: a list of maps, of which each point has one.
  /// - `exclude`: a list of maps; a point that has all of one is left out.
  /// - `include`: files that this one is laid over, key by key.
  ///
  /// - Throws: `UserError` with the place of what is wrong.
  package init(file: String) throws {
    let root = try Self.including(file, above: [])
    try root.checkKeys(known: Self.keys)
    if try root.value(at: "name") != nil {
      name = try root.string(at: "name")
    }
    shared = try Self.assignments(
      try root.map(at: "shared_args", default: ConfigMap()))
    for entry in try root.map(at: "grid", default: ConfigMap()).entries {
      try axes.append(Self.axis(entry))
    }
    for item in try root.list(at: "zip", default: []) {
      axes.append(try Self.zipped(item))
    }
    let alternatives = try root.list(at: "exclu_args", default: [])
    if !alternatives.isEmpty {
      axes.append(
        try alternatives.map { try Self.assignments($0.map(at: "")) })
    }
    for item in try root.list(at: "exclude", default: []) {
      exclusions.append(try Self.assignments(item.map(at: "")))
    }
  }

  private static func including(
    _ file: String, above: [String]
  ) throws -> ConfigValue {
    let whole = URL(fileURLWithPath: file).standardizedFileURL.path
    guard !above.contains(whole) else {
      throw UserError("the file includes itself", at: file)
    }
    let own = try ConfigValue.yaml(file: file)
    guard case .map(var map) = own.kind else {
      throw UserError(
        "a grid's file is a map", at: file, fix: "begin with 'grid:'")
    }
    var names: [String] = []
    if case .string = map["include"]?.kind {
      names = [try own.string(at: "include")]
    } else {
      names = try own.strings(at: "include", default: [])
    }
    map.remove("include")
    let folder = (file as NSString).deletingLastPathComponent
    return try names.reduce(ConfigValue(.map(ConfigMap()))) { sum, name in
      let path =
        name.hasPrefix("/") || folder.isEmpty ? name : folder + "/" + name
      return sum.merging(try including(path, above: above + [whole]))
    }.merging(ConfigValue(.map(map), mark: own.mark))
  }

  private static func axis(_ entry: ConfigMap.Entry) throws -> [Assignments] {
    try GridValues.all(entry.value).map {
      [try override(entry.key, $0, at: entry.keyMark)]
    }
  }

  private static func zipped(_ item: ConfigValue) throws -> [Assignments] {
    let columns = try item.map(at: "").entries.map(axis)
    guard let count = columns.first?.count,
      columns.allSatisfy({ $0.count == count })
    else {
      throw UserError(
        "lists that are zipped have one length, and these have "
          + columns.map { "\($0.count)" }.joined(separator: ", "),
        at: item.mark?.description)
    }
    return (0..<count).map { row in columns.flatMap { $0[row] } }
  }

  private static func assignments(_ map: ConfigMap) throws -> Assignments {
    try map.entries.map { try override($0.key, $0.value, at: $0.keyMark) }
  }

  static func override(
    _ key: String, _ value: ConfigValue, at mark: Mark?
  ) throws -> Override {
    let whole = Overrides.wholeKey(key, sections: TaskConfiguration.sections)
    let parts = whole.split(separator: ".", omittingEmptySubsequences: false)
      .map(String.init)
    guard let scope = Override.Scope(rawValue: parts[0]), parts.count > 1,
      !parts.contains(""), scope == .config || parts.count == 2
    else {
      throw UserError(
        "'\(key)' is no key of a grid", at: mark?.description,
        fix: "write it as -o does: config.KEY or args.NAME")
    }
    return Override(
      scope: scope, path: Array(parts.dropFirst()), value: value)
  }
}
