import Diagnostics
import Foundation
import Records

extension Leaderboard {
  /// Reads every experiment's `result.json` below a folder.
  ///
  /// Experiments live in folders named by twelve hexadecimal digits, their
  /// folds in folders below; folds are parts of a result and no results of
  /// their own. Files that cannot be used become ``notes``. Links are
  /// followed, each folder is read once.
  ///
  /// - Throws: ``UserError`` if there is no such folder. A folder without
  ///   results is no error: the leaderboard is empty.
  package static func collect(runs directory: String) throws -> Leaderboard {
    guard isFolder(directory) else {
      throw UserError(
        FileManager.default.fileExists(atPath: directory)
          ? "this is not a folder" : "there is no such folder",
        at: directory,
        fix: "name the folder that 'superb run' wrote to with --runs")
    }
    var search = ResultSearch()
    search.visit(
      URL(fileURLWithPath: directory, isDirectory: true), path: "",
      insideExperiment: false)
    return Leaderboard(
      search.found, notes: search.notes, grids: search.grids)
  }
}

private func isFolder(_ path: String) -> Bool {
  var isDirectory: ObjCBool = false
  return FileManager.default.fileExists(
    atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
}

/// One walk through a folder of runs.
private struct ResultSearch {
  var found: [(path: String, result: ExperimentResult)] = []
  var notes: [Leaderboard.Note] = []
  /// By the folder of their run.
  var grids: [String: GridRecord] = [:]
  private var visited: Set<String> = []

  /// - Parameter insideExperiment: a folder above may be an experiment's.
  ///   Only "may": a run named by a date, `202501311200`, looks the same. So
  ///   results below are looked for, but only in folders named likewise.
  mutating func visit(_ folder: URL, path: String, insideExperiment: Bool) {
    guard visited.insert(folder.resolvingSymlinksInPath().path).inserted else {
      return
    }
    let names: [String]
    do {
      names = try FileManager.default
        .contentsOfDirectory(atPath: folder.path).sorted()
    } catch {
      note(path.isEmpty ? "." : path, "this folder cannot be read")
      return
    }
    if names.contains(GridRecord.fileName) {
      grids[path] = GridRecord.read(from: folder.path)
    }
    let isExperiment = Self.isSignature(folder.lastPathComponent)
    let holdsResult = names.contains("result.json")
    if holdsResult, isExperiment || !insideExperiment {
      read(
        folder.appendingPathComponent("result.json"),
        path: Self.join(path, "result.json"))
    }
    if isExperiment && holdsResult { return }
    for name in names {
      let child = folder.appendingPathComponent(name)
      guard isFolder(child.path), name != "result.json" else { continue }
      visit(
        child, path: Self.join(path, name),
        insideExperiment: insideExperiment || isExperiment)
    }
  }

  private mutating func read(_ file: URL, path: String) {
    // A pipe or a device of that name would never end.
    let target = file.resolvingSymlinksInPath().path
    let type =
      (try? FileManager.default.attributesOfItem(atPath: target))?[.type]
      as? FileAttributeType
    guard type == .typeRegular,
      let data = FileManager.default.contents(
        atPath: target)
    else { return note(path, "this file cannot be read") }
    do {
      let head = try JSONDecoder().decode(FormatOnly.self, from: data)
      guard head.format == ExperimentResult.currentFormat else {
        return note(
          path,
          "its format is \(head.format), this program reads format "
            + "\(ExperimentResult.currentFormat)")
      }
      let result = try ExperimentResult.decoded(from: data)
      guard result.finishTime != nil else {
        return note(path, "'finishedAt' is not an ISO 8601 time")
      }
      let metrics = result.metrics + result.folds.flatMap(\.metrics)
      for metric in metrics {
        guard let problem = metric.rangeProblem else { continue }
        return note(path, "\(metric.name) on \(metric.split) \(problem)")
      }
      guard try ExperimentResult.isIntact(data) else {
        return note(
          path, "it was changed after it was written: its checksum differs")
      }
      found.append((path, result))
    } catch {
      note(path, Self.sentence(for: error))
    }
  }

  private mutating func note(_ file: String, _ reason: String) {
    notes.append(Leaderboard.Note(file: file, reason: reason))
  }

  private static func isSignature(_ name: String) -> Bool {
    name.utf8.count == 12 && name.allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  private static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder + "/" + name
  }

  /// What is wrong with the file, without the decoder's own vocabulary.
  private static func sentence(for error: any Error) -> String {
    func name(_ path: [any CodingKey]) -> String {
      path.map { $0.intValue.map(String.init) ?? $0.stringValue }
        .joined(separator: ".")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "the key '\(name(context.codingPath + [key]))' is missing"
    case DecodingError.typeMismatch(_, let context),
      DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? "this is not a JSON object"
        : "the value of '\(name(context.codingPath))' is not what it should be"
    default:
      return "this is not a JSON object"
    }
  }
}

/// Read first, since a file of another format may lack any other key.
private struct FormatOnly: Decodable {
  var format: Int
}
