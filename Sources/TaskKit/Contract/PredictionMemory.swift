import TaskABI

/// The C structs of one prediction, freed with it.
final class PredictionMemory {
  let prediction: UnsafePointer<superb_prediction>
  private let memory = CrossingMemory()

  init(
    id: String?, predicted: String, truth: String?,
    scores: [String: [Double]] = [:], attributes: [String: String] = [:]
  ) {
    var table = superb_prediction()
    table.struct_size = sizeField(of: superb_prediction.self)
    table.id = id.map(memory.text)
    table.predicted = memory.text(predicted)
    table.truth = truth.map(memory.text)
    if !scores.isEmpty {
      table.score_count = UInt32(clamping: scores.count)
      table.scores = memory.pointers(
        scores.sorted { $0.key < $1.key }.map { [memory] label, values in
          var score = superb_score()
          score.struct_size = sizeField(of: superb_score.self)
          score.label = memory.text(label)
          score.values = memory.list(values)
          score.count = Int64(values.count)
          return memory.value(score)
        })
    }
    if !attributes.isEmpty {
      table.attribute_count = UInt32(clamping: attributes.count)
      table.attributes = memory.attributes(attributes)
    }
    prediction = memory.value(table)
  }
}
