import Diagnostics

/// What a user chooses of a model, behind a question mark in its name:
/// `openai/whisper-base?trimmed`.
struct PretrainedOptions: Sendable, Equatable {
  /// Whether only what was heard is computed, and nothing for the silence that
  /// the model was trained to have behind it.
  var isTrimmed = false

  init() {}

  /// Those in a name.
  ///
  /// - Throws: `UserError` for an unknown one.
  init(in name: String) throws {
    for option in Self.split(name).options.split(separator: "&") {
      switch option {
      case "trimmed": isTrimmed = true
      default:
        throw UserError(
          "'\(option)' is no option of a pretrained model", at: name,
          fix: "there is one, trimmed")
      }
    }
  }

  var isEmpty: Bool { self == Self() }

  /// The same options give the same text.
  var text: String { isTrimmed ? "trimmed" : "" }

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
  }
}
