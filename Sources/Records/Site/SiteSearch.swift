import Configuration
import Diagnostics
import Files
import Foundation

/// Where the file about this machine is, in this order:
///
/// 1. `SUPERB_SITE`: a path, or the name of a file in the folders below;
///    empty for none
/// 2. `~/.config/superb/sites`, then `/etc/superb/sites`: `<host>.yaml`, or
///    the first file whose `hosts` has a pattern for the host
/// 3. `/etc/superb/site.yaml`, or what `SUPERB_SITE_FILE` names in its place
struct SiteSearch {
  private let environment: [String: String]
  private let hosts: [String]
  private let folders: [String]
  private let standard: String

  struct Found {
    var path: String
    var reason: String
    var isNamed = false
  }

  /// - Parameters:
  ///   - host: this machine's name.
  ///   - system: the folder of what the administrator says.
  init(
    environment: [String: String],
    host: String = ProcessInfo.processInfo.hostName,
    system: String = "/etc/superb"
  ) {
    self.environment = environment
    let short = host.prefix { $0 != "." }
    hosts = short == host ? [host] : [host, String(short)]
    let home = environment["HOME"] ?? NSHomeDirectory()
    let own = environment["XDG_CONFIG_HOME"] ?? home + "/.config"
    folders = [own + "/superb/sites", system + "/sites"]
    standard = environment["SUPERB_SITE_FILE"] ?? system + "/site.yaml"
  }

  /// The file that the administrator writes for everybody, if it is there.
  var administrators: String? {
    standard.isEmpty || access(standard, F_OK) != 0 ? nil : standard
  }

  /// Nil if there is none for this machine.
  ///
  /// - Throws: `UserError` if what `SUPERB_SITE` names is not there.
  func file() throws -> Found? {
    if let name = environment["SUPERB_SITE"] {
      return name.isEmpty ? nil : try named(name)
    }
    for folder in folders {
      for host in hosts {
        let path = "\(folder)/\(host).yaml"
        if access(path, F_OK) == 0 {
          return Found(path: path, reason: "for the host \(host)")
        }
      }
      for path in files(in: folder) {
        if let pattern = try pattern(in: path) {
          return Found(
            path: path, reason: "for the host \(hosts[0]), by '\(pattern)'")
        }
      }
    }
    return administrators.map { Found(path: $0, reason: "for every host") }
  }

  private func named(_ name: String) throws -> Found {
    let reason = "named by SUPERB_SITE"
    let places =
      name.contains("/")
      ? [
        try PathText(name, at: "SUPERB_SITE").expanded(environment) { nil }
      ]
      : folders.map { "\($0)/\(name).yaml" }
    if let path = places.first(where: { access($0, F_OK) == 0 }) {
      return Found(path: path, reason: reason, isNamed: true)
    }
    let known = folders.flatMap(files).map {
      (($0 as NSString).lastPathComponent as NSString).deletingPathExtension
    }
    throw UserError(
      "there is no site '\(name)': no file \(places.joined(separator: ", "))",
      at: "SUPERB_SITE",
      fix: name.contains("/")
        ? "correct the variable" : Suggestion.fix(for: name, among: known))
  }

  private func files(in folder: String) -> [String] {
    ((try? names(inFolder: folder)) ?? []).filter { $0.hasSuffix(".yaml") }
      .map { folder + "/" + $0 }
  }

  /// The pattern among a file's `hosts` that fits this machine.
  private func pattern(in path: String) throws -> String? {
    try ConfigValue.yaml(file: path).strings(at: "hosts", default: [])
      .first { pattern in
        hosts.contains { fnmatch(pattern, $0, 0) == 0 }
      }
  }
}
