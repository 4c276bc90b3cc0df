import Diagnostics
import Files
import Records

/// A cell in the very folder that the user names (`-p`).
extension RunPlan {
  /// Where the run keeps its record whose only cell lies in `folder`, and not
  /// in one below the run's.
  static func root(ofCell folder: String) -> String { folder + "/.run" }

  /// - Throws: `UserError` if the folder holds something else than an
  ///   experiment, which `--fresh` would remove, or another experiment than
  ///   that of `signature`.
  static func checkIsFree(
    _ folder: String, for signature: String, isFresh: Bool
  ) throws {
    guard let there = CellRecord.read(from: folder) else {
      let names = ((try? names(inFolder: folder)) ?? [])
        .filter { !$0.hasPrefix(".") }
      guard names.isEmpty || names.contains(Experiment.fileName) else {
        throw UserError(
          "there are other things in this folder: \(names.sorted()[0])",
          at: folder, fix: "name a new folder, or an empty one")
      }
      return
    }
    guard !isFresh, there.signature != signature else { return }
    throw UserError(
      "another experiment lies in this folder: \(there.experiment.upstream) on"
        + " \(there.experiment.task.id), with other settings or by another"
        + " version", at: folder,
      fix: "name another folder, or say --fresh to run this one in its place")
  }
}
