/// What an expert gathers of batches until it reports them, one value for the
/// training and one for the evaluation of each split:
///
///     private let losses: Records<[Double]>   // made in init by
///     losses = Records(context)
///     losses.update(pass, from: []) { $0.append(loss) }
///     let gathered = losses.take(pass)
///
/// It goes into checkpoints, so that training which was cut short goes on as
/// if it had not been.
public final class Records<Value: Codable> {
  private var values: [String: Value] = [:]

  /// Only while the expert is made.
  public init(_ context: TaskContext) {
    context.remember(self)
  }

  /// Changes what was gathered in such passes, beginning with `initial`.
  public func update<Result>(
    _ pass: Pass, from initial: @autoclosure () -> Value,
    _ change: (inout Value) throws -> Result
  ) rethrows -> Result {
    try change(&values[pass.key, default: initial()])
  }

  /// What was gathered in such passes, which is then forgotten; nil if there
  /// is nothing.
  public func take(_ pass: Pass) -> Value? {
    values.removeValue(forKey: pass.key)
  }
}

extension Records: Remembered {
  var memory: [String: Value] {
    get { values }
    set { values = newValue }
  }
}
