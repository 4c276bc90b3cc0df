import Diagnostics

extension ConfigValue {
  /// Throws at the first key of the map at `path` that is not in `known`, with
  /// the nearest known name. Passes if there is no map there at all.
  package func checkKeys(
    known: [String], at path: String = ""
  ) throws {
    guard let value = try value(at: path) else { return }
    guard let map = value.mapValue else {
      throw value.mismatch(path, expected: "a map")
    }
    let names = Set(known)
    for entry in map.entries where !names.contains(entry.key) {
      let place = path.isEmpty ? "" : " in '\(path)'"
      let whole = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      throw UserError(
        "unknown key '\(entry.key.shortened)'\(place)",
        at: entry.keyMark?.description ?? whole,
        fix: Suggestion.fix(for: entry.key, among: known))
    }
  }
}
