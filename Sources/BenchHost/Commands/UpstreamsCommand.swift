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
      """,
    subcommands: [ListUpstreamsCommand.self, CheckUpstreamCommand.self],
    defaultSubcommand: ListUpstreamsCommand.self)
}

/// Without a subcommand: the listing, or one upstream.
struct ListUpstreamsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the upstreams; with a name, show one.")

  @Argument(help: "An upstream's name.")
  var name: String?

  @Flag(help: "As data.")
  var json = false

  @Flag(help: "Fetch the weights of the named upstream if they are not here.")
  var download = false

  @Flag(
    help: "Compare the named upstream with the states that s3prl publishes.")
  var verify = false

  @Option(
    help: ArgumentHelp(
      "The folder with these, laid out as s3prl/sample_hidden_states is.",
      valueName: "folder"))
  var against: String?

  func validate() throws {
    if verify, name == nil || against == nil {
      throw ValidationError("--verify wants a name and --against FOLDER")
    }
  }

  func run() throws {
    let registry = UpstreamRegistry.builtIn
    if verify, let name, let against {
      return try verify(name, against, in: registry)
    }
    guard let name else {
      let all = registry.members.map { ListedUpstream($0, in: registry) }
      if json {
        try Console.printJSON(all)
      } else {
        Console.printTable(all.map(\.row))
      }
      return
    }
    if try download || registry.isAtHand(name) {
      let description = try registry.describe(name)
      if json {
        try Console.printJSON(description)
      } else {
        Self.show(Self.rows(description))
      }
      return
    }
    let listed = ListedUpstream(
      registry.member(name) ?? .init(name, title: "a model of the hub"),
      in: registry)
    if json {
      try Console.printJSON(listed)
    } else {
      Self.show(listed.rows)
    }
  }

  private func verify(
    _ name: String, _ folder: String, in registry: UpstreamRegistry
  ) throws {
    let upstream = try registry.make(name)
    let found = try ReferenceComparison(
      upstream, against: folder,
      named: (name as NSString).lastPathComponent)
    if json {
      try Console.printJSON(found)
    } else {
      var rows = found.states.enumerated().map { index, state -> [String] in
        let difference = String(
          format: "by %.2g at most, of %.3g", state.difference, state.largest)
        let padded = String(format: "padded: %.2g", state.differenceInCompany)
        return [
          "state \(index)", state.agrees ? "agrees" : "differs", difference,
          padded,
        ]
      }
      if let problem = found.problem { rows.append(["✗", problem]) }
      Console.printTable(rows)
    }
    if !found.agrees { throw ArgumentParser.ExitCode(ExitCode.someFailed) }
  }

  fileprivate typealias Row = (label: String, value: String?)

  private static func show(_ rows: [Row]) {
    Console.printTable(
      rows.compactMap { row in row.value.map { [row.label, $0] } })
  }

  private static func rows(_ description: UpstreamDescription) -> [Row] {
    let rows: [Row] = [
      ("name", description.name),
      ("title", description.title),
      ("states", "\(description.layers)"),
      ("width", "\(description.dimension)"),
      ("hears", description.samplingRate.map { "audio at \($0) Hz" }),
      ("stride", Self.samples(description.samplesPerFrame)),
      (
        "receptive field",
        description.receptiveField.map { Self.samples(Double($0)) }
      ),
      ("parameters", "\(description.parameters)"),
      ("licence", description.licence),
      ("weights", description.weights),
      ("digest", description.digest),
    ]
    let titles = (description.stateTitles ?? []).enumerated()
    return rows + titles.map { (label: "state \($0)", value: $1) }
  }

  /// `320 samples, 20 ms`.
  private static func samples(_ count: Double) -> String {
    String(format: "%g samples, ", count) + milliseconds(count)
  }

  /// So many samples at 16 kHz.
  fileprivate static func milliseconds(_ samples: Double) -> String {
    String(format: "%g ms", samples / 16)
  }
}

/// A line of the listing: what is known of an upstream without fetching its
/// weights, and the rest if they are here.
private struct ListedUpstream: Encodable {
  var name: String
  var aliases: [String]
  var title: String
  var licence: String?
  var isAtHand: Bool
  /// Where its weights are, or are looked for.
  var weights: String?
  var description: UpstreamDescription?
  /// Why what is here cannot be used.
  var problem: String?

  init(_ member: UpstreamFamily.Member, in registry: UpstreamRegistry) {
    name = member.name
    aliases = member.aliases
    title = member.title
    licence = member.licence
    weights = (try? registry.place(member.name)) ?? nil
    isAtHand = (try? registry.isAtHand(member.name)) ?? false
    guard isAtHand else { return }
    // One broken file must not hide the other upstreams.
    do {
      description = try registry.describe(member.name)
    } catch {
      problem = "\(error)"
    }
  }

  var row: [String] {
    guard let description else {
      return [
        name, problem == nil ? "to be fetched" : "not readable", "", title,
      ]
    }
    return [
      name, "\(description.layers) × \(description.dimension)",
      ListUpstreamsCommand.milliseconds(description.samplesPerFrame), title,
    ]
  }

  /// Of an upstream whose weights are not here.
  var rows: [ListUpstreamsCommand.Row] {
    [
      ("name", name),
      ("aliases", aliases.isEmpty ? nil : aliases.joined(separator: ", ")),
      ("title", title),
      ("licence", licence),
      ("weights", weights.map { "not here; looked for in \($0)" }),
      ("to fetch them", "superb upstreams --download \(name), or run it"),
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
    try fields.encodeIfPresent(problem, forKey: .problem)
    if description == nil {
      try fields.encodeIfPresent(licence, forKey: .licence)
      try fields.encodeIfPresent(weights, forKey: .weights)
    }
  }

  private enum Key: String, CodingKey {
    case name, aliases, title, licence, isAtHand, weights, problem
  }
}
