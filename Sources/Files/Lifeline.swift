import Foundation

/// What ties a child that is this program too to its parent: the parent holds
/// the other end of its standard input.
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
    // The kernel's word that the parent is gone. Whoever wants to end in an
    // orderly way has taken the signal over before.
    var present = sigaction()
    sigaction(SIGTERM, nil, &present)
    if present.__sigaction_handler.sa_handler == nil {
      // The thread knows of it, too, and ends more; this if it cannot.
      signal(SIGALRM) { _ in kill(0, SIGKILL) }
      signal(SIGTERM) { _ in alarm(1) }
    }
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
