import Foundation

/// The folder for what can be made again: built tasks, hidden states, digests.
package struct CacheFolder: Sendable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// `SUPERB_CACHE_DIR`, else `superb` in the user's cache folder.
  package static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> CacheFolder {
    let home = environment.text("HOME") ?? NSTemporaryDirectory()
    return CacheFolder(
      path: environment.text("SUPERB_CACHE_DIR")
        ?? (environment.text("XDG_CACHE_HOME") ?? home + "/.cache") + "/superb")
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
