import Diagnostics
import Foundation

/// Values to try for named settings: `lm_weight=0:4:0.5,word_score=-1;0;1`.
///
/// A range is `from:to:step`, ends included; a list has semicolons.
package struct WeightGrid: Sendable, Equatable {
  package private(set) var names: [String] = []
  package private(set) var values: [[Double]] = []

  /// - Parameter known: the names that make sense.
  /// - Throws: `UserError` for anything else.
  package init(_ text: String, known: [String], at option: String) throws {
    for part in text.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1)
      guard sides.count == 2 else {
        throw UserError("'\(part)' is not NAME=VALUES", at: option)
      }
      var name = sides[0].trimmingCharacters(in: .whitespaces)
      if !known.contains(name) {
        name = name.replacingOccurrences(of: "-", with: "_")
      }
      guard known.contains(name), !names.contains(name) else {
        throw UserError(
          "'\(name)' cannot be searched, or is there twice", at: option,
          fix: "the names are \(known.joined(separator: ", "))")
      }
      names.append(name)
      values.append(try Self.values(String(sides[1]), at: option))
    }
    guard !names.isEmpty else {
      throw UserError("there is nothing to search", at: option)
    }
  }

  /// Combinations in all.
  package var count: Int { values.reduce(1) { $0 * $1.count } }

  /// The `index`th combination; the last name's value changes fastest.
  package func combination(_ index: Int) -> [Double] {
    var index = index
    var picked: [Double] = []
    for list in values.reversed() {
      picked.append(list[index % list.count])
      index /= list.count
    }
    return picked.reversed()
  }

  /// `count` combinations drawn from within each setting's smallest and
  /// largest value; the same for the same seed.
  package func draws(_ count: Int, seed: UInt64) -> [[Double]] {
    var state = seed
    return (0..<count).map { _ in
      values.map { list in
        state &+= 0x9e37_79b9_7f4a_7c15
        let u = Double(Vocabulary.mixed(state) >> 11) / Double(1 << 53)
        let low = list.min() ?? 0
        let high = list.max() ?? 0
        return ((low + u * (high - low)) * 1000).rounded() / 1000
      }
    }
  }

  package static func values(
    _ text: String, at option: String
  ) throws -> [Double] {
    let isRange = text.contains(":")
    let parts = text.split(separator: isRange ? ":" : ";").map {
      Double($0.trimmingCharacters(in: .whitespaces))
    }
    let numbers = parts.compactMap { $0 }
    guard numbers.count == parts.count, numbers.allSatisfy(\.isFinite),
      !numbers.isEmpty
    else { throw UserError("'\(text)' are no numbers", at: option) }
    guard isRange else { return numbers }
    guard numbers.count == 3, numbers[2] > 0, numbers[0] <= numbers[1],
      (numbers[1] - numbers[0]) / numbers[2] < 1e6
    else {
      throw UserError("'\(text)' is not FROM:TO:STEP", at: option)
    }
    let steps = Int(
      ((numbers[1] - numbers[0]) / numbers[2] + 1e-9).rounded(.down))
    return (0...steps).map { step in
      ((numbers[0] + Double(step) * numbers[2]) * 1e9).rounded() / 1e9
    }
  }
}
