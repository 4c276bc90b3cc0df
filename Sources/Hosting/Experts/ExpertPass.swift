import TaskABI

/// What a call of an expert serves, and how far training has come.
package struct ExpertPass: Equatable {
  package var split: String
  package var isTraining: Bool
  /// Of training; 0 in evaluation.
  package var epoch = 0
  /// Updates of the weights so far.
  package var step = 0

  package static func training(
    _ split: String, epoch: Int = 0, step: Int = 0
  ) -> ExpertPass {
    ExpertPass(split: split, isTraining: true, epoch: epoch, step: step)
  }

  package static func evaluation(of split: String, step: Int = 0) -> ExpertPass
  {
    ExpertPass(split: split, isTraining: false, step: step)
  }

  /// The contract's struct, borrowed for the call.
  package func withTable<Result>(
    _ body: (UnsafePointer<superb_pass>) throws -> Result
  ) rethrows -> Result {
    try split.withCString { split in
      var table = superb_pass()
      table.struct_size = UInt32(MemoryLayout<superb_pass>.size)
      table.flags = isTraining ? SUPERB_PASS_TRAINING : 0
      table.split = split
      table.epoch = Int64(epoch)
      table.step = Int64(step)
      return try body(&table)
    }
  }
}
