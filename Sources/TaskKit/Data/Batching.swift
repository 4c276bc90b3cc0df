/// The usual batches of a split: in training every utterance once, in an order
/// drawn for the epoch; in evaluation the utterances as they stand.
public struct Batching {
  private let context: TaskContext
  private let trainingSize: Int
  private let evaluationSize: Int
  private let cropLength: Int?
  private let cropCount: Int

  /// Reads two sizes of batches, `train` and `evaluation` if `keys` do not
  /// stand in the configuration. With `crops`, training hears a random piece
  /// of a long utterance, of `datarc.max_timestep` samples, one of
  /// `datarc.crops` pieces.
  public init(
    _ context: TaskContext, train: Int, evaluation: Int, crops: Bool = false,
    keys: (train: String, evaluation: String) = (
      "datarc.train_batch_size", "datarc.eval_batch_size"
    )
  ) throws {
    self.context = context
    let config = context.config
    trainingSize = try config.integer(keys.train, default: train, atLeast: 1)
    evaluationSize = try config.integer(
      keys.evaluation, default: evaluation, atLeast: 1)
    cropLength =
      crops
      ? try config.integer("datarc.max_timestep", default: 128_000, atLeast: 1)
      : nil
    cropCount =
      crops ? try config.integer("datarc.crops", default: 4, atLeast: 1) : 0
  }

  /// The batches of `items`, which are all of the pass's split.
  public func callAsFunction(
    _ items: [Item], for pass: Pass
  ) throws -> BatchPlan {
    guard pass.isTraining else {
      return try BatchPlan.sequential(items, batchSize: evaluationSize)
    }
    var items = items
    if let cropLength {
      let crop = context.random("train-crop/\(pass.epoch)")
      for row in items.indices {
        items[row].audio.crop = Crop(
          length: cropLength, number: crop.integer(below: cropCount, row))
      }
    }
    return try BatchPlan.shuffled(
      items, batchSize: trainingSize,
      random: context.random("train-order/\(pass.epoch)"))
  }
}
