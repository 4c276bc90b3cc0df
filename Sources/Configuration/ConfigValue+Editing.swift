import Diagnostics

extension ConfigValue {
  /// A copy with `value` at `path`. Maps that are missing on the way are made,
  /// also where null stands; anything else in the way is a `UserError` at its
  /// place. Lists are not entered: replace a whole list.
  package func setting(
    _ path: [String], to value: ConfigValue
  ) throws -> ConfigValue {
    try setting(path[...], to: value, walked: [])
  }

  private func setting(
    _ path: ArraySlice<String>, to value: ConfigValue, walked: [String]
  ) throws -> ConfigValue {
    guard let key = path.first else { return value }
    var map: ConfigMap
    switch kind {
    case .map(let present): map = present
    case .null: map = ConfigMap()
    default:
      throw UserError(
        "'\((walked + path).joined(separator: "."))' cannot be set: "
          + (walked.isEmpty
            ? "there is \(phrase), not a map"
            : "'\(walked.joined(separator: "."))' is \(phrase), not a map"),
        at: mark?.description)
    }
    let child = map[key] ?? ConfigValue(.null)
    let edited = try child.setting(
      path.dropFirst(), to: value, walked: walked + [key])
    map.set(key, to: edited)
    return ConfigValue(.map(map), mark: mark)
  }

  /// A copy without the key at `path`, if it is there.
  package func removing(_ path: [String]) -> ConfigValue {
    guard let key = path.first, case .map(var map) = kind,
      let child = map[key]
    else { return self }
    if path.count == 1 {
      map.remove(key)
    } else {
      map.set(key, to: child.removing(Array(path.dropFirst())))
    }
    return ConfigValue(.map(map), mark: mark)
  }

  /// A copy with what `other` says laid over it: maps are merged key by key
  /// at every depth, everything else, lists too, is replaced whole.
  package func merging(_ other: ConfigValue) -> ConfigValue {
    guard case .map(var map) = kind, case .map(let others) = other.kind else {
      return other
    }
    for entry in others.entries {
      let merged = map[entry.key]?.merging(entry.value) ?? entry.value
      map.set(entry.key, to: merged, keyMark: entry.keyMark)
    }
    return ConfigValue(.map(map), mark: mark ?? other.mark)
  }
}
