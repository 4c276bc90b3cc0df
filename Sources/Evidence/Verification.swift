import Files
import Foundation
import Records

/// Whether a result still says what its folder says.
package struct Verification: Sendable, Encodable {
  package var folder: String
  /// What contradicts it; empty if nothing does.
  package var problems: [String]
  /// Figures of the reported split that the kept answers give again.
  package var recomputed: [String]
  /// Those that they do not give: nothing is kept, or the figure is the best
  /// of several settings.
  package var unproven: [String]

  /// - Parameter folder: one with a result.
  package init(folder: String) {
    self.folder = folder
    problems = []
    recomputed = []
    unproven = []
    let path = folder + "/" + ExperimentResult.fileName
    guard let bytes = FileManager.default.contents(atPath: path),
      let result = try? ExperimentResult.decoded(from: bytes)
    else {
      problems = ["the result cannot be read"]
      return
    }
    if (try? ExperimentResult.isIntact(bytes)) != true {
      problems.append("result.json was changed: its checksum differs")
    }
    if !result.signature.hasPrefix((folder as NSString).lastPathComponent),
      !isFolder(folder + "/.run")
    {
      problems.append("the folder is not named by the result's signature")
    }
    if result.folds.isEmpty,
      let experiment = try? Experiment.read(from: folder),
      let signature = try? experiment.signature(),
      signature != result.signature
    {
      problems.append("the settings in experiment.json give another signature")
    }
    for fold in result.folds {
      let values = fold.metrics.filter { metric in
        !(ExperimentResult.read(fromFolder: folder + "/" + fold.name)?
          .metrics.contains {
            $0.name == metric.name && $0.split == metric.split
              && $0.value == metric.value
          } ?? true)
      }
      if !values.isEmpty {
        problems.append("\(fold.name) has other figures in its own result")
      }
    }
    guard result.status == .done else { return }
    let kept = KeptPredictions(of: result, in: folder)
    let split = (result.primaryMetric ?? result.metrics.first)?.split
    for metric in result.metrics where metric.split == split {
      if ScoredAnswers(metric, of: kept) != nil {
        recomputed.append(metric.name)
      } else {
        unproven.append(metric.name)
      }
    }
  }
}
