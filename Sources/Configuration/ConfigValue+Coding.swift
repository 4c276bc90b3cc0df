/// The value with its marks, for another process: an object that has the kind
/// as its key, and `at` for the place. It gives back an equal value with every
/// mark, which the plain text of ``json()`` does not have.
extension ConfigValue: Codable {
  private enum CodedKey: String, CodingKey {
    case null, bool, integer, float, text, list, map, at
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodedKey.self)
    mark = try container.decodeIfPresent(Mark.self, forKey: .at)
    guard let key = container.allKeys.first(where: { $0 != .at }) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "a value of no known kind"))
    }
    switch key {
    case .bool: kind = .bool(try container.decode(Bool.self, forKey: key))
    case .integer:
      kind = .integer(try container.decode(Int64.self, forKey: key))
    case .float:
      let text = try container.decode(String.self, forKey: key)
      guard let value = Double(text) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container,
          debugDescription: "'\(text.shortened)' is no number")
      }
      kind = .float(value)
    case .text:
      kind = .string(try container.decode(String.self, forKey: key))
    case .list:
      kind = .list(try container.decode([ConfigValue].self, forKey: key))
    case .map:
      kind = .map(try container.decode(ConfigMap.self, forKey: key))
    case .null, .at: kind = .null
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodedKey.self)
    try container.encodeIfPresent(mark, forKey: .at)
    switch kind {
    case .null: try container.encode(true, forKey: .null)
    case .bool(let value): try container.encode(value, forKey: .bool)
    case .integer(let value): try container.encode(value, forKey: .integer)
    // As text, which holds every bit, infinities and NaN.
    case .float(let value): try container.encode("\(value)", forKey: .float)
    case .string(let value): try container.encode(value, forKey: .text)
    case .list(let items): try container.encode(items, forKey: .list)
    case .map(let map): try container.encode(map, forKey: .map)
    }
  }
}

/// A list of entries, so that keys keep their order.
extension ConfigMap: Codable {
  package init(from decoder: any Decoder) throws {
    self.init()
    for entry in try [Entry](from: decoder) {
      set(entry.key, to: entry.value, keyMark: entry.keyMark)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    try entries.encode(to: encoder)
  }
}
