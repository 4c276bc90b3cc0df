/// Something the user can mend: wrong input, missing data, a full disk.
///
/// It is shown as one line, `where: what (fix)`, and ends the program with
/// exit code 2, or one cell of a run with its reason.
package struct UserError: Error, Equatable, Codable, CustomStringConvertible {
  /// What is wrong, in one sentence without a final full stop.
  package var what: String
  /// Where: a path, `file:line:column`, an option or a configuration key.
  package var location: String?
  /// What the user can do about it.
  package var fix: String?
  /// Whether the system refused it, a full disk for one: whatever else is
  /// tried there fares no better. Nil stands for no.
  package var isOfSystem: Bool?

  package init(_ what: String, at location: String? = nil, fix: String? = nil) {
    self.what = what
    self.location = location
    self.fix = fix
  }

  package var description: String {
    var text = location.map { "\($0): \(what)" } ?? what
    if let fix { text += " (\(fix))" }
    return text.withoutControl
  }

  /// Calls `body`; the user's errors of it that say no place get this one.
  package static func placing<Result>(
    _ location: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch var error as UserError where error.location == nil {
      error.location = location
      throw error
    }
  }
}

extension String {
  /// The same lines, unable to steer a terminal: what a message quotes may
  /// come from a file that wants to.
  var withoutControl: String {
    guard unicodeScalars.contains(where: \.steersDisplay) else { return self }
    return split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).oneLine }.joined(separator: "\n")
  }
}

/// A bug of ours. Shown with a request to report it; exit code 70.
package struct InternalError: Error, Equatable, CustomStringConvertible {
  package var what: String
  package var file: String
  package var line: Int

  package init(_ what: String, file: String = #fileID, line: Int = #line) {
    self.what = what
    self.file = file
    self.line = line
  }

  package var description: String {
    "internal error: \(what) [\(file):\(line)]"
  }
}
