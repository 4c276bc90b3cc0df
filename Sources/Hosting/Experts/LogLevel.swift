import Logging
import TaskABI

/// The logger's level for one of the contract's.
package func logLevel(_ level: Int32) -> Logger.Level {
  switch level {
  case SUPERB_LOG_DEBUG: .debug
  case SUPERB_LOG_INFO: .info
  case SUPERB_LOG_WARNING: .warning
  case SUPERB_LOG_HOST_MISBEHAVES, SUPERB_LOG_TASK_MISBEHAVES: .critical
  default: .error
  }
}
