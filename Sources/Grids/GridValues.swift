import Configuration
import Diagnostics
import Foundation
import Records

/// What stands for the values of one axis: a list, a range, one value.
enum GridValues {
  /// - Throws: `UserError` for a range that is none.
  static func all(_ value: ConfigValue) throws -> [ConfigValue] {
    switch value.kind {
    case .list(let items):
      guard !items.isEmpty else {
        throw UserError("an axis without values", at: value.mark?.description)
      }
      return try items.flatMap { try range($0) ?? [$0] }
    default: return try range(value) ?? [value]
    }
  }

  /// `1e-4:1e-1:log4`, four numbers at equal ratios; `0:1:lin5`, five at
  /// equal distances; `1:9:2` or `1:3`, whole numbers by a step. `1..3` is
  /// the same and needs no quotes in YAML, which takes 1:3 for a time. Nil
  /// for what is no range.
  private static func range(_ value: ConfigValue) throws -> [ConfigValue]? {
    guard case .string(let text) = value.kind else { return nil }
    let parts = text.replacingOccurrences(of: "..", with: ":").split(
      separator: ":", omittingEmptySubsequences: false
    ).map { $0.trimmingCharacters(in: .whitespaces) }
    guard (2...3).contains(parts.count), let first = Double(parts[0]),
      let last = Double(parts[1])
    else { return nil }
    let place = value.mark?.description
    let kind = parts.count > 2 ? parts[2] : "1"
    if kind.hasPrefix("log") || kind.hasPrefix("lin") {
      let isLog = kind.hasPrefix("log")
      guard let count = Int(kind.dropFirst(3)), count > 1, count <= 1000,
        !isLog || (first > 0 && last > 0)
      else {
        throw UserError(
          "'\(text)' is no range", at: place,
          fix: "write 1e-4:1e-1:log4 or 0:1:lin5")
      }
      return (0..<count).map { index in
        let share = Double(index) / Double(count - 1)
        let number =
          isLog
          ? first * pow(last / first, share) : first + (last - first) * share
        return ConfigValue(.float(number.short), mark: value.mark)
      }
    }
    guard let from = Int(parts[0]), let to = Int(parts[1]),
      let step = Int(kind), step != 0, (to - from) / step >= 0,
      (to - from) / step < Grid.mostPoints
    else {
      throw UserError(
        "'\(text)' is no range", at: place,
        fix: "write FIRST:LAST:STEP in whole numbers, or 1e-4:1e-1:log4")
    }
    return stride(from: from, through: to, by: step).map {
      ConfigValue(.integer(Int64($0)), mark: value.mark)
    }
  }
}

extension Double {
  /// With twelve digits, so that 1e-3 of a range is 1e-3.
  fileprivate var short: Double {
    Double(String(format: "%.12g", self)) ?? self
  }
}

extension Grid {
  /// Adds an axis of the command line: `seed=1,2,3`,
  /// `config.optimizer.lr=1e-4:1e-1:log4`. Values in brackets, braces or
  /// quotes keep their commas.
  package mutating func addAxis(_ text: String) throws {
    guard let equal = text.firstIndex(of: "=") else {
      throw UserError(
        "'\(text)' is no axis", at: "--grid",
        fix: "write KEY=VALUE,VALUE; or protocol, or none")
    }
    let key = String(text[..<equal])
    let whole = Overrides.wholeKey(key, sections: TaskConfiguration.sections)
    let values = Self.pieces(text[text.index(after: equal)...])
    var axis: [Assignments] = []
    for value in values {
      for override in try Overrides.parse("\(whole)=\(value)") {
        let isList = if case .list = override.value.kind { true } else { false }
        let values =
          try isList ? [override.value] : GridValues.all(override.value)
        axis += try values.map {
          [try Self.override(key, $0, at: nil)]
        }
      }
    }
    axes.append(axis)
  }

  /// Between the commas that stand in no brackets and no quotes.
  static func pieces(_ text: Substring) -> [String] {
    var pieces = [""]
    var depth = 0
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
      } else {
        switch character {
        case "'", "\"": quote = character
        case "[", "(", "{": depth += 1
        case "]", ")", "}": depth -= 1
        case "," where depth == 0:
          pieces.append("")
          continue
        default: break
        }
      }
      pieces[pieces.count - 1].append(character)
    }
    return pieces
  }
}
