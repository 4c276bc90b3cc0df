import Configuration
import Diagnostics

/// s3prl's `ctc`, which is one task for each corpus: its configuration says
/// which.
enum CTCTask {
  static let name = "ctc"

  /// s3prl's names of corpora, and the task of each here.
  static let tasks = ["libriphone": "pr", "snips": "sf"]

  /// - Parameter config: what `-c` names.
  /// - Throws: `UserError` without one, and for a corpus that no task here is
  ///   about.
  static func meant(by config: ConfigValue?) throws -> String {
    let known = tasks.sorted { $0.key < $1.key }
      .map { "\($0.value) for \($0.key)" }.joined(separator: ", ")
    let key = "downstream_expert.corpus.name"
    guard let config, try config.value(at: key) != nil else {
      throw UserError(
        "'ctc' is several tasks, which its configuration tells apart by"
          + " corpus.name", at: "--tasks ctc",
        fix: "say -c with s3prl's libriphone.yaml or snips.yaml, or name the"
          + " task: \(known)")
    }
    let corpus = try config.string(at: key)
    guard let task = tasks[corpus.lowercased()] else {
      throw UserError(
        "there is no task about the corpus '\(corpus)'",
        at: try config.value(at: key)?.mark?.description,
        fix: "there is \(known)"
          + (corpus == "librispeech" ? "; transcripts are asr" : ""))
    }
    return task
  }
}
