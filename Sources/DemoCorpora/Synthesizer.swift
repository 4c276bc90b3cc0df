import Diagnostics
import Files
import Foundation

/// Speech by the program espeak-ng, which is run once an utterance.
///
/// The same utterance gives the same samples with the same version of
/// espeak-ng. May be used from many threads at once.
struct Synthesizer: Sendable {
  private let program: String
  private let path: String
  /// What the program calls itself, such as "1.51".
  let version: String

  /// Finds the program, on PATH unless it has a slash.
  init(program: String = "espeak-ng") throws {
    self.program = program
    guard
      let path = try? Subprocess.find([], [program], for: "the demo corpora")
    else {
      throw UserError(
        "espeak-ng, which speaks the demo corpora, is not installed",
        at: program, fix: "apt-get install espeak-ng")
    }
    self.path = path
    let greeting = try Self.output(of: program, at: path, ["--version"])
    let words = String(decoding: greeting, as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).map(String.init)
    version =
      words.first { $0.first?.isNumber == true && $0.contains(".") }
      ?? "unknown"
  }

  /// The utterance at the program's own rate.
  func speak(_ utterance: Utterance) throws -> WaveFile {
    let voice = utterance.voice
    let delivery = utterance.delivery
    let pitch = max(0, min(99, voice.pitch + delivery.pitch))
    let speed = (Double(voice.speed) * delivery.rate).rounded()
    let range = Int((delivery.range * 100).rounded())
    let text = """
      <speak><prosody range="\(range)%">\(utterance.text)</prosody></speak>
      """
    let bytes = try Self.output(
      of: program, at: path,
      [
        "-b", "1", "-m", "--stdout", "-v", "\(voice.accent)+\(voice.variant)",
        "-p", "\(pitch)", "-s", "\(Int(max(80, min(450, speed))))", text,
      ])
    guard let wave = WaveFile(bytes), wave.samples.contains(where: { $0 != 0 })
    else {
      throw UserError(
        "no speech came for '\(utterance.text)' in voice"
          + " \(voice.accent)+\(voice.variant)",
        at: program, fix: "use espeak-ng 1.50 or newer with its voices")
    }
    return wave
  }
}

// MARK: - Running the program

extension Synthesizer {
  /// What the program writes to its standard output.
  private static func output(
    of program: String, at path: String, _ arguments: [String]
  ) throws -> [UInt8] {
    var order = ChildProcess.Program(path, arguments)
    order.leadsSession = false
    let (child, reading) = try start(order)
    let bytes = try withExtendedLifetime(reading) {
      try FileHandle(fileDescriptor: reading.descriptor).readToEnd()
    }
    while true {
      switch child.poll() {
      case .exited(0): return Array(bytes ?? Data())
      case .exited(let code):
        throw UserError("failed with wait status \(code << 8)", at: program)
      case .signalled(let signal):
        throw UserError("failed with wait status \(signal)", at: program)
      case nil: usleep(100)
      }
    }
  }

  /// A running child, and the reading end of its standard output, which ends
  /// with it: nobody here holds the writing end.
  private static func start(
    _ program: ChildProcess.Program
  ) throws -> (ChildProcess, RawFile) {
    let (reading, writing) = try RawFile.pipe()
    let child = try withExtendedLifetime(writing) {
      try ChildProcess(program, descriptors: [-1, writing.descriptor, -1])
    }
    return (child, reading)
  }
}
