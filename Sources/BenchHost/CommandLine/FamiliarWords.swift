import ArgumentParser
import Diagnostics

/// A command line as `superb` reads it, of one that may have been written for
/// s3prl: options spelt with underscores, `-m` in place of a command, and
/// options that steer what is not here.
enum FamiliarWords {
  /// - Parameters:
  ///   - words: without the program's name.
  ///   - tell: told what is left out.
  /// - Throws: `UserError` for an option that asks for what is not here.
  static func translated(
    _ words: [String], tell: (String) -> Void
  ) throws -> [String] {
    guard let first = words.first, first != "run-while" else { return words }
    var words = words.map(spelt)
    let begins =
      first.hasPrefix("-")
      && !["-h", "--help", "--version"]
        .contains(first)
    guard begins || ["run", "evaluate", "predict"].contains(first) else {
      return words
    }
    if begins, mode(of: words) == nil { return words }
    try takeForeign(&words, tell)
    guard first != "evaluate", first != "predict" else { return words }
    let rest = first == "run" ? Array(words.dropFirst()) : words
    return command(mode(of: rest) ?? "train", rest)
  }

  /// `--init_ckpt=a_b` as `--init-ckpt=a_b`.
  private static func spelt(_ word: String) -> String {
    guard word.hasPrefix("--"), word.count > 2 else { return word }
    let name = word.prefix { $0 != "=" }
    return name.replacingOccurrences(of: "_", with: "-")
      + word.dropFirst(name.count)
  }

  private static let modeNames = ["-m", "--mode"]

  private static func mode(of words: [String]) -> String? {
    for (place, word) in words.enumerated() {
      if modeNames.contains(word), place + 1 < words.count {
        return words[place + 1]
      }
      if word.hasPrefix("--mode=") { return String(word.dropFirst(7)) }
    }
    return nil
  }

  /// The command that does what the mode says.
  private static func command(_ mode: String, _ words: [String]) -> [String] {
    let asks = words.contains { word in
      ["-e", "-i", "--past-exp", "--init-ckpt", "--from"].contains {
        word == $0 || word.hasPrefix($0 + "=")
      }
    }
    switch mode {
    case "inference":
      // The audio is s3prl's split.
      return ["predict"]
        + without(
          ["-t", "--evaluate-split"], keeping: true,
          without(modeNames, keeping: false, words))
    case "evaluate" where asks:
      return ["evaluate"] + without(modeNames, keeping: false, words)
    case "evaluate":
      return ["run"]
        + without(["-t", "--evaluate-split"], keeping: false, words)
    default: return ["run"] + words
    }
  }

  /// Without options of one value; the values stay if they are `keeping`.
  private static func without(
    _ names: [String], keeping: Bool, _ words: [String]
  ) -> [String] {
    var left: [String] = []
    var place = 0
    while place < words.count {
      let word = words[place]
      place += 1
      if names.contains(word) {
        if !keeping { place += 1 }
      } else if !names.contains(where: { word.hasPrefix($0 + "=") }) {
        left.append(word)
      }
    }
    return left
  }

  private static func takeForeign(
    _ words: inout [String], _ tell: (String) -> Void
  ) throws {
    var left: [String] = []
    var place = 0
    while place < words.count {
      let word = words[place]
      place += 1
      let name = String(word.prefix { $0 != "=" })
      guard
        let option = ForeignOption.all.first(where: {
          $0.names.contains(name)
        })
      else {
        left.append(word)
        continue
      }
      if let fix = option.refused {
        throw UserError(option.reason, at: name, fix: fix)
      }
      tell("\(name) changes nothing here: \(option.reason)")
      if option.takesValue, word == name { place += 1 }
    }
    words = left
  }
}
