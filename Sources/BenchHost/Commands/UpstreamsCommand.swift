import ArgumentParser
import Diagnostics
import Foundation
import Upstreams

/// `superb upstreams`: whose hidden states can be measured.
struct UpstreamsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upstreams",
    abstract: "List the upstreams; with a name, show one.",
    discussion: """
      Beside the listed ones: python:module:Class is a class of your own, and
      features:DIR what you have extracted already. See docs/upstreams.md.
      """)

  @Argument(help: "An upstream's name.")
  var name: String?

  @Flag(help: "As data.")
  var json = false

  func run() throws {
    if let name {
      let description = try UpstreamRegistry.builtIn.describe(name)
      if json {
        try Console.printJSON(description)
      } else {
        show(description)
      }
      return
    }
    let registry = UpstreamRegistry.builtIn
    let all = try registry.names.map { try registry.describe($0) }
    if json {
      try Console.printJSON(all)
      return
    }
    Console.printTable(
      all.map {
        [
          $0.name, "\($0.layers) × \($0.dimension)",
          "\(Self.milliseconds($0)) ms", $0.title,
        ]
      })
  }

  private func show(_ description: UpstreamDescription) {
    Console.printTable([
      ["name", description.name],
      ["title", description.title],
      ["states", "\(description.layers)"],
      ["width", "\(description.dimension)"],
      ["frame shift", "\(Self.milliseconds(description)) ms"],
      ["parameters", "\(description.parameters)"],
      ["digest", description.digest],
    ])
  }

  /// Milliseconds between frames, at 16 kHz.
  private static func milliseconds(_ description: UpstreamDescription) -> String {
    String(format: "%g", description.samplesPerFrame / 16)
  }
}
