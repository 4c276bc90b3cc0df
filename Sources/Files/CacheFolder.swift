import Foundation

/// The folder for what can be made again: built tasks, hidden states, digests.
package struct CacheFolder: Sendable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// The user's own: `SUPERB_CACHE_DIR`, else `superb` in the user's cache
  /// folder, else in a folder of the temporary one that is the user's alone.
  package static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> CacheFolder {
    if let path = environment.text("SUPERB_CACHE_DIR") {
      return CacheFolder(path: path)
    }
    let home =
      environment.text("XDG_CACHE_HOME")
      ?? environment.text("HOME").map { $0 + "/.cache" }
    guard let path = home.map({ $0 + "/superb" }),
      (try? makeFolder(path)) != nil, access(path, W_OK | X_OK) == 0
    else { return CacheFolder(path: privateTemporaryFolder() + "/cache") }
    return CacheFolder(path: path)
  }

  package var features: String { path + "/features" }
  package var tasks: String { path + "/tasks" }
  package var digests: String { path + "/digests" }
}

extension [String: String] {
  /// The first of these variables that is set to something.
  package func text(_ names: String...) -> String? {
    names.lazy.compactMap { self[$0] }.first { !$0.isEmpty }
  }
}
