import Diagnostics
import Foundation
import Records
import Training

extension RunPlan {
  /// The cells of one upstream, as they are if their heads train it together:
  /// other experiments than those that train one each, with signatures of
  /// their own. What trains nothing stays as it is.
  ///
  /// - Throws: `UserError` where that has no meaning.
  static func sharing(
    _ cells: [RunCell]
  ) throws -> [RunCell] {
    var companions: [FineTuning.Companion] = []
    for cell in cells {
      guard let experiment = cell.sharing else { continue }
      try check(cell, experiment)
      companions.append(
        FineTuning.Companion(task: cell.task, signature: cell.signature))
    }
    guard companions.count > 1 else { return cells }
    return try cells.map { cell in
      guard var experiment = cell.sharing else { return cell }
      experiment.fineTuning?.sharedBy = companions
      let signature = try experiment.signature()
      let folder =
        (cell.folder as NSString).deletingLastPathComponent + "/"
        + signature.prefix(12)
      return RunCell(
        upstream: cell.upstream, task: cell.task, folder: folder,
        signature: signature, experiments: [(experiment, folder)],
        failure: nil, whole: experiment, origins: cell.origins)
    }
  }

  private static func check(
    _ cell: RunCell, _ experiment: Experiment
  ) throws {
    guard !cell.isCrossValidated else {
      throw UserError(
        "the folds of '\(cell.task)' cannot train an upstream together with"
          + " other tasks: it would learn what another fold is tested on",
        fix: "name one fold, or leave the task or --multitask out")
    }
    let config = experiment.config
    guard config.settings.learningRates.isEmpty else {
      throw UserError(
        "'\(cell.task)' has a grid of learning rates, and an upstream that"
          + " several tasks train has one for each",
        at: try config.value.value(at: "runner.lr_grid")?.mark?.description,
        fix: "name optimizer.lr, which replaces the grid, or leave"
          + " --multitask out")
    }
    guard experiment.fineTuning?.learningRate != nil else {
      throw UserError(
        "an upstream that several tasks train needs a learning rate of its"
          + " own", at: "-f", fix: "say --upstream-learning-rate")
    }
  }

  /// The cells of each upstream whose heads train it together.
  var sharedTrainings: [[RunCell]] {
    request.benchmark.upstreams.map { upstream in
      cells.filter {
        $0.upstream == upstream
          && $0.experiments.first?.experiment.fineTuning?.sharedBy != nil
      }
    }.filter { $0.count > 1 }
  }
}

extension RunCell {
  /// The cell's experiment, if it trains its upstream.
  fileprivate var sharing: Experiment? {
    guard let experiment = experiments.first?.experiment,
      experiment.fineTuning != nil
    else { return nil }
    let settings = experiment.config.settings
    return settings.totalSteps > 0 && settings.extent == .full
      ? experiment : nil
  }
}
