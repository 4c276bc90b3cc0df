import Diagnostics
import Foundation
import Records

/// An experiment's folder that was found by its signature.
package struct ResultFolder: Sendable {
  package var path: String
  package var result: ExperimentResult

  /// Every folder with a result below a folder of runs, by path. Folds are
  /// parts of a result and are no results of their own.
  package static func all(in runs: String) -> [String] {
    guard
      let walk = FileManager.default.enumerator(atPath: runs)
    else { return [] }
    var folders: [String] = []
    while let name = walk.nextObject() as? String {
      guard name.hasSuffix("/" + ExperimentResult.fileName) else { continue }
      let folder = String(name.dropLast(ExperimentResult.fileName.count + 1))
      folders.append(runs + "/" + folder)
    }
    let known = Set(folders)
    return folders.sorted().filter {
      !known.contains(($0 as NSString).deletingLastPathComponent)
    }
  }

  /// The one whose signature begins like this.
  ///
  /// - Throws: `UserError` if none does, or several do.
  package static func find(
    _ signature: String, in runs: String
  ) throws -> ResultFolder {
    let matching = all(in: runs).filter {
      ($0 as NSString).lastPathComponent.hasPrefix(signature)
    }
    guard let path = matching.first else {
      throw UserError(
        "no result's signature begins with '\(signature.oneLine)'", at: runs,
        fix: "a signature is the name of the result's folder; "
          + "'superb report --format csv' lists them")
    }
    guard matching.count == 1 else {
      throw UserError(
        "\(matching.count) results' signatures begin with "
          + "'\(signature.oneLine)'", at: runs, fix: "give more of it")
    }
    guard let result = ExperimentResult.read(fromFolder: path) else {
      throw UserError("the result cannot be read", at: path)
    }
    return ResultFolder(path: path, result: result)
  }
}
