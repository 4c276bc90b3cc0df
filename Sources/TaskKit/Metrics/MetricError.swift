/// Why a metric has no value: something in the material that is scored.
///
/// It knows the line, not the file: whoever read the file adds its name.
public struct MetricError: Error, Equatable, Sendable,
  CustomStringConvertible
{
  /// Which of the things that are scored against each other is at fault.
  public enum Source: String, Sendable {
    case hypothesis, reference, scores, trials, regions
  }

  /// What is wrong, in one sentence without a final full stop.
  public var what: String
  /// Which of the inputs, where there is more than one.
  public var source: Source?
  /// The line in that input, counted from 1.
  public var line: Int?
  /// What can be done about it.
  public var fix: String?

  /// `line` counts from 1; `fix` tells the user what to do.
  public init(
    _ what: String, in source: Source? = nil, line: Int? = nil,
    fix: String? = nil
  ) {
    self.what = what
    self.source = source
    self.line = line
    self.fix = fix
  }

  /// One line: what, where and how to mend it.
  public var description: String {
    var place = source.map(\.rawValue) ?? ""
    if let line { place += (place.isEmpty ? "" : ", ") + "line \(line)" }
    var text = place.isEmpty ? what : "\(place): \(what)"
    if let fix { text += " (\(fix))" }
    return text
  }
}
