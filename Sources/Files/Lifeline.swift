import CProcess
import Foundation
import Synchronization

/// What ties a child that is this program too to its parent: the parent holds
/// the other end of its standard input.
package enum Lifeline {
  /// Tells a child whose child it is: nobody else's standard input is one.
  package static let variable = "SUPERB_PARENT"
  /// The parent that is held on to.
  private static let parent = Atomic<pid_t>(0)

  /// Ends this process and its group when the parent is gone, if it was
  /// started as ``ChildProcess/Program/itself(_:_:)``. To be called before
  /// foreign code runs.
  package static func hold() {
    guard getenv(variable).map({ String(cString: $0) }) == "\(getppid())",
      getpgrp() == getpid()
    else { return }
    // The kernel's word that the parent is gone. It wakes a process that is
    // stopped, which would hear of nothing else, and so lets the thread end
    // it; a guard keeps it awake that long.
    parent.store(getppid(), ordering: .relaxed)
    signal(SIGCONT) { _ in
      if getppid() != Lifeline.parent.load(ordering: .relaxed) {
        superb_end_group_soon()
      }
    }
    superb_ask_for_death_signal(SIGCONT)
    if getppid() != parent.load(ordering: .relaxed) { kill(0, SIGKILL) }
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
