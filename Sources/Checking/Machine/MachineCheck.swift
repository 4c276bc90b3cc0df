import Foundation
import Hosting
import Records
import Runs

/// What of this machine matters to a run: one finding, and whether it is as
/// it should be.
package struct MachineCheck: Codable, Equatable, Sendable {
  package enum Verdict: String, Codable, Sendable {
    case good
    /// Runs go on, but slower, or without something that some need.
    case warning
    /// Runs fail.
    case bad
  }

  /// What was looked at: `memory`.
  package var name: String
  package var verdict: Verdict
  /// What was found.
  package var finding: String
  /// What the user can do about it.
  package var fix: String?

  init(
    _ name: String, _ verdict: Verdict, _ finding: String, fix: String? = nil
  ) {
    self.name = name
    self.verdict = verdict
    self.finding = finding
    self.fix = fix
  }

  /// A warning with its fix where `isPoor`, and good otherwise.
  init(_ name: String, _ finding: String, isPoor: Bool, fix: String) {
    self.init(
      name, isPoor ? .warning : .good, finding, fix: isPoor ? fix : nil)
  }

  /// Everything, for runs of `benchmark`. Takes a second or two.
  package static func all(
    _ benchmark: Benchmark, installation: Installation
  ) -> [MachineCheck] {
    [cores(), memory(), site()] + disks(benchmark) + libraries()
      + tools(installation, benchmark: benchmark) + corpora(benchmark)
  }

  private static func site() -> MachineCheck {
    do {
      let site = try Site.current()
      return MachineCheck(
        "site", .good, site.file.map { "\($0), \(site.reason)" } ?? site.reason)
    } catch {
      return MachineCheck("site", .bad, "\(error)")
    }
  }

  private static func corpora(_ benchmark: Benchmark) -> [MachineCheck] {
    benchmark.corpora.sorted { $0.key < $1.key }.map { name, path in
      guard FileManager.default.fileExists(atPath: path) else {
        return MachineCheck(
          "corpus \(name)", .bad, "no folder \(path)",
          fix: "correct its path in benchmark.yaml; superb data make-demo"
            + " makes a small one")
      }
      guard access(path, R_OK | X_OK) == 0 else {
        return MachineCheck(
          "corpus \(name)", .bad, "\(path) may not be read",
          fix: "ask its owner for the permission")
      }
      return MachineCheck("corpus \(name)", .good, path)
    }
  }
}
