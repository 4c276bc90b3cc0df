import Diagnostics
import Records

extension LayerChoice {
  /// - Parameters:
  ///   - metric: better values win; of equal ones the shallowest layer.
  ///   - evaluate: what the task reports with a layer on a split.
  /// - Returns: nil if there is nothing to choose.
  /// - Throws: `UserError` if the task does not report the metric.
  package static func made(
    on split: String, by metric: TaskDescription.Metric,
    among layers: Range<Int>,
    evaluate: (_ layer: Int, _ split: String) throws -> SplitRecords
  ) throws -> LayerChoice? {
    guard layers.count > 1 else { return nil }
    let values = try layers.map { layer -> Double in
      let records = try evaluate(layer, split)
      guard
        let value = records.metrics.last(where: { $0.name == metric.name })?
          .value
      else {
        throw UserError(
          "the task reports no \(metric.name) on \(split), by which the layer"
            + " is to be chosen")
      }
      return value
    }
    var best = 0
    for layer in values.indices.dropFirst() {
      let isBetter =
        metric.higherIsBetter
        ? values[layer] > values[best] : values[layer] < values[best]
      if isBetter || values[best].isNaN { best = layer }
    }
    return LayerChoice(
      layer: layers[best], split: split, metric: metric.name, values: values)
  }
}
