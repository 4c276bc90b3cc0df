/// A map of a configuration: keys in the order in which they were written.
///
/// Reading and replacing by key take constant time, removing linear time.
package struct ConfigMap: Sendable {
  package struct Entry: Sendable, Codable {
    package let key: String
    /// Where the key was written; nil if code made it.
    package var keyMark: Mark?
    package var value: ConfigValue

    private enum CodingKeys: String, CodingKey {
      case key, value
      case keyMark = "at"
    }
  }

  /// In order.
  package private(set) var entries: [Entry] = []
  private var positions: [String: Int] = [:]

  package init() {}

  package var keys: [String] { entries.map(\.key) }
  package var count: Int { entries.count }
  package var isEmpty: Bool { entries.isEmpty }

  /// The entry of that key, with the key's mark.
  package func entry(_ key: String) -> Entry? {
    positions[key].map { entries[$0] }
  }

  package subscript(key: String) -> ConfigValue? {
    positions[key].map { entries[$0].value }
  }

  /// Replaces the value in its place, or appends the key. A key that is there
  /// keeps its mark unless a new one is given.
  package mutating func set(
    _ key: String, to value: ConfigValue, keyMark: Mark? = nil
  ) {
    if let position = positions[key] {
      entries[position].value = value
      if let keyMark { entries[position].keyMark = keyMark }
    } else {
      positions[key] = entries.count
      entries.append(Entry(key: key, keyMark: keyMark, value: value))
    }
  }

  /// Removes the key and returns what it held.
  @discardableResult
  package mutating func remove(_ key: String) -> ConfigValue? {
    guard let position = positions.removeValue(forKey: key) else { return nil }
    let entry = entries.remove(at: position)
    for later in position..<entries.count {
      positions[entries[later].key] = later
    }
    return entry.value
  }
}

extension ConfigMap: Equatable {
  /// The same keys with equal values, in whatever order.
  package static func == (a: ConfigMap, b: ConfigMap) -> Bool {
    a.count == b.count && a.entries.allSatisfy { b[$0.key] == $0.value }
  }
}
