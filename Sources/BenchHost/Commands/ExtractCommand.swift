import ArgumentParser
import Diagnostics
import Foundation
import Tensors
import Upstreams

/// `superb extract`: hidden states of the user's own audio, in one file.
struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Write hidden states of audio files to a safetensors file.",
    discussion: """
      For each audio file one tensor, named like the file without folder and
      extension: [layers, frames, width], float32. Python reads it with
      safetensors.numpy.load_file(…).

        superb extract --upstream mfcc recordings/ --out states.safetensors

      Audio that cannot be used is named, the rest is done, and the exit code
      is 1. What was stopped goes on where it was when the same command is
      given again.
      """)

  @Option(
    name: [.customShort("u"), .long],
    help: "Whose hidden states; superb upstreams lists them.")
  var upstream: String

  @Argument(
    help: "Audio files, folders of them, or quoted patterns.")
  var audio: [String]

  @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
  var out: String

  @Option(
    name: [.customShort("l"), .long], parsing: .unconditional,
    help: ArgumentHelp(
      "One layer alone; negative from the last.", valueName: "index"))
  var layer: Int?

  @Option(help: "Utterances at a time; as many as there are cores.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Say at the end what was done, as data.")
  var json = false

  func validate() throws {
    try require(jobs >= 1, "--jobs takes 1 or more")
  }

  func run() throws {
    Interruption.handleSignals()
    // As workers do, so that states are theirs bit by bit.
    Engine.flushSubnormals()
    let list = try UtteranceList(audio)
    let extraction = try StateFileExtraction(
      upstream: UpstreamRegistry.builtIn.make(upstream), list: list,
      layer: layer, threads: jobs)
    let display = ExtractionDisplay()
    display.announce(
      try extraction.forecast(
        for: out, isCancelled: { Interruption.isRequested }))
    let outcome: StateFileExtraction.Outcome
    do {
      outcome = try extraction.write(
        to: out, progress: { display.show($0) },
        isCancelled: { Interruption.isRequested })
    } catch is CancellationError {
      display.finish()
      StandardError.note("interrupted; the same command goes on from here")
      throw ArgumentParser.ExitCode(ExitCode.interrupted)
    }
    display.finish()
    try report(outcome)
    if !outcome.failures.isEmpty {
      throw ArgumentParser.ExitCode(ExitCode.someFailed)
    }
  }

  private func report(_ outcome: StateFileExtraction.Outcome) throws {
    for failure in outcome.failures {
      StandardError.note("failed: \(failure.path): \(failure.reason)")
    }
    if json {
      try Console.printJSON(Summary(out: out, outcome))
    } else if outcome.utterances > 0 {
      let speed = outcome.audioSeconds / max(outcome.elapsedSeconds, 1e-9)
      print(
        "\(out): \(outcome.utterances) utterances, "
          + ExtractionForecast.text(bytes: outcome.bytes)
          + (outcome.resumed > 0 ? ", \(outcome.resumed) from before" : "")
          + (speed > 0 ? String(format: ", %.0f × real time", speed) : ""))
    } else {
      StandardError.note("nothing was written")
    }
  }

  private struct Summary: Encodable {
    var out: String?
    var utterances: Int
    var resumed: Int
    var audioSeconds: Double
    var bytes: Int
    var elapsedSeconds: Double
    var failures: [ExtractionFailure]

    init(out: String, _ outcome: StateFileExtraction.Outcome) {
      self.out = outcome.utterances > 0 ? out : nil
      utterances = outcome.utterances
      resumed = outcome.resumed
      audioSeconds = outcome.audioSeconds
      bytes = outcome.bytes
      elapsedSeconds = outcome.elapsedSeconds
      failures = outcome.failures
    }
  }
}
