import Foundation
import Records
import Weights

/// How much of each layer a head has learned to take.
package struct LayerWeights: Equatable, Sendable {
  /// Shares that add up to 1, the shallowest layer first.
  package var shares: [Double]
  /// The checkpoint's file.
  package var file: String
  package var step: Int?
  /// What each layer brings to the sum: its share times the mean length of
  /// its states, as shares that add up to 1; nil if lengths are not known.
  package private(set) var parts: [Double]?

  /// Of the checkpoint that the result's figures come from, else of the last
  /// one; nil if there is none, or if there was nothing to weigh.
  package init?(of result: ExperimentResult, in folder: String) {
    let fold = result.folds.first.map { "/" + $0.name } ?? ""
    let step = result.bestStep ?? result.folds.first?.bestStep
    let place = folder + fold
    guard
      let names = try? FileManager.default.contentsOfDirectory(atPath: place)
    else { return nil }
    var best: LayerWeights?
    for name in names.sorted() where name.hasSuffix(".ckpt") {
      guard let file = try? SafeTensors(path: place + "/" + name),
        let tensor = file.names.first(where: {
          $0.hasSuffix("featurizer.weights") && !$0.hasPrefix("optimizer")
        }), let weights = try? file.floats(tensor), weights.count > 1
      else { continue }
      let own = file.metadata["step"].flatMap(Int.init)
      if let best, best.step == step || (own ?? 0) < (best.step ?? 0) {
        continue
      }
      best = LayerWeights(
        logits: weights.map(Double.init), file: name, step: own)
    }
    guard var best else { return nil }
    if let norms = StateNorms.read(fromFolder: place)?.norms,
      norms.count == best.shares.count
    {
      let lengths = zip(best.shares, norms).map { $0 * $1 }
      let sum = lengths.reduce(0, +)
      best.parts = sum > 0 ? lengths.map { $0 / sum } : nil
    }
    self = best
  }

  /// For a terminal of so many columns: a bar a layer.
  package func lines(width: Int) -> [String] {
    let shown = parts ?? shares
    return TextBars(
      shares.enumerated().map { layer, share in
        let part = parts.map { String(format: "  %5.1f %%", $0[layer] * 100) }
        return (
          "\(layer)", String(format: "%5.1f %%", share * 100) + (part ?? ""),
          shown[layer]
        )
      }, width: width
    ).lines
  }

  /// The softmax of the weights as they are trained.
  init(logits: [Double], file: String, step: Int?) {
    let highest = logits.max() ?? 0
    let powers = logits.map { exp($0 - highest) }
    let sum = powers.reduce(0, +)
    shares = powers.map { $0 / sum }
    self.file = file
    self.step = step
  }

  /// The layer that one ends up at on average.
  package var centre: Double {
    shares.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
  }
}
