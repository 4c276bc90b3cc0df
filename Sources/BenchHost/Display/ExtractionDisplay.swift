import Diagnostics
import Foundation
import Upstreams

/// Shows how an extraction goes, on standard error: one line that is drawn
/// again on a terminal, else a forecast and a line every half minute.
final class ExtractionDisplay {
  private let isTerminal = StandardError.isTerminal
  private var lastTime = Date()
  private var hasForecast = false
  private var hasLine = false

  func announce(_ forecast: ExtractionForecast) {
    guard forecast.utterances > 0 else { return }
    hasForecast = forecast.seconds != nil
    StandardError.note("\(forecast.utterances) files: \(forecast.summary)")
  }

  func show(_ progress: ExtractionProgress) {
    let line = "\(progress.done)/\(progress.total) files, \(progress.pace)"
    if isTerminal {
      hasLine = true
      StandardError.draw(line)
      return
    }
    // A forecast as soon as there is one, if it is worth a line.
    let isForecast =
      !hasForecast && progress.secondsLeft.map { $0 > 10 } ?? false
    guard isForecast || Date().timeIntervalSince(lastTime) > 30 else { return }
    hasForecast = hasForecast || isForecast
    lastTime = Date()
    StandardError.note(line)
  }

  func finish() {
    guard hasLine else { return }
    hasLine = false
    StandardError.draw("")
  }
}
