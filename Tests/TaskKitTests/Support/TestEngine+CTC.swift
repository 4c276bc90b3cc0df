import Foundation
import TaskABI

extension TestEngine {
  /// Adds the CTC loss (Graves et al. 2006, the forward recursion over the
  /// labels with blanks between them) to the table, and recurrent layers
  /// whose outputs are all zero.
  func offerSequences() {
    losses.pointee.ctc_loss = {
      x, offsets, count, targets, ends, blank, zeroInfinity in
      guard let x = TestEngine.at(x) else { return nil }
      let losses = (0..<Int(count)).map { i -> Double in
        let labels = (Int(ends![i])..<Int(ends![i + 1])).map {
          Int(targets![$0])
        }
        let rows = (Int(offsets![i])..<Int(offsets![i + 1])).map { row in
          (0..<x.width).map {
            Foundation.exp(Double(x.list[row * x.width + $0]))
          }
        }
        let loss = -log(TestEngine.probability(labels, Int(blank), rows))
        let finite = loss.isFinite || zeroInfinity == 0 ? loss : 0
        return finite / Double(max(labels.count, 1))
      }
      return x.engine.make(
        [], [Float(losses.reduce(0, +) / Double(losses.count))])
    }
    sequences.pointee.lstm = { x, offsets, count, weights, layers, both in
      guard let x = TestEngine.at(x),
        let recurrent = TestEngine.at(weights![0]!.pointee.recurrent)
      else { return nil }
      let width = recurrent.width * (both == 0 ? 1 : 2)
      return x.engine.make(
        [x.shape[0], width],
        Swift.Array(repeating: 0, count: x.shape[0] * width))
    }
  }

  /// The probability of a labelling under rows of probabilities.
  private static func probability(
    _ labels: [Int], _ blank: Int, _ rows: [[Double]]
  ) -> Double {
    let states = [blank] + labels.flatMap { [$0, blank] }
    var alpha = [1.0] + Swift.Array(repeating: 0, count: states.count - 1)
    for (time, row) in rows.enumerated() {
      alpha = states.indices.map { s in
        var sum = time == 0 ? (s < 2 ? 1 : 0) : alpha[s]
        if time > 0, s > 0 { sum += alpha[s - 1] }
        if time > 0, s > 1, states[s] != blank, states[s] != states[s - 2] {
          sum += alpha[s - 2]
        }
        return sum * row[states[s]]
      }
    }
    return alpha.suffix(2).reduce(0, +)
  }
}

extension TestHost {
  /// Takes the text of a file for its number of samples at 16 kHz, so that
  /// tests need no audio.
  func readsLengthsAsText() {
    table.pointee.audio_info = { me, path, info in
      guard
        let text = try? String(
          contentsOfFile: String(cString: path!), encoding: .utf8),
        let samples = Int64(text)
      else { return SUPERB_IO }
      info!.pointee.channels = 1
      info!.pointee.sample_rate = 16_000
      info!.pointee.samples = samples
      return SUPERB_OK
    }
  }
}
