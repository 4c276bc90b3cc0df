import Configuration
import Diagnostics
import Files
import Foundation

/// What holds on this machine or cluster, whatever the benchmark:
///
///     hosts: [gpu*, login.cluster.org]   where it holds; else its name does
///     corpora: {librispeech: /data/LibriSpeech}
///     cache: $SCRATCH/superb
///     runs: /shared/runs
///     reference: /shared/reference       what //reference/… stands for
///     groups: [speech]                   whose members share tasks and runs
///     partitions: {…}, cluster: {…}      for whoever starts jobs
///
/// A benchmark's own words come first. Relative paths are taken from the
/// file's folder.
package struct Site: Sendable {
  /// Nil if there is none here.
  package var file: String?
  /// How it was found, for people.
  package var reason = "no file for this host"
  package var corpora: [String: String] = [:]
  package var cache: String?
  package var runs: String?
  /// The folder that `//reference/` stands for.
  package var reference: String?
  /// Left to whoever starts jobs.
  package var partitions: ConfigValue?
  package var cluster: ConfigValue?
  /// Whose members' files are run here.
  package var groups: Set<gid_t> = []

  package init() {}

  static let keys = [
    "hosts", "corpora", "cache", "runs", "reference", "groups", "partitions",
    "cluster",
  ]

  /// This process's site.
  ///
  /// - Throws: `UserError` for a file that cannot be used: that it is passed
  ///   over could not be noticed.
  package static func current(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> Site {
    let search = SiteSearch(environment: environment)
    guard let found = try search.file() else { return Site() }
    var site = try Site(
      file: found.path, isNamed: found.isNamed, environment: environment)
    site.reason = found.reason
    // The administrator's word on groups holds beside a user's own file.
    if let standard = search.administrators, standard != found.path {
      site.groups.formUnion(
        try Site(file: standard, isNamed: false, environment: environment)
          .groups)
    }
    return site
  }

  /// Whose files are run here; the user's own and the system's alone where
  /// there is no such file.
  package static func trustedWriters(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> TrustedWriters {
    TrustedWriters(groups: try current(environment: environment).groups)
  }

  /// - Parameter isNamed: the user has named it, so that its places may be
  ///   anybody's; what it says of groups may not.
  init(file: String, isNamed: Bool, environment: [String: String]) throws {
    let value = try ConfigValue.yaml(file: file)
    try value.checkKeys(known: Self.keys)
    let hasGroups = try value.value(at: "groups") != nil
    if !isNamed || hasGroups,
      let reason = TrustedWriters().objection(to: file)
    {
      throw UserError(
        "the site's file could have been written by others: \(reason)",
        at: file, fix: "let its administrator own it, mode 0644")
    }
    self.file = file
    let folder = (file as NSString).deletingLastPathComponent
    func path(_ key: String) throws -> String? {
      guard let text = try value.value(at: key) else { return nil }
      let path = try PathText(text.string(at: ""), at: text.mark?.description)
        .expanded(environment) { nil }
      return path.hasPrefix("/") ? path : folder + "/" + path
    }
    for corpus in try value.map(at: "corpora", default: ConfigMap()).keys {
      corpora[corpus] = try path("corpora.\(corpus)")
    }
    cache = try path("cache")
    runs = try path("runs")
    reference = try path("reference")
    partitions = try value.value(at: "partitions")
    cluster = try value.value(at: "cluster")
    groups = Set(
      try value.list(at: "groups", default: []).map { item in
        let name = try item.string(at: "")
        guard let group = getgrnam(name) else {
          throw UserError(
            "there is no group '\(name)' here",
            at: item.mark?.description ?? file)
        }
        return group.pointee.gr_gid
      })
  }
}
