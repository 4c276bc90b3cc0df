import Diagnostics

/// Tags: `!!str 1` is a string. The standard ones are known, no others.
extension YAMLReader {
  private static let prefix = "tag:yaml.org,2002:"

  /// What a scalar means, by its tag or, plain and without one, by its text.
  func scalar(
    _ text: String, isPlain: Bool, _ event: YAMLEvent
  ) throws -> ConfigValue.Kind {
    guard let tag = event.tag else {
      return isPlain ? try resolve(text, event.mark) : .string(text)
    }
    guard tag.hasPrefix(Self.prefix) else { throw unknown(tag, event.mark) }
    let name = tag.dropFirst(Self.prefix.count)
    if name == "str" { return .string(text) }
    guard ["null", "bool", "int", "float"].contains(name) else {
      throw unknown(tag, event.mark)
    }
    let kind = try resolve(text, event.mark)
    switch (name, kind) {
    case ("null", .null), ("bool", .bool), ("int", .integer),
      ("float", .float):
      return kind
    case ("float", .integer(let value)):
      return .float(Double(value))
    default:
      throw UserError(
        "the tag '!!\(name)' does not fit \(ConfigValue(kind).phrase)",
        at: event.mark.description)
    }
  }

  func checkTag(_ event: YAMLEvent, is names: [String]) throws {
    guard let tag = event.tag, tag != "!" else { return }
    guard names.contains(where: { tag == Self.prefix + $0 }) else {
      throw unknown(tag, event.mark)
    }
  }

  private func resolve(
    _ text: String, _ mark: Mark
  ) throws -> ConfigValue.Kind {
    do {
      return try YAMLScalar.resolve(text)
    } catch .integer {
      throw UserError(
        "the integer \(text.shortened) does not fit into 64 bits",
        at: mark.description, fix: "quote it to make it a string")
    } catch {
      throw UserError(
        "the number \(text.shortened) is too large for a float",
        at: mark.description, fix: "quote it to make it a string")
    }
  }

  private func unknown(_ tag: String, _ mark: Mark) -> UserError {
    let short =
      tag.hasPrefix(Self.prefix)
      ? "!!" + tag.dropFirst(Self.prefix.count) : tag
    return UserError(
      "unknown tag '\(short.shortened)'", at: mark.description,
      fix: "known: !!str, !!int, !!float, !!bool, !!null, !!seq, !!map")
  }
}
