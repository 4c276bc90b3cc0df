import ArgumentParser
import Diagnostics
import Foundation
import Upstreams

/// `superb upstreams check NAME`: an upstream tried on some seconds of noise.
struct CheckUpstreamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Try an upstream: shapes, frame shift, determinism, speed.",
    discussion: """
      Exit codes: 0 it keeps what is promised of it, 1 it does not, 2 it does
      not run.
      """)

  @Argument(help: "The upstream's name.")
  var name: String

  @Option(help: "Threads to try; as many as there are cores unless said.")
  var threads: Int?

  @Option(help: "Seconds of each utterance that speed is measured with.")
  var seconds = 1

  @Flag(help: "As data.")
  var json = false

  func run() throws {
    let found = try UpstreamCheck(
      UpstreamRegistry.builtIn.make(name),
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
      seconds: seconds)
    if json {
      try Console.printJSON(found)
    } else {
      Console.printTable(rows(found))
    }
    if !found.problems.isEmpty {
      throw ArgumentParser.ExitCode(ExitCode.someFailed)
    }
  }

  private func rows(_ found: UpstreamCheck) -> [[String]] {
    func yes(_ holds: Bool) -> String { holds ? "yes" : "no" }
    let shift = String(
      format: "%g samples, %g ms; measured %g", found.samplesPerFrame,
      found.samplesPerFrame / 16, found.measuredSamplesPerFrame)
    let shortest =
      found.shortest.map { "\($0) samples or fewer" }
      ?? "half a second is too short"
    let speed = String(
      format: "%.3g × real time on a thread, %.3g × on %d", found.speed,
      found.speedOnAllThreads, found.threads)
    var rows: [[String]] = [
      ["states", "\(found.layers) × \(found.dimension)"],
      ["frame shift", shift],
      ["shortest audio", shortest],
      ["same bits again", yes(found.isDeterministic)],
      ["same bits in company", yes(found.isSameInCompany)],
      ["speed", speed],
      ["space", "\(found.bytesPerSecond) bytes a second, in single precision"],
    ]
    for problem in found.problems { rows.append(["✗", problem]) }
    return rows
  }
}
