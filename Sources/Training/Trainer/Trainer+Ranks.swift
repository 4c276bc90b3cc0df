import Diagnostics
import Tensors

/// One training over several processes: see ``RowExchange``. All of them go
/// through the same steps; the first one's files count.
extension Trainer {
  /// What a batch changes before its update, for a training that shares it.
  struct BatchStart {
    let memory: [UInt8]?
    let buffers: [(Parameter, [Float])]
  }

  /// Nil for a training that shares nothing: nobody can leave it in mid-step.
  func batchStart() throws -> BatchStart? {
    guard engine.exchange != nil else { return nil }
    return BatchStart(
      memory: try expert.remembered(),
      buffers: parameters.filter(\.isBuffer).map { ($0, Array($0.values)) })
  }

  /// Once another process has gone in mid-step: keeps the state before it, if
  /// that can be continued, and throws `Interrupted`.
  func leave(_ start: BatchStart) throws -> Never {
    for (parameter, values) in start.buffers { try parameter.assign(values) }
    if let memory = start.memory { try expert.remember(memory) }
    if progress.batches % settings.accumulation == 0, isExact {
      try keepForResuming(try checkpoint())
    }
    throw Interrupted()
  }

  /// Whether somebody has asked one of the processes to stop.
  var isAskedToStop: Bool { report.isAskedToStop }
}

extension WorkerReport {
  /// Whether somebody has asked this process to stop, or one of those that
  /// train with it: all of them learn of it here, at the same place.
  var isAskedToStop: Bool {
    guard let exchange else { return Interruption.isRequested }
    let isAsked = exchange.any(Interruption.isRequested)
    if isAsked, !Interruption.isRequested { Interruption.request() }
    return isAsked || exchange.isLost
  }

  /// - Throws: `Interrupted` if somebody has asked any of them to stop.
  func checkAllGoOn() throws {
    if isAskedToStop { throw Interrupted() }
  }

  /// - Throws: `UserError` if processes that are to train together do not
  ///   stand at the same step.
  func checkAllStand(at step: Int) throws {
    guard let exchange else { return }
    var steps = [Int](repeating: 0, count: exchange.size)
    steps[exchange.rank] = step
    exchange.gather(&steps, cuts: Array(0...exchange.size))
    if exchange.isLost { throw Interrupted() }
    guard steps.allSatisfy({ $0 == step }) else {
      throw UserError(
        "the ranks would go on at different steps: "
          + steps.map(String.init).joined(separator: ", "), at: "--ranks",
        fix: "begin anew with --fresh")
    }
  }
}
