import Diagnostics

extension Overrides {
  /// Reads `key=value` words, each an override whose key may leave out what
  /// it begins with: a section of the configuration stands for `config.…`,
  /// anything else without a dot for an argument.
  ///
  /// - Parameters:
  ///   - sections: of the configuration.
  package static func settings(
    _ words: [String], sections: [String]
  ) throws -> [Override] {
    try words.flatMap { word in
      guard let equal = word.firstIndex(of: "=") else {
        throw UserError(
          "'\(word.shortened)' is no setting", fix: "write KEY=VALUE")
      }
      return try parse(
        wholeKey(String(word[..<equal]), sections: sections) + word[equal...])
    }
  }

  /// `optimizer.lr` is `config.optimizer.lr`, `seed` is `args.seed`.
  package static func wholeKey(_ key: String, sections: [String]) -> String {
    let key = key.trimmingBlanks
    let first = key.prefix { $0 != "." }
    if Override.Scope(rawValue: String(first)) != nil, first != key {
      return key
    }
    return (sections.contains(String(first)) ? "config." : "args.") + key
  }
}

extension String {
  private var trimmedStart: Substring { drop { $0 == " " || $0 == "\t" } }

  fileprivate var trimmingBlanks: String {
    var text = trimmedStart
    while let last = text.last, last == " " || last == "\t" {
      text.removeLast()
    }
    return String(text)
  }
}
