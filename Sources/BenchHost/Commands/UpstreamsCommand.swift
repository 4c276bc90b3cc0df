import ArgumentParser
import Diagnostics
import Foundation
import Upstreams

/// `superb upstreams`: whose hidden states can be measured.
struct UpstreamsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upstreams",
    abstract: "List the upstreams; with a name, show one.")

  @Argument(help: "An upstream's name.")
  var name: String?

  @Flag(help: "As data.")
  var json = false

  @Flag(help: "Fetch the weights of the named upstream if they are not here.")
  var download = false

  func run() throws {
    let registry = UpstreamRegistry.builtIn
    guard let name else {
      let all = try registry.members.map {
        ListedUpstream(
          $0, try registry.isAtHand($0.name) ? registry.describe($0.name) : nil)
      }
      if json {
        try Console.printJSON(all)
      } else {
        Console.printTable(all.map(\.row))
      }
      return
    }
    guard try download || registry.isAtHand(name) else {
      throw UserError(
        "the weights of '\(name)' are not on this machine",
        fix: "superb upstreams --download \(name) fetches them; so does a run")
    }
    let description = try registry.describe(name)
    if json {
      try Console.printJSON(description)
    } else {
      show(description)
    }
  }

  private func show(_ description: UpstreamDescription) {
    let rows: [(String, String?)] = [
      ("name", description.name),
      ("title", description.title),
      ("states", "\(description.layers)"),
      ("width", "\(description.dimension)"),
      ("frame shift", "\(Self.milliseconds(description)) ms"),
      ("receptive field", description.receptiveField.map {
        String(format: "%g ms", Double($0) / 16)
      }),
      ("parameters", "\(description.parameters)"),
      ("licence", description.licence),
      ("weights", description.weights),
      ("digest", description.digest),
    ]
    Console.printTable(
      rows.compactMap { row in row.1.map { [row.0, $0] } })
  }

  /// Milliseconds between frames, at 16 kHz.
  fileprivate static func milliseconds(_ description: UpstreamDescription) -> String {
    String(format: "%g", description.samplesPerFrame / 16)
  }
}

/// A line of the listing: what is known of an upstream without fetching its
/// weights, and the rest if they are here.
private struct ListedUpstream: Encodable {
  var name: String
  var aliases: [String]
  var title: String
  var isAtHand: Bool
  var description: UpstreamDescription?

  init(_ member: UpstreamFamily.Member, _ description: UpstreamDescription?) {
    name = member.name
    aliases = member.aliases
    title = member.title
    isAtHand = description != nil
    self.description = description
  }

  var row: [String] {
    guard let description else { return [name, "to be fetched", "", title] }
    return [
      name, "\(description.layers) × \(description.dimension)",
      "\(UpstreamsCommand.milliseconds(description)) ms", title,
    ]
  }

  /// The fields of the description are the listing's own.
  func encode(to encoder: any Encoder) throws {
    try description?.encode(to: encoder)
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(name, forKey: .name)
    try fields.encode(aliases, forKey: .aliases)
    try fields.encode(title, forKey: .title)
    try fields.encode(isAtHand, forKey: .isAtHand)
  }

  private enum Key: String, CodingKey {
    case name, aliases, title, isAtHand
  }
}
