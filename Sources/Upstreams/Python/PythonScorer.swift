import Diagnostics
import Foundation

/// A language model that is a class of the user's own Python: an object that
/// is called with a list of sentences and gives as many numbers, as a tensor,
/// an array or a list.
///
/// It is made as a ``PythonUpstream``'s class is, and runs as that does.
package struct PythonScorer {
  private let process: PythonProcess
  private let timeout: Double

  /// Sentences that are sent at a time.
  private static let portion = 256

  /// Whether a name is that of a class in Python.
  package static func recognizes(_ name: String) -> Bool {
    name.hasPrefix(PythonClass.prefix)
  }

  /// Starts Python and makes the object.
  ///
  /// - Parameter name: `python:MODULE:CLASS[?ckpt=PATH&config=PATH]`.
  /// - Throws: `UserError` with Python's own words.
  package init(
    named name: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    let subject = try PythonClass(parsing: name)
    let settings = try PythonSettings(environment: environment)
    process = try PythonProcess(settings, forwardsOutput: true)
    timeout = settings.timeout
    var request = BridgeFrame.Request(
      action: "load", module: subject.module, className: subject.name,
      arguments: subject.arguments)
    request.scores = true
    guard
      case .loaded = try PythonUpstream.ask(
        process, request, timeout: timeout
      ).0
    else { throw UserError("Python answers what was not asked", at: name) }
  }

  /// A number for each text.
  ///
  /// - Throws: `UserError` with Python's own words, `Interrupted`.
  package func scores(
    of texts: [String], isCancelled: () -> Bool
  ) throws -> [Double] {
    var scores: [Double] = []
    while scores.count < texts.count {
      if isCancelled() { throw Interrupted() }
      var request = BridgeFrame.Request(action: "score")
      let next = texts[scores.count...].prefix(Self.portion)
      request.texts = Array(next)
      let (reply, values) = try PythonUpstream.ask(
        process, request, timeout: timeout)
      guard case .states(1, 1, next.count) = reply else {
        throw UserError("Python answers what was not asked")
      }
      scores += values.map(Double.init)
    }
    return scores
  }
}
