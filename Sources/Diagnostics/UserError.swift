/// Something the user can mend: wrong input, missing data, a full disk.
///
/// It is shown as one line, `where: what (fix)`, and ends the program with
/// exit code 2, or one cell of a run with its reason.
public struct UserError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, in one sentence without a final full stop.
  public var what: String
  /// Where: a path, `file:line:column`, an option or a configuration key.
  public var location: String?
  /// What the user can do about it.
  public var fix: String?

  public init(_ what: String, at location: String? = nil, fix: String? = nil) {
    self.what = what
    self.location = location
    self.fix = fix
  }

  public var description: String {
    var text = location.map { "\($0): \(what)" } ?? what
    if let fix { text += " (\(fix))" }
    return text
  }
}

/// A bug of ours. Shown with a request to report it; exit code 70.
public struct InternalError: Error, Equatable, CustomStringConvertible {
  public var what: String
  public var file: String
  public var line: Int

  public init(_ what: String, file: String = #fileID, line: Int = #line) {
    self.what = what
    self.file = file
    self.line = line
  }

  public var description: String {
    "internal error: \(what) [\(file):\(line)]"
  }
}
