extension ConfigValue {
  /// The value as YAML in blocks, lists on one line; ends with a newline.
  /// Reading it gives an equal value, keys in the same order.
  package func yaml() -> String {
    guard case .map(let map) = kind, !map.isEmpty else { return flow + "\n" }
    return map.yaml(indent: "")
  }

  /// On one line, as YAML's flow style has it.
  fileprivate var flow: String {
    switch kind {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .float(let value):
      value.isFinite
        ? "\(value)" : value.isNaN ? ".nan" : value < 0 ? "-.inf" : ".inf"
    case .string(let text): text.scalar
    case .list(let items):
      "[" + items.map(\.flow).joined(separator: ", ") + "]"
    case .map(let map):
      "{"
        + map.entries.map { "\($0.key.scalar): \($0.value.flow)" }
        .joined(separator: ", ") + "}"
    }
  }
}

extension ConfigMap {
  fileprivate func yaml(indent: String) -> String {
    entries.map { entry in
      let key = indent + entry.key.scalar + ":"
      if case .map(let map) = entry.value.kind, !map.isEmpty {
        return key + "\n" + map.yaml(indent: indent + "  ")
      }
      return key + " " + entry.value.flow + "\n"
    }.joined()
  }
}

extension String {
  /// Plain where that is read as the same text, else in double quotes.
  fileprivate var scalar: String {
    let isPlain =
      first.map { $0.isASCII && ($0.isLetter || $0 == "_" || $0 == "/") }
      ?? false
      && allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "_-./".contains($0))
      }
    let same = (try? YAMLScalar.resolve(self)) == .string(self)
    return isPlain && same ? self : ConfigValue(.string(self)).json()
  }
}
