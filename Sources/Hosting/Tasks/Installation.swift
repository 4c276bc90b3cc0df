import Diagnostics
import Files
import Foundation

/// Where this program lies and what lies beside it: the kit's module and the
/// contract's headers that tasks are compiled against, the shipped tasks, and
/// the examples that new ones are copied from.
///
/// Two layouts are known. In a checkout the program is
/// `.build/<configuration>/superb`, with `Modules/` beside it, and
/// `Sources/TaskABI/include`, `Plugins/` and `Examples/` above. Installed, it is `<prefix>/bin/superb`,
/// with everything below `<prefix>/lib/superb`.
package struct Installation: Sendable {
  /// The program's own file, symbolic links resolved.
  package let executable: String
  /// Holds `TaskKit.swiftmodule`.
  package let modules: String
  /// Holds `module.modulemap` and `superb/*.h`.
  package let headers: String
  /// `Plugins/` folders that come with the program.
  package let pluginFolders: [String]
  /// Whole tasks, a folder each.
  package let examples: String
  /// Libraries of the shipped tasks, where they come built.
  package let builtTasks: String?

  /// The running program's installation.
  package static func current() throws -> Installation {
    try Installation(executable: runningExecutable())
  }

  package init(executable: String) throws {
    self.executable = executable
    let files = FileManager.default
    let folder = (executable as NSString).deletingLastPathComponent
    let installed =
      (folder as NSString).deletingLastPathComponent + "/lib/superb"
    if files.fileExists(atPath: installed + "/Modules") {
      modules = installed + "/Modules"
      headers = installed + "/include"
      pluginFolders = [installed + "/Plugins"]
      examples = installed + "/Examples"
      builtTasks = installed + "/Tasks"
      return
    }
    var root = folder
    while !files.fileExists(atPath: root + "/Sources/TaskABI/include") {
      let above = (root as NSString).deletingLastPathComponent
      guard above != root else {
        throw UserError(
          "cannot find the task headers beside or above this program",
          at: executable, fix: "run make install again")
      }
      root = above
    }
    modules = folder + "/Modules"
    headers = root + "/Sources/TaskABI/include"
    pluginFolders = [root + "/Plugins"]
    examples = root + "/Examples"
    builtTasks = nil
  }

  private static func runningExecutable() throws -> String {
    do {
      return try FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/exe")
    } catch {
      throw InternalError("cannot read /proc/self/exe: \(error)")
    }
  }
}
