import Diagnostics

/// The walk along a path, and the sentences for what can go wrong on it.
extension ConfigValue {
  /// Where a walk ended: the value, or the last one that was there and the
  /// part of the path that it lacks.
  struct Lookup {
    var found: ConfigValue?
    var parent: ConfigValue
    var parentPath: String
    var key: String
  }

  func lookUp(_ path: String) throws -> Lookup {
    var current = self
    var result = Lookup(found: self, parent: self, parentPath: "", key: "")
    var walked = ""
    for part in path.split(separator: ".", omittingEmptySubsequences: false)
    where !path.isEmpty {
      let key = String(part)
      result.parent = current
      result.parentPath = walked
      result.key = key
      let next: ConfigValue?
      switch current.kind {
      case .map(let map):
        next = map[key]
      case .list(let items):
        let index = Int(key)
        next = index.flatMap { items.indices.contains($0) ? items[$0] : nil }
      case .string where current.listValue != nil:
        let items = current.listValue ?? []
        next = Int(key).flatMap { items.indices.contains($0) ? items[$0] : nil }
      case .null:
        next = nil
      default:
        throw current.mismatch(walked, expected: "a map")
      }
      result.found = next
      guard let next else { return result }
      walked = walked.isEmpty ? key : "\(walked).\(key)"
      current = next
    }
    return result
  }

  func read<T>(
    _ path: String, _ expected: String, _ convert: (ConfigValue) -> T?,
    _ fallback: () -> T?
  ) throws -> T {
    let lookup = try lookUp(path)
    if let found = lookup.found, let result = convert(found) { return result }
    if lookup.found?.isNull ?? true, let fallback = fallback() {
      return fallback
    }
    throw lookup.found?.mismatch(path, expected: expected) ?? lookup.missing
  }

  /// "expected an integer for 'a.b', found the string 'x'".
  func mismatch(_ path: String, expected: String) -> UserError {
    let subject = path.isEmpty ? "" : " for '\(path)'"
    return UserError(
      "expected \(expected)\(subject), found \(phrase)",
      at: mark?.description ?? (path.isEmpty ? nil : path),
      fix: fix(expected: expected))
  }

  private func fix(expected: String) -> String? {
    switch (expected, kind) {
    case ("a string", .bool), ("a string", .integer), ("a string", .float):
      "quote it to make it a string"
    case ("an integer", .string(let text)), ("a number", .string(let text)):
      (try? YAMLScalar.resolve(text)).flatMap {
        switch $0 {
        case .integer, .float: "write it without quotes"
        default: nil
        }
      }
    case ("a list", .string(let text)) where text.hasPrefix("["):
      "quote the words in it: ['…', '…']"
    case ("an integer", .float(let value)):
      Int64(exactly: value).map { "write \($0)" }
    case ("a list", .string), ("a list", .integer), ("a list", .float):
      "write it in brackets: […]"
    default: nil
    }
  }
}

extension ConfigValue.Lookup {
  /// The error for a key that must be there and is not, at its parent's place.
  var missing: UserError {
    let place = parentPath.isEmpty ? "" : " in '\(parentPath)'"
    let location = parent.mark?.description
    switch parent.kind {
    case .list(let items):
      return UserError(
        "no item '\(key)'\(place), a list of \(items.count)",
        at: location ?? (parentPath.isEmpty ? nil : parentPath))
    default:
      let keys = parent.mapValue?.keys ?? []
      let near = Suggestion.nearest(to: key, among: keys)
      return UserError(
        "the key '\(key)' is missing\(place)",
        at: location ?? (parentPath.isEmpty ? nil : parentPath),
        fix: near.map { "is '\($0)' a misspelling of it?" })
    }
  }
}
