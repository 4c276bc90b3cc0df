import Configuration
import Foundation
import Hosting
import Records

/// Which learning rates a run tries.
package enum RateSearch: String, Sendable {
  /// What the configuration says.
  case asConfigured
  /// `--grid protocol`: the search that the task's published numbers need,
  /// which it ships as `grid.yaml`; its configuration's own where it has none.
  case ofProtocol = "protocol"
  /// `--grid none`: `optimizer.lr` alone.
  case none

  /// What it sets in a task's configuration, before anything of the user's.
  ///
  /// - Parameter config: the task's own file, if it has one.
  func overrides(of config: String?) throws -> [Override] {
    let path = ["runner", "lr_grid"]
    switch self {
    case .asConfigured: return []
    case .none:
      return [Override(scope: .config, path: path, value: .null)]
    case .ofProtocol:
      guard let config else { return [] }
      let folder = (config as NSString).deletingLastPathComponent
      let key = path.joined(separator: ".")
      for file in [folder + "/grid.yaml", config]
      where FileManager.default.fileExists(atPath: file) {
        if let rates = try ConfigValue.yaml(file: file).value(at: key) {
          return [Override(scope: .config, path: path, value: rates)]
        }
      }
      return []
    }
  }
}
