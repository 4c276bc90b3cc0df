import Logging
import Synchronization

/// What a task has warned of, so that its result can say so.
final class TaskWarnings: Sendable {
  private let texts = Mutex<[String]>([])

  /// Each once, in the order of their first times.
  var all: [String] { texts.withLock { $0 } }

  func note(_ text: String) {
    texts.withLock { if !$0.contains(text) { $0.append(text) } }
  }
}

/// Notes warnings, besides whoever shows them.
struct WarningLog: LogHandler {
  let warnings: TaskWarnings
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.warning

  init(_ warnings: TaskWarnings) {
    self.warnings = warnings
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    if event.level >= .warning { warnings.note("\(event.message)") }
  }
}
