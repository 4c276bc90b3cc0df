import Configuration
import Diagnostics
import Files
import Foundation
import Records
import Upstreams

/// What a check looks at: a library, and one of its tasks with the
/// configuration and the corpora that it is made with.
///
/// Written to a file, from which the check's process reads it.
struct CheckSubject: Codable {
  var library: String
  /// Nil for checks of the whole library.
  var task: TaskDescription?
  /// The task's whole configuration.
  var config = ConfigValue(.map(ConfigMap()))
  /// Why there is no configuration.
  var configProblem: String?
  /// Corpus roots by name.
  var corpora: [String: String] = [:]
  /// Corpora that the user has not named, and that ``StandInCorpus`` stands
  /// in for.
  var standIns: [String] = []
  /// Where the stand-in lies.
  var standInRoot: String?
  /// A folder that the check may fill.
  var scratch: String
  /// Seconds that the check may take.
  var timeLimit: Int

  static func read(from path: String) throws -> CheckSubject {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw UserError("there is nothing to check here", at: path)
    }
    return try JSONDecoder().decode(CheckSubject.self, from: bytes)
  }

  func write(to path: String) throws {
    try AtomicFile.write(try JSONEncoder().encode(self), to: path)
  }
}
