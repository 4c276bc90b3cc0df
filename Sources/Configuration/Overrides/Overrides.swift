import Diagnostics

/// The override string of s3prl's `-o`: `config.a.b=VALUE,,args.x=VALUE`.
package enum Overrides {
  /// What the option is called in marks and errors.
  static let optionName = "--override"

  /// Reads an override string; `none`, in any case, means no overrides.
  ///
  /// Items are separated by `,,` and have exactly one `=`; blanks around
  /// items, keys and values do not count. A value is a literal: integer, float,
  /// `True`, `False`, `None`, `true`, `false`, `null`, quoted string, list,
  /// tuple (read as a list) or dict of those. Everything else is text as it
  /// stands: `test-clean`, `/a/b`, `007`. Unlike in s3prl no Python names are
  /// known, so `max` and `os` are text too, and nothing is calculated.
  ///
  /// Throws a `UserError` for an item that is malformed, arithmetic included.
  /// A first component other than `config` or `args`, which s3prl skips in
  /// silence, is one.
  package static func parse(_ text: String) throws -> [Override] {
    let source = try SourceText(name: optionName, bytes: Array(text.utf8))
    let whole = trimmed(source.bytes[...])
    if String(decoding: whole, as: UTF8.self).lowercased() == "none" {
      return []
    }
    let items = source.bytes.split(
      separator: Array(",,".utf8), omittingEmptySubsequences: false)
    return try items.enumerated().map { index, item in
      try override(trimmed(item), number: index + 1, in: source)
    }
  }

  private static let equals = UInt8(ascii: "=")

  private static func override(
    _ item: ArraySlice<UInt8>, number: Int, in source: SourceText
  ) throws -> Override {
    let mark = source.mark(atByte: item.startIndex)
    guard let equal = item.firstIndex(of: equals) else {
      throw UserError(
        item.isEmpty
          ? "override \(number) is empty"
          : "the override '\(text(item).shortened)' has no '='",
        at: mark.description, fix: "write config.KEY=VALUE or args.NAME=VALUE")
    }
    let value = trimmed(item[(equal + 1)...])
    if let second = item[(equal + 1)...].firstIndex(of: equals) {
      throw UserError(
        "the override '\(text(item).shortened)' has more than one '='",
        at: source.mark(atByte: second).description,
        fix: "separate overrides with ',,'")
    }
    let (scope, path) = try key(text(trimmed(item[..<equal])), mark)
    let valueMark = source.mark(atByte: value.startIndex)
    let kind = try Literal.parse(Array(value), at: valueMark)
    return Override(
      scope: scope, path: path,
      value: ConfigValue(kind ?? .string(text(value)), mark: valueMark))
  }

  private static func key(
    _ key: String, _ mark: Mark
  ) throws -> (Override.Scope, [String]) {
    let parts = key.split(separator: ".", omittingEmptySubsequences: false)
      .map(String.init)
    let first = parts.first ?? ""
    guard let scope = Override.Scope(rawValue: first) else {
      throw UserError(
        "the override key '\(key.shortened)' begins with neither 'config' "
          + "nor 'args'", at: mark.description,
        fix: Suggestion.nearest(to: first, among: ["config", "args"])
          .map { "did you mean '\($0)'?" }
          ?? "write config.KEY=VALUE or args.NAME=VALUE")
    }
    let path = Array(parts.dropFirst())
    if path.isEmpty || path.contains("") {
      throw UserError(
        "the override key '\(key.shortened)' has an empty part",
        at: mark.description, fix: "write \(first).KEY=VALUE")
    }
    if scope == .args, path.count > 1 {
      throw UserError(
        "the override key '\(key.shortened)' goes into an argument, which has "
          + "no parts", at: mark.description, fix: "write args.NAME=VALUE")
    }
    return (scope, path)
  }

  private static func trimmed(
    _ bytes: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || 9...13 ~= byte }
    var result = bytes.drop(while: isBlank)
    while let last = result.last, isBlank(last) { result.removeLast() }
    return result
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
