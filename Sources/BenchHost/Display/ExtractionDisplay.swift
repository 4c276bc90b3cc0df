import Foundation
import Upstreams

/// Shows how an extraction goes, on standard error: one line that is drawn
/// again on a terminal, else a forecast and a line every half minute.
final class ExtractionDisplay {
  private let isTerminal = Console.errorIsTerminal
  private var lastTime = Date()
  private var hasForecast = false
  private var hasLine = false

  func announce(_ forecast: ExtractionForecast) {
    guard forecast.utterances > 0 else { return }
    hasForecast = forecast.seconds != nil
    Console.note("\(forecast.utterances) files: \(forecast.summary)")
  }

  func show(_ progress: ExtractionProgress) {
    let line = "\(progress.done)/\(progress.total) files, \(progress.pace)"
    if isTerminal {
      hasLine = true
      FileHandle.standardError.write(Data("\r\u{1b}[2K\(line)".utf8))
      return
    }
    // A forecast as soon as there is one, if it is worth a line.
    let isForecast =
      !hasForecast && progress.secondsLeft.map { $0 > 10 } ?? false
    guard isForecast || Date().timeIntervalSince(lastTime) > 30 else { return }
    hasForecast = hasForecast || isForecast
    lastTime = Date()
    Console.note(line)
  }

  func finish() {
    guard hasLine else { return }
    hasLine = false
    FileHandle.standardError.write(Data("\r\u{1b}[2K".utf8))
  }
}
