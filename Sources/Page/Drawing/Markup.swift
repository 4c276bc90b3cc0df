import Diagnostics
import Foundation

/// Text and numbers as they may stand in a page.
enum Markup {
  /// For text and for quoted attributes.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      default:
        result.unicodeScalars.append(
          scalar.steersDisplay ? "\u{FFFD}" : scalar)
      }
    }
    return result
  }

  /// A coordinate, as short as a tenth of a pixel needs.
  static func place(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    guard tenths.isFinite, abs(tenths) < 1e9 else { return "0" }
    return tenths == tenths.rounded() ? String(Int(tenths)) : "\(tenths)"
  }

  /// `count` significant digits.
  static func number(_ value: Double, digits count: Int = 4) -> String {
    String(format: "%.\(count)g", value)
  }

  /// A table; the first column of `rows` heads its row.
  static func table(
    _ headings: [String], _ rows: [[String]], caption: String? = nil
  ) -> String {
    var text = "<div class=\"scroll\"><table>"
    if let caption { text += "<caption>\(escaped(caption))</caption>" }
    text +=
      "<thead><tr>"
      + headings.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
      + "</tr></thead><tbody>\n"
    for row in rows {
      text +=
        "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
    }
    return text + "</tbody></table></div>"
  }

  /// Facts as a list of terms.
  static func facts(_ facts: [(String, String)]) -> String {
    "<dl>\n"
      + facts.map {
        "<dt>\(escaped($0))</dt><dd>\(escaped($1))</dd>\n"
      }.joined() + "</dl>"
  }
}
