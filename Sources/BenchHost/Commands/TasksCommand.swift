import ArgumentParser
import Diagnostics
import Foundation
import Hosting
import Records

/// `superb tasks`: what can be run.
struct TasksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tasks", abstract: "List the tasks; with a name, show one.")

  @OptionGroup var shared: BenchmarkOptions

  @Argument(help: "A task's id or alias.")
  var name: String?

  @Flag(help: "As data.")
  var json = false

  private struct Listing: Encodable {
    struct Broken: Encodable {
      var name: String
      var origin: String
      var reason: String
    }
    var tasks: [TaskDescription]
    var broken: [Broken]
  }

  func run() throws {
    let catalog = try shared.catalog(shared.located())
    if let name {
      try show(catalog.entry(named: name))
      return
    }
    if json {
      try Console.printJSON(
        Listing(
          tasks: catalog.entries.map(\.description),
          broken: catalog.broken.map {
            Listing.Broken(name: $0.name, origin: $0.origin, reason: $0.reason)
          }))
      return
    }
    Console.printTable(
      catalog.entries.map { entry in
        let task = entry.description
        // The one that ranks; `superb tasks NAME` has the others.
        let metric = task.metrics.first.map {
          $0.title + ($0.higherIsBetter ? " ↑" : " ↓")
        }
        return [
          task.id, metric ?? "", task.title + Self.aliases(of: task),
        ]
      })
    for broken in catalog.broken {
      StandardError.note(
        "broken: \(broken.name) (\(broken.origin)): \(broken.reason)")
    }
    for entry in catalog.shadowed {
      StandardError.note(
        "not used: \(entry.description.id) in \(entry.origin), an earlier one"
          + " has its name")
    }
  }

  private func show(_ entry: TaskCatalog.Entry) throws {
    let task = entry.description
    if json {
      try Console.printJSON(task)
      return
    }
    var rows = [
      ["id", task.id + Self.aliases(of: task)],
      ["title", task.title],
      ["summary", task.summary],
      ["version", "\(task.version)"],
      [
        "metrics",
        task.metrics.map {
          "\($0.name) (\($0.title), \($0.unit.rawValue), "
            + ($0.higherIsBetter ? "higher" : "lower") + " is better)"
        }.joined(separator: "; "),
      ],
      ["corpora", task.corpora.joined(separator: ", ")],
      ["test splits", task.testSplits.joined(separator: ", ")],
    ]
    if let folds = task.folds {
      rows.append(["folds", folds.names.joined(separator: ", ")])
    }
    rows.append(["from", entry.origin])
    rows.append(["configuration", entry.configPath ?? "none"])
    Console.printTable(rows)
  }

  private static func aliases(of task: TaskDescription) -> String {
    task.aliases.isEmpty
      ? "" : " (also \(task.aliases.joined(separator: ", ")))"
  }
}
