import Diagnostics
import Records

/// A cell in the very folder that the user names (`-p`).
extension RunPlan {
  /// Where the run keeps its record whose only cell lies in `folder`, and not
  /// in one below the run's.
  static func root(ofCell folder: String) -> String { folder + "/.run" }

  /// - Throws: `UserError` if another experiment than that of `signature` lies
  ///   in the folder.
  static func checkIsFree(_ folder: String, for signature: String) throws {
    guard let there = CellRecord.read(from: folder),
      there.signature != signature
    else { return }
    throw UserError(
      "another experiment lies in this folder: \(there.experiment.upstream) on"
        + " \(there.experiment.task.id), with other settings or by another"
        + " version", at: folder,
      fix: "name another folder, or say --fresh to run this one in its place")
  }
}
