import Foundation

/// What ties a child that is this program too to its parent: the parent holds
/// the other end of its standard input. A child that is stopped is woken by
/// the guard that ``ChildProcess`` keeps.
package enum Lifeline {
  /// Tells a child whose child it is: nobody else's standard input is one.
  package static let variable = "SUPERB_PARENT"

  /// Ends this process and its group when the parent is gone, if it was
  /// started as ``ChildProcess/Program/itself(_:_:)``. To be called before
  /// foreign code runs.
  package static func hold() {
    guard getenv(variable).map({ String(cString: $0) }) == "\(getppid())",
      getpgrp() == getpid()
    else { return }
    let thread = Thread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count > 0 || (count < 0 && errno == EINTR) { continue }
        // What has left the group is nobody else's to end now.
        for process in ProcessFamily.descendants(of: getpid()) {
          kill(process, SIGKILL)
        }
        kill(0, SIGKILL)
      }
    }
    thread.start()
  }
}
