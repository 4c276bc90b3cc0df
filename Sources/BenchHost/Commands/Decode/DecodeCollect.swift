import ArgumentParser
import Decoding

/// `superb decode collect`.
struct DecodeCollect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract: "Show the best trials of sweeps.")

  @Argument(help: "A sweep's folder, or one with many of them.")
  var folder: String

  @Flag(help: "All trials, best first, as data.")
  var json = false

  func run() throws {
    let ranked = SweepLog.ranked(try SweepLog.collect(folder))
    if json {
      try Console.printJSON(SweepDisplay.rows(ranked))
    } else {
      let names = Set(ranked.flatMap { $0.settings.keys }).sorted()
      SweepDisplay.show(ranked, names: names)
    }
  }
}
