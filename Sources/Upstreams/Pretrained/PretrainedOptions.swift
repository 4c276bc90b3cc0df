import Diagnostics

/// What a user chooses of a model, behind a question mark in its name:
/// `openai/whisper-base?trimmed`, `facebook/mms-1b-all?language=deu`.
struct PretrainedOptions: Sendable, Equatable {
  /// Whether only what was heard is computed, and nothing for the silence that
  /// the model was trained to have behind it.
  var isTrimmed = false
  /// Whose adapters are taken, of a model that has them for several languages;
  /// nil for those that lie among its weights.
  var language: String?

  init() {}

  /// Those in a name.
  ///
  /// - Throws: `UserError` for an unknown one.
  init(in name: String) throws {
    for option in Self.split(name).options.split(separator: "&") {
      let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
      switch (parts.first, parts.count) {
      case ("trimmed", 1): isTrimmed = true
      case ("language", 2) where parts[1].allSatisfy(Self.isPlain):
        language = parts[1]
      default:
        throw UserError(
          "'\(option)' is no option of a pretrained model", at: name,
          fix: "options are trimmed and language=CODE")
      }
    }
  }

  var isEmpty: Bool { self == Self() }

  /// The same options give the same text.
  var text: String {
    let parts = [
      isTrimmed ? "trimmed" : nil, language.map { "language=\($0)" },
    ]
    return parts.compactMap(\.self).joined(separator: "&")
  }

  /// Of a language's code, which becomes part of a file's name.
  private static func isPlain(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber)
      || character == "-" || character == "_"
  }

  /// A name without its options, and these.
  static func split(_ name: String) -> (name: String, options: Substring) {
    guard let mark = name.lastIndex(of: "?") else { return (name, "") }
    return (String(name[..<mark]), name[name.index(after: mark)...])
  }

  /// - Throws: `UserError` for an option that says nothing of such a model.
  func checkUsed(by architecture: any PretrainedArchitecture) throws {
    if isTrimmed, !architecture.canBeTrimmed {
      throw UserError(
        "the model adds nothing to what is heard", at: "?trimmed",
        fix: "leave the option out")
    }
    if let language, !architecture.hasAdapters {
      throw UserError(
        "the model has no adapters", at: "?language=\(language)",
        fix: "leave the option out")
    }
  }
}
