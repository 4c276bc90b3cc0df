import Foundation
import Synchronization

private let folders = Mutex<[String]>([])

/// Removes a folder that all tests share when the tests end.
func removeAtExit(_ folder: String) {
  let isFirst = folders.withLock { folders in
    folders.append(folder)
    return folders.count == 1
  }
  guard isFirst else { return }
  atexit {
    for folder in folders.withLock({ $0 }) {
      try? FileManager.default.removeItem(atPath: folder)
    }
  }
}
