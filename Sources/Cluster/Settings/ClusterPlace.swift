import Diagnostics

/// Where jobs are worked off: what `--on` says.
package enum ClusterPlace: Equatable, Sendable {
  /// Here, one after the other or several at a time.
  case local
  case slurm
  /// By a command that runs each and waits for it, with `{command}` in the
  /// place of the job's.
  case custom(String)

  /// What stands for a job in a command.
  package static let mark = "{command}"

  /// - Throws: `UserError` for what is none of them.
  package init(_ text: String) throws {
    switch text {
    case "local": self = .local
    case "slurm": self = .slurm
    case _ where text.contains(Self.mark): self = .custom(text)
    default:
      let isWord = !text.contains(" ")
      throw UserError(
        "'\(text)' is no place for jobs", at: "--on",
        fix: isWord
          ? Suggestion.fix(
            for: text, among: ["local", "slurm", "\"COMMAND \(Self.mark)\""])
          : "a command has \(Self.mark) where the job's goes")
    }
  }

  /// As it was said.
  package var text: String {
    switch self {
    case .local: "local"
    case .slurm: "slurm"
    case .custom(let command): command
    }
  }
}
