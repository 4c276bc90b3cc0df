import Configuration

/// Where the keys and values of a configuration were written.
///
/// A configuration travels to its worker as JSON, which says nothing of the
/// files that it was put together from. This travels beside it.
package struct ConfigurationPlaces: Codable, Sendable {
  struct Place: Codable, Sendable {
    var file: String
    var line: Int
    var column: Int

    init?(_ mark: Mark?) {
      guard let mark else { return nil }
      (file, line, column) = (mark.file, mark.line, mark.column)
    }

    var mark: Mark { Mark(file: file, line: line, column: column) }
  }

  /// By dotted path.
  private var keys: [String: Place] = [:]
  private var values: [String: Place] = [:]

  /// No places at all.
  package init() {}

  /// The marks of `value` and of everything in it.
  package init(of value: ConfigValue) {
    note(value, at: "")
  }

  /// A copy of `value` with these marks, and no others.
  package func marking(_ value: ConfigValue) -> ConfigValue {
    marking(value, at: "")
  }

  private mutating func note(_ value: ConfigValue, at path: String) {
    values[path] = Place(value.mark)
    switch value.kind {
    case .map(let map):
      for entry in map.entries {
        let below = Self.join(path, entry.key)
        keys[below] = Place(entry.keyMark)
        note(entry.value, at: below)
      }
    case .list(let items):
      for (index, item) in items.enumerated() {
        note(item, at: Self.join(path, "\(index)"))
      }
    default: break
    }
  }

  private func marking(_ value: ConfigValue, at path: String) -> ConfigValue {
    var kind = value.kind
    switch kind {
    case .map(let map):
      var marked = ConfigMap()
      for entry in map.entries {
        let below = Self.join(path, entry.key)
        marked.set(
          entry.key, to: marking(entry.value, at: below),
          keyMark: keys[below]?.mark)
      }
      kind = .map(marked)
    case .list(let items):
      kind = .list(
        items.enumerated().map { index, item in
          marking(item, at: Self.join(path, "\(index)"))
        })
    default: break
    }
    return ConfigValue(kind, mark: values[path]?.mark)
  }

  private static func join(_ path: String, _ name: String) -> String {
    path.isEmpty ? name : path + "." + name
  }
}
