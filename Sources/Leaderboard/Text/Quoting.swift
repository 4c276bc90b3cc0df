import Diagnostics

extension String {
  /// As a field of CSV, after RFC 4180. What a program of tables would take
  /// for a formula is told apart by an apostrophe; numbers are numbers.
  package var csvField: String {
    let isFormula =
      first.map { "=+-@\t\r".contains($0) } == true && Double(self) == nil
    let text = isFormula ? "'" + self : self
    // Scalars, not characters: CR LF is one character and equals neither.
    let needsQuotes = text.unicodeScalars.contains {
      $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n"
    }
    guard needsQuotes || text.first == " " || text.last == " " else {
      return text
    }
    return "\"" + text.escaped { $0 == "\"" ? "\"\"" : nil } + "\""
  }

  /// On one line, with everything taken from it that TeX reads. `[` and `*`
  /// have a meaning too: after the `\\` of the row before.
  package var texText: String {
    oneLine.escaped { scalar in
      switch scalar {
      case "\\": "\\textbackslash{}"
      case "~": "\\textasciitilde{}"
      case "^": "\\textasciicircum{}"
      case "<": "\\textless{}"
      case ">": "\\textgreater{}"
      case "{", "}", "$", "&", "#", "_", "%": "\\\(scalar)"
      case "[", "]", "*", "-", "`", "\"": "{\(scalar)}"
      default: nil
      }
    }
  }
}
