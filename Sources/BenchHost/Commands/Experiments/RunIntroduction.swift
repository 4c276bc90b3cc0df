import Configuration
import Diagnostics
import Foundation
import Records
import Runs

extension ResolvedRun {
  /// Says in the first lines what runs, where it comes from, and what was
  /// asked for and gives way.
  func introduce(_ plan: RunPlan) {
    for line in lines(plan) { StandardError.note(line) }
  }

  private func lines(_ plan: RunPlan) -> [String] {
    let experiments = plan.cells.compactMap(\.registered)
    var lines = [
      "\(unique(plan.cells.map(\.upstream))) × \(unique(plan.cells.map(\.task)))"
        + ": \(plan.cells.count) cell\(plan.cells.count == 1 ? "" : "s")"
        + " in \(plan.resultsFolder)"
    ]
    if let first = experiments.first {
      var facts = ["seed \(first.seed)\(origin("seed"))"]
      facts.append("profile \(first.profile.rawValue)\(origin("profile"))")
      if let limit = first.limit {
        facts.append("at most \(limit) utterances\(origin("limit"))")
      }
      if first.fineTuning != nil { facts.append("the upstream is trained") }
      lines.append("  " + facts.joined(separator: ", "))
    }
    var seen: Set<String> = []
    for experiment in experiments where seen.insert(experiment.task.id).inserted
    {
      let sources = experiment.config.value.sources.map(Self.shown)
      lines.append(
        "  \(experiment.task.id): " + sources.joined(separator: ", "))
      if request.configFile != nil, hasOverlay(experiment.task) {
        lines.append(
          "  \(experiment.task.id): what \(Benchmark.standardFile) says of it"
            + " gives way to -c")
      }
    }
    if command.pastExp != nil, let experiment = experiments.first {
      lines += ignored(by: experiment).map {
        "  ignored: \($0); -e continues with its own, and -o changes it"
      }
    }
    return lines
  }

  private func origin(_ name: String) -> String {
    guard let origin = request.origins[name], origin != "default",
      command.pastExp == nil
    else { return "" }
    return " (\(origin))"
  }

  private func hasOverlay(_ task: TaskDescription) -> Bool {
    task.names.contains { benchmark.overrides[$0] != nil }
  }

  /// Options that contradict the experiment that goes on.
  private func ignored(by experiment: Experiment) -> [String] {
    var ignored: [String] = []
    if let upstream = command.upstream?.names,
      upstream != [experiment.upstream]
    {
      ignored.append(
        "-u \(upstream.joined(separator: ",")), it is \(experiment.upstream)")
    }
    if let tasks = command.tasks?.names,
      tasks.count != 1 || !experiment.task.names.contains(tasks[0])
    {
      ignored.append(
        "-d \(tasks.joined(separator: ",")), it is \(experiment.task.id)")
    }
    if let seed = command.seed, seed != experiment.seed {
      ignored.append("--seed \(seed), it is \(experiment.seed)")
    }
    if let config = command.config { ignored.append("-c \(config)") }
    if let limit = command.limit, limit != experiment.limit {
      ignored.append("--limit \(limit)")
    }
    if let profile = command.profile,
      profile.name != experiment.profile
    {
      ignored.append("--profile \(profile.rawValue)")
    }
    if let layer = command.upstreamLayerSelection,
      layer != experiment.feature.layer
    {
      ignored.append("-l \(layer)")
    }
    if let states = command.upstreamFeatureSelection,
      states != experiment.feature.stateName
    {
      ignored.append("-s \(states)")
    }
    if let initial = command.initCkpt { ignored.append("-i \(initial)") }
    return ignored
  }

  private func unique(_ names: [String]) -> String {
    var seen: Set<String> = []
    let all = names.filter { seen.insert($0).inserted }
    return all.count > 6
      ? all.prefix(5).joined(separator: ", ") + " and \(all.count - 5) more"
      : all.joined(separator: ", ")
  }

  /// A path as seen from here.
  private static func shown(_ path: String) -> String {
    let here = FileManager.default.currentDirectoryPath + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }
}

extension RunPlan {
  /// The last line of a run, wherever it was worked off.
  func tellWhereResultsAre() {
    StandardError.note("results in \(resultsFolder); superb report shows them")
  }
}
