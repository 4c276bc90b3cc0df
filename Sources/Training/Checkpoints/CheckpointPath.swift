import Diagnostics
import Files
import Foundation
import Records

/// What a user means by a checkpoint: its file, or a folder that holds some.
package enum CheckpointPath {
  /// The file to continue training from (`-e`): the path itself, or the
  /// furthest whole state of the folder; named best files are never taken.
  package static func toContinue(_ path: String) throws -> String {
    guard isFolder(path) else { return try existing(path) }
    let folder = CheckpointFolder(
      path: path, experiment: nil, report: StandardError.note)
    guard let furthest = folder.furthest() else {
      throw UserError(
        "there is no checkpoint to continue from", at: path,
        fix: "name a checkpoint's file")
    }
    return furthest.path
  }

  /// The files to ask (`--from`): the path itself, or of every experiment
  /// below the folder the checkpoint that its figures come from.
  package static func toAsk(_ path: String) throws -> [String] {
    guard isFolder(path) else { return [try existing(path)] }
    let folders = Set(experiments(below: path)).union([path])
    let found = folders.compactMap(chosen).sorted()
    guard !found.isEmpty else {
      throw UserError("there is no checkpoint below this folder", at: path)
    }
    return found
  }

  /// Every `states-<step>.ckpt` of the experiments below a folder, by step;
  /// the path itself if it is a file. None is no mistake: some may come.
  package static func states(_ path: String) throws -> [String] {
    guard isFolder(path) else { return [try existing(path)] }
    return experiments(below: path).flatMap { folder in
      CheckpointFolder.states(in: folder).map { folder + "/" + $0.name }
    }
  }

  /// Whether an experiment below the folder has no result yet.
  package static func isTraining(_ path: String) -> Bool {
    guard isFolder(path) else { return false }
    let folders = experiments(below: path)
    return folders.isEmpty
      || folders.contains {
        ExperimentResult.read(fromFolder: $0) == nil
      }
  }

  private static func experiments(below path: String) -> [String] {
    let below =
      FileManager.default.enumerator(atPath: path)?.allObjects as? [String]
    return (below ?? []).filter {
      ($0 as NSString).lastPathComponent == Experiment.fileName
    }.map {
      let folder = ($0 as NSString).deletingLastPathComponent
      return folder.isEmpty ? path : path + "/" + folder
    }.sorted()
  }

  /// The only file of ``toAsk(_:)``.
  ///
  /// - Throws: ``UserError`` also where several experiments lie.
  package static func oneToAsk(_ path: String) throws -> String {
    let paths = try toAsk(path)
    guard paths.count == 1 else {
      throw UserError(
        "\(paths.count) experiments lie here", at: path,
        fix: "name one: \(paths.prefix(3).joined(separator: ", "))")
    }
    return paths[0]
  }

  /// The best checkpoint of an experiment's folder; its last states if none
  /// was the best.
  private static func chosen(in folder: String) -> String? {
    guard let last = CheckpointFolder.states(in: folder).last else {
      let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.sorted().first { $0.hasSuffix(".ckpt") }
        .map { folder + "/" + $0 }
    }
    let states = folder + "/" + last.name
    guard let best = (try? StoredCheckpoint(path: states))?.progress.best
    else { return states }
    return folder + "/" + best.file
  }

  private static func existing(_ path: String) throws -> String {
    guard FileManager.default.fileExists(atPath: path) else {
      throw UserError("there is no such checkpoint", at: path)
    }
    return path
  }
}
