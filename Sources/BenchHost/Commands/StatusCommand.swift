import ArgumentParser
import Cluster
import Diagnostics
import Foundation
import Page
import Records
import Runs

/// `superb status`: how far a run has come.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say how far a running or finished run has come.",
    discussion: """
      Exit codes: 0 nothing has failed so far, 1 some cells have, 2 there is \
      no run.
      """)

  @Argument(
    help: """
      A run's folder or the folder of all runs; the benchmark's run if none \
      is named.
      """)
  var directory: String?

  @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
  var benchmark: String?

  @Flag(help: "As data.")
  var json = false

  func run() throws {
    var hasTold = false
    let runs = try RunStatus.all(in: try folder()).map {
      $0.withQueue {
        if !hasTold { StandardError.note($0) }
        hasTold = true
      }
    }
    if json {
      try Console.printJSON(runs)
    } else {
      for (index, run) in runs.enumerated() {
        if index > 0 { print() }
        Self.show(run)
      }
    }
    if runs.contains(where: { $0.count(.failed) > 0 }) {
      throw ArgumentParser.ExitCode(ExitCode.someFailed)
    }
  }

  private func folder() throws -> String {
    if let directory { return directory }
    let benchmark = try Benchmark.located(benchmark)
    let run = benchmark.runs + "/" + benchmark.name
    return FileManager.default.fileExists(atPath: run) ? run : benchmark.runs
  }

  private static func show(_ run: RunStatus) {
    Console.printTable(run.experiments.map { row($0, of: run) })
    let states: [RunStatus.State] = [
      .done, .failed, .running, .queued, .held, .interrupted, .timedOut,
      .lost, .waiting,
    ]
    var summary = states.compactMap { state in
      let count = run.count(state)
      return count > 0 ? "\(count) \(state.rawValue)" : nil
    }.joined(separator: ", ")
    if let left = run.secondsLeft {
      summary += ", about \(Duration.shown(seconds: left)) left"
    }
    let isOver = run.count(.done) + run.count(.failed) == run.experiments.count
    if !run.isRunning, !isOver {
      summary += "; nothing runs here now, superb run goes on"
    }
    if let extraction = run.extraction, extraction.done < extraction.jobs {
      summary +=
        "; extraction: \(extraction.done) of \(extraction.jobs) jobs done"
        + (extraction.running > 0 ? ", \(extraction.running) at work" : "")
    }
    print("\(run.root): \(summary)")
  }

  private static func row(
    _ experiment: RunStatus.Experiment, of run: RunStatus
  ) -> [String] {
    var state = experiment.state.rawValue
    switch experiment.state {
    case .running:
      state = experiment.position
      if experiment.job != nil, let host = experiment.host {
        state += " on \(host)"
      }
    case .interrupted, .timedOut, .lost:
      if experiment.phase != nil { state += " while " + experiment.position }
      if let host = experiment.host { state += " on \(host)" }
    case .queued, .held:
      if let reason = experiment.reason { state += ": " + reason }
    case .failed: state += experiment.reason.map { ": " + $0.firstLine } ?? ""
    case .done:
      if let metric = experiment.metric { state += ", " + metric.shown }
      if let seconds = experiment.wallSeconds {
        state += " in " + Duration.shown(seconds: seconds)
      }
      if let unsound = experiment.unsoundSteps {
        state += ", no finite loss or gradient at \(unsound.count) steps"
      }
      if let warnings = experiment.warnings {
        state +=
          "; warning: " + warnings[0].firstLine
          + (warnings.count > 1 ? ", and \(warnings.count - 1) more" : "")
      }
    case .waiting: break
    }
    if experiment.state != .done, experiment.state != .failed,
      let job = experiment.job
    {
      state += ", job \(job)"
      if let restarts = experiment.restarts, restarts > 0 {
        state += ", queued anew \(restarts) time\(restarts == 1 ? "" : "s")"
      }
    }
    return [
      experiment.upstream,
      experiment.task + (experiment.fold.map { " " + $0 } ?? ""),
      sparkline(experiment, of: run), state,
    ]
  }

  /// The ranking metric on the split that chooses, as far as training has
  /// come.
  private static func sparkline(
    _ experiment: RunStatus.Experiment, of run: RunStatus
  ) -> String {
    guard experiment.state != .waiting else { return "" }
    let curve = Scalars(folder: run.root + "/" + experiment.folder)
      .developmentCurve(of: experiment.metric?.name)
    return Sparkline(curve.map(\.y)).text
  }
}

extension RunStatus.Experiment {
  /// `training, step 20 of 150, 3.2 s left`.
  var position: String {
    var text = phase ?? "running"
    if let done, let total {
      text += text == "training" ? ", step " : " "
      text += "\(done) of \(total)"
    }
    if let note { text += ", " + note }
    // A note of its own pace knows better.
    if let left = secondsLeft, !text.hasSuffix(" left") {
      text += ", \(Duration.shown(seconds: left)) left"
    }
    return text
  }
}

extension Duration {
  /// `4.2 s`, `12 min`, `3.4 h`, `2.1 days`.
  static func shown(seconds: Double) -> String {
    switch seconds {
    case ..<90: String(format: "%.1f s", seconds)
    case ..<5400: String(format: "%.0f min", seconds / 60)
    case ..<172_800: String(format: "%.1f h", seconds / 3600)
    default: String(format: "%.1f days", seconds / 86_400)
    }
  }
}

extension String {
  /// The first line, with a sign if there are more.
  var firstLine: String {
    let lines = split(separator: "\n")
    return lines.count > 1 ? "\(lines[0]) …" : self
  }
}
