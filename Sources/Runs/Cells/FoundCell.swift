import Diagnostics
import Files
import Foundation
import Records

/// A cell that was run or registered, found by its signature.
package struct FoundCell: Sendable {
  package let folder: String
  package let record: CellRecord

  /// The run that it belongs to: `<runs>/<name>`.
  package var root: String {
    let own = RunPlan.root(ofCell: folder)
    if isFolder(own) { return own }
    var root = folder as NSString
    for _ in 0..<3 { root = root.deletingLastPathComponent as NSString }
    return root as String
  }

  /// The result; nil if there is none yet.
  package var result: ExperimentResult? {
    ExperimentResult.read(fromFolder: folder)
  }

  /// The folders in which something is trained: the cell's own, or its
  /// folds'.
  package var trainedFolders: [String] {
    func isExperiment(_ path: String) -> Bool {
      access(path + "/" + Experiment.fileName, F_OK) == 0
    }
    if isExperiment(folder) { return [folder] }
    let names = (try? names(inFolder: folder)) ?? []
    return names.map { folder + "/" + $0 }.filter(isExperiment)
  }

  /// - Parameter folder: of a cell, also of one that an older version has
  ///   run, which has no record of its own.
  init?(folder: String) {
    self.folder = folder
    if let record = CellRecord.read(from: folder) {
      self.record = record
      return
    }
    let below = (try? names(inFolder: folder)) ?? []
    for place in [folder] + below.map({ folder + "/" + $0 }) {
      guard var experiment = try? Experiment.read(from: place),
        let signature = try? experiment.signature()
      else { continue }
      let isFold = place != folder
      // A task's folder holds cells, and is none.
      if isFold, experiment.fold == nil { continue }
      if isFold,
        let whole = try? experiment.config.forgettingFold(
          of: experiment.task)
      {
        experiment.config = whole
        experiment.fold = nil
      }
      record = CellRecord(
        experiment: experiment,
        signature: (try? experiment.signature()) ?? signature)
      return
    }
    return nil
  }
}

extension FoundCell {
  /// The cell of that signature, or of a unique beginning of one, anywhere
  /// below the folder of all runs; or of that folder.
  ///
  /// - Throws: `UserError` if there is none, or if several begin so.
  package static func named(
    _ name: String, below runs: String
  ) throws -> FoundCell {
    if name.contains("/") || isFolder(name) {
      var path = name
      while path.count > 1, path.hasSuffix("/") { path.removeLast() }
      if let cell = FoundCell(folder: path) { return cell }
      throw UserError("there is no experiment in this folder", at: name)
    }
    let wanted = name.lowercased()
    guard !wanted.isEmpty, wanted.allSatisfy(\.isHexDigit) else {
      throw UserError(
        "'\(name)' is no signature",
        fix: "a signature is made of hexadecimal digits; superb info lists"
          + " them")
    }
    let folders = folders(below: runs).filter {
      let own = ($0 as NSString).lastPathComponent
      return own.hasPrefix(wanted) || wanted.hasPrefix(own)
    }
    let cells = folders.compactMap(FoundCell.init(folder:)).filter {
      $0.record.signature.hasPrefix(wanted)
        || wanted.count <= 12
    }
    guard let first = cells.first else {
      throw UserError(
        "there is no experiment '\(name)'", at: runs,
        fix: "superb info lists the signatures; --runs names another folder")
    }
    let signatures = Set(
      cells.map { ($0.folder as NSString).lastPathComponent })
    guard signatures.count == 1 else {
      throw UserError(
        "several experiments begin with '\(name)': "
          + signatures.sorted().prefix(5).joined(separator: ", "), at: runs,
        fix: "name more of the signature")
    }
    // The same signature in two runs is the same experiment twice.
    return cells.first { $0.result?.status == .done } ?? first
  }

  /// Every cell below a folder, in the order of paths.
  package static func all(below runs: String) -> [FoundCell] {
    folders(below: runs).compactMap(FoundCell.init(folder:))
  }

  /// Folders that are named as cells are.
  private static func folders(below path: String, depth: Int = 0) -> [String] {
    guard depth < 12, let names = try? names(inFolder: path) else { return [] }
    return names.filter { !$0.hasPrefix(".") }.flatMap { name in
      let child = path + "/" + name
      guard isFolder(child) else { return [String]() }
      let isCell = name.utf8.count == 12 && name.allSatisfy(\.isHexDigit)
      if isCell, depth > 1 { return [child] }
      return folders(below: child, depth: depth + 1)
    }
  }
}

extension TaskConfiguration {
  /// Without the fold that a run of all folds has named.
  fileprivate func forgettingFold(
    of task: TaskDescription
  ) throws -> TaskConfiguration {
    guard let folds = task.folds else { return self }
    return try TaskConfiguration(
      value.removing([TaskConfiguration.expertSection] + folds.configKey))
  }
}
