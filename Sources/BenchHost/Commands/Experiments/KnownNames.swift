import Diagnostics
import Foundation
import Hosting
import Upstreams

/// What may follow `-u` and `-d`, for the help.
enum KnownNames {
  static var text: String {
    var lines = [
      "Upstreams: " + UpstreamRegistry.builtIn.names.joined(separator: ", ")
        + "; folders, hub models and classes of your own: superb upstreams."
    ]
    let tasks = tasks
    if !tasks.isEmpty {
      lines.append(
        "Tasks: " + tasks.joined(separator: ", ")
          + "; what they are, and their other names: superb tasks.")
    }
    return lines.joined(separator: "\n\n")
  }

  /// By the names of their folders, since nothing is built for a help text.
  private static var tasks: [String] {
    guard let installation = try? Installation.current() else { return [] }
    let roots = TaskCatalog.roots(pluginPath: nil, installation: installation)
    return Set(roots.flatMap { TaskCatalog.folderNames(below: $0) }).sorted()
  }
}
