import Foundation
import Records

/// A JSON Schema of `docs/schemas`, as far as these use the language: type,
/// enum, required, properties, additionalProperties, items, and references to
/// definitions of its own.
struct Schema {
  static let folder = Program.repository + "/docs/schemas"

  let root: JSONValue

  /// - Parameter name: of the file, without `.json`.
  init(_ name: String) throws {
    try self.init(path: Self.folder + "/\(name).json")
  }

  init(path: String) throws {
    root = try JSONDecoder().decode(
      JSONValue.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// What of a text is not as the schema says. Readers pass over keys that
  /// it does not describe; what this program writes must have none.
  func problems(in text: String) throws -> [String] {
    problems(
      of: try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
  }

  func problems(of value: JSONValue) -> [String] {
    problems(of: value, root, at: "$")
  }

  private func problems(
    of value: JSONValue, _ schema: JSONValue, at place: String
  ) -> [String] {
    if let name = schema["$ref"]?.text?.split(separator: "/").last {
      guard let target = root["$defs"]?[String(name)] else {
        return ["\(place): the schema has no definition '\(name)'"]
      }
      return problems(of: value, target, at: place)
    }
    if let type = schema["type"]?.text, !value.isOf(type: type) {
      return ["\(place) is no \(type)"]
    }
    if let known = schema["enum"]?.list, !known.contains(value) {
      return ["\(place) is \(value), which is not among \(known)"]
    }
    switch value {
    case .list(let items):
      guard let schema = schema["items"] else { return [] }
      return items.enumerated().flatMap {
        problems(of: $1, schema, at: "\(place)[\($0)]")
      }
    case .map(let entries): return problems(of: entries, schema, at: place)
    default: return []
    }
  }

  private func problems(
    of entries: [String: JSONValue], _ schema: JSONValue, at place: String
  ) -> [String] {
    let required = schema["required"]?.list?.compactMap(\.text) ?? []
    let missing = required.filter { entries[$0] == nil }
      .map { "\(place) lacks '\($0)'" }
    guard let properties = schema["properties"] else {
      guard let others = schema["additionalProperties"] else { return missing }
      return missing
        + entries.flatMap { problems(of: $1, others, at: "\(place).\($0)") }
    }
    return missing
      + entries.sorted { $0.key < $1.key }.flatMap { key, value in
        (properties[key] ?? schema["additionalProperties"]).map {
          problems(of: value, $0, at: "\(place).\(key)")
        } ?? ["\(place) has '\(key)', which is not described"]
      }
  }
}

extension JSONValue {
  subscript(key: String) -> JSONValue? {
    if case .map(let entries) = self { entries[key] } else { nil }
  }

  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var list: [JSONValue]? {
    if case .list(let items) = self { items } else { nil }
  }

  fileprivate func isOf(type: String) -> Bool {
    switch (self, type) {
    case (.map, "object"), (.list, "array"), (.string, "string"),
      (.bool, "boolean"), (.integer, "integer"), (.integer, "number"),
      (.number, "number"), (.null, "null"):
      true
    case (.number(let value), "integer"): value == value.rounded()
    default: false
    }
  }
}
