import ArgumentParser
import Diagnostics
import Foundation
import Runs
import Upstreams

/// `superb cache`: stored hidden states.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Look after stored hidden states.",
    subcommands: [List.self, Verify.self, Prune.self])

  struct Location: ParsableArguments {
    @Option(help: "The benchmark's file; benchmark.yaml if there is one.")
    var benchmark: String?

    func store() throws -> FeatureStore {
      try FeatureStore(
        root: Benchmark.located(benchmark).cacheFolder.features)
    }
  }

  /// `superb cache list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the upstreams with stored states.")

    @OptionGroup var location: Location
    @Flag(help: "As data.")
    var json = false

    func run() throws {
      let stored = try location.store().list()
      if json {
        try Console.printJSON(stored)
        return
      }
      if stored.isEmpty { StandardError.note("nothing is stored") }
      Console.printTable(
        stored.map {
          [
            $0.name, String($0.digest.prefix(12)), "\($0.blocks) blocks",
            String(format: "%.1f MB", Double($0.bytes) / 1e6),
            String(format: "%.1f min", $0.audioSeconds / 60),
            $0.precisions.map(\.rawValue).joined(separator: ", "),
          ]
        })
    }
  }

  /// `superb cache verify`.
  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check every block's checksum; drop what is damaged.")

    @OptionGroup var location: Location

    func run() throws {
      let stored = try location.store().verify()
      let blocks = stored.map(\.blocks).reduce(0, +)
      let damaged = stored.map(\.damaged).reduce(0, +)
      print("\(blocks) blocks are whole, \(damaged) were damaged")
      if damaged > 0 {
        print("damaged blocks are computed again when they are needed")
      }
    }
  }

  /// `superb cache prune`.
  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete stored states that are no longer wanted.")

    @OptionGroup var location: Location

    @Option(help: "Those of one upstream, by name or digest.")
    var upstream: String?

    @Option(
      help: ArgumentHelp(
        "Those not used for so many days.", valueName: "days"))
    var olderThan: Double?

    @Option(
      help: ArgumentHelp(
        "The oldest, until at most so much is left: 500M, 20G.",
        valueName: "size"))
    var maximum: String?

    func run() throws {
      try require(
        upstream != nil || olderThan != nil || maximum != nil,
        "say what to delete: --upstream, --older-than or --maximum")
      let report = try location.store().prune(
        upstream: upstream,
        olderThan: olderThan.map { Date(timeIntervalSinceNow: -$0 * 86_400) },
        maximumBytes: try maximum.map(Self.bytes))
      print(
        "\(report.removedBlocks) blocks removed, "
          + String(format: "%.1f MB freed", Double(report.freedBytes) / 1e6))
      if report.packsInUse > 0 {
        print("\(report.packsInUse) files are being written to and stay")
      }
    }

    static func bytes(_ text: String) throws -> Int {
      let units: [Character: Double] = [
        "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
      ]
      let unit = text.uppercased().last.flatMap { units[$0] }
      let number = unit == nil ? text : String(text.dropLast())
      guard let value = Double(number), value >= 0 else {
        throw UserError(
          "'\(text)' is no size", at: "--maximum", fix: "say 500M or 20G")
      }
      return Int(value * (unit ?? 1))
    }
  }
}
