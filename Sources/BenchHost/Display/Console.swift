import Diagnostics
import Foundation
import Leaderboard

/// Results, on standard output; everything else goes to `StandardError`.
enum Console {
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether letters may be bold: a terminal's, unless NO_COLOR is set.
  static var hasStyle: Bool {
    outputIsTerminal
      && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Columns of the terminal behind standard output, nil if it is none.
  static var width: Int? {
    var size = winsize()
    guard outputIsTerminal,
      ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0
    else { return nil }
    return Int(size.ws_col)
  }

  /// JSON on standard output: sorted keys, a final newline.
  static func printJSON(
    _ value: some Encodable, onOneLine: Bool = false,
    keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if !onOneLine { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.keyEncodingStrategy = keys
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// Rows as columns that are as wide as they need to be. On a terminal the
  /// last one is broken between words where it is too long.
  static func printTable(_ rows: [[String]]) {
    for line in table(rows, width: width) { print(line) }
  }

  /// - Parameter width: columns of the terminal; nil for no limit.
  static func table(_ rows: [[String]], width: Int?) -> [String] {
    // Titles are a task's, names a file's: neither may steer the terminal.
    let rows = rows.map { $0.map(\.oneLine) }
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.flatMap { row -> [String] in
      let start = row.dropLast().enumerated().map { column, cell in
        cell.padding(toLength: widths[column], withPad: " ", startingAt: 0)
          + "  "
      }.joined()
      let room = width.map { $0 - start.count } ?? .max
      // Too narrow for words: the terminal does what it can.
      let lines = (row.last ?? "").wrapped(to: room < 16 ? nil : room)
      let indent = String(repeating: " ", count: start.count)
      return lines.enumerated().map { $0 == 0 ? start + $1 : indent + $1 }
    }
  }
}
