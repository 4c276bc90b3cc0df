import Decoding
import Foundation

/// A sweep's trials as a person reads them.
enum SweepDisplay {
  struct Row: Encodable {
    var settings: [String: Double]
    var wer: Double
    var errors: Int
    var words: Int
  }

  static func rows(_ trials: [SweepLog.Trial]) -> [Row] {
    trials.map {
      Row(
        settings: $0.settings, wer: $0.wer, errors: $0.errors, words: $0.words)
    }
  }

  static func text(_ settings: [String: Double]) -> String {
    settings.sorted { $0.key < $1.key }
      .map { "\($0.key)=\(number($0.value))" }.joined(separator: " ")
  }

  /// The best trials as a table, and, if two settings were swept over few
  /// values, the error rate over both.
  static func show(_ ranked: [SweepLog.Trial], names: [String]) {
    var table = [names + ["WER %", "errors"]]
    for trial in ranked.prefix(10) {
      table.append(
        names.map { trial.settings[$0].map(number) ?? "" }
          + [String(format: "%.2f", trial.wer * 100), "\(trial.errors)"])
    }
    Console.printTable(table)
    guard names.count == 2, let map = map(ranked, names[0], names[1]) else {
      return
    }
    print("")
    Console.printTable(map)
  }

  /// Rows of the first setting's values, columns of the second's; the better,
  /// the darker.
  private static func map(
    _ trials: [SweepLog.Trial], _ first: String, _ second: String
  ) -> [[String]]? {
    let rows = Set(trials.compactMap { $0.settings[first] }).sorted()
    let columns = Set(trials.compactMap { $0.settings[second] }).sorted()
    guard rows.count <= 24, columns.count <= 12 else { return nil }
    let best = trials.first?.wer ?? 0
    let worst = trials.last?.wer ?? 0
    let shades = ["█", "▓", "▒", "░", " "]
    return [["\(first) \\ \(second)"] + columns.map(number)]
      + rows.map { row in
        [number(row)]
          + columns.map { column in
            guard
              let trial = trials.first(where: {
                $0.settings[first] == row && $0.settings[second] == column
              })
            else { return "" }
            let place = (trial.wer - best) / max(worst - best, 1e-12)
            return String(format: "%.2f", trial.wer * 100)
              + shades[min(4, Int(place * 5))]
          }
      }
  }

  private static func number(_ value: Double) -> String {
    String(format: "%g", value)
  }
}
