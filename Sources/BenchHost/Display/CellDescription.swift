import Diagnostics
import Foundation
import Page
import Records
import Runs

/// An experiment in words.
struct CellDescription {
  let cell: FoundCell

  init(_ cell: FoundCell) { self.cell = cell }

  /// As data.
  struct Content: Encodable {
    var signature: String
    var folder: String
    var state: String
    var settings: [FoundCell.Setting]
    var parameters: [FoundCell.Parameter]
    var utterances: [String: Int]
    var metrics: [ExperimentResult.Metric]
    var commands: [CellRecord.Command]
  }

  var data: Content {
    Content(
      signature: cell.record.signature, folder: cell.folder, state: state,
      settings: cell.settings, parameters: cell.parameters,
      utterances: cell.counts?.utterances ?? [:],
      metrics: cell.result?.metrics ?? [], commands: cell.record.commands)
  }

  /// `done, accuracy 61.57 % in 4.2 s`, `training, step 20 of 150, …`.
  var state: String {
    if let result = cell.result {
      guard result.status == .done else {
        return "failed: " + (result.failure?.reason ?? "no reason").firstLine
      }
      return "done, " + (result.primaryMetric?.shown ?? "no figures") + " in "
        + Duration.shown(seconds: result.cost.wallSeconds)
    }
    let states = cell.states.map { state in
      let fold = state.fold.map { $0 + ": " } ?? ""
      let isIdle = state.state == .waiting
      return fold
        + (isIdle
          ? (cell.trainedFolders.isEmpty ? "registered" : "waiting")
          : state.state == .interrupted
            ? "interrupted while \(state.position)"
            : state.state == .running ? state.position : state.state.rawValue)
    }
    return states.isEmpty
      ? (cell.trainedFolders.isEmpty ? "registered, not run" : "not finished")
      : states.joined(separator: "; ")
  }

  func show() {
    var lines = [
      ["signature", cell.record.signature], ["folder", cell.folder],
      ["state", state],
    ]
    for metric in cell.result?.metrics ?? [] {
      lines.append(["\(metric.split)", metric.shown])
    }
    if let step = cell.result?.bestStep {
      lines.append(["best step", "\(step)"])
    }
    if let counts = cell.counts {
      lines.append([
        "utterances",
        counts.utterances.sorted { $0.key < $1.key }
          .map { "\($0.key) \($0.value)" }.joined(separator: ", "),
      ])
    }
    for command in cell.record.commands {
      lines.append([
        "run",
        "\(command.time) by \(command.user) on \(command.host), superb"
          + " \(command.version), in \(command.folder): \(command.line)",
      ])
    }
    Console.printTable(lines)
    showHead()
    showLayers()
    print("\nsettings")
    Console.printTable(
      cell.settings.map { ["  " + $0.key, $0.value, $0.origin] })
    for warning in cell.result?.warnings ?? [] { print("warning: \(warning)") }
  }

  /// How much of each layer the head takes.
  private func showLayers() {
    guard let result = cell.result,
      let weights = LayerWeights(of: result, in: cell.folder)
    else { return }
    print(
      "\nlayer weights of \(weights.file)"
        + (weights.parts == nil
          ? "" : "; with the mean norm of the states, which bars show"))
    for line in weights.lines(width: Console.width ?? 80) { print(line) }
  }

  private func showHead() {
    let parameters = cell.parameters
    guard !parameters.isEmpty else { return }
    let count = parameters.map(\.count).reduce(0, +)
    print("\nhead: \(count) numbers in parameters and buffers")
    Console.printTable(
      parameters.map {
        [
          "  " + $0.name, $0.shape.map(String.init).joined(separator: " × "),
          "\($0.count)",
        ]
      })
  }
}
