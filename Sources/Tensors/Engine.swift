import CBLAS
import Kernels

/// What computes: storage, operators, tape, parameters and random numbers of
/// one experiment.
///
/// Threads: all calls come from one thread at a time; operators spread over
/// `threads` threads themselves. A result's bits do not depend on how many
/// those are.
///
/// A step: operators, ``backward(from:scale:)``, ``endStep()``.
package final class Engine {
  package let threads: Int
  package let random: CounterRandom
  /// Counts updates. Dropout draws depend on it; the harness sets it.
  package var step: UInt64 = 0 {
    didSet { if step != oldValue { forgetCalls() } }
  }
  /// Whether dropout drops and normalisation looks at its batch. Outside of
  /// ``evaluating(recordingGradients:_:)`` it does.
  package private(set) var isTraining = true
  /// Whether operators are recorded for ``backward(from:scale:)``; where they
  /// are not, their memory is saved.
  package private(set) var recordsGradients = true
  /// Whether the contract's `parameter` may add another; the harness ends
  /// this once the expert is made.
  package var acceptsParameters = true

  package internal(set) var parameters: [Parameter] = []
  var parameterIndices: [String: Int] = [:]

  var arena = Arena()
  var tape: [Record] = []
  private var stepNodes: [Node] = []
  private var stepEnds: [() -> Void] = []
  var dropoutCalls = 0
  var specAugmentCalls = 0
  /// What the step's batch is cut into; nil where it is not.
  var batch: BatchBlocks?
  /// Who else makes rows of the batch; nil if nobody does.
  package var exchange: (any RowExchange)?
  var failure: OperatorError?

  private let pool: OpaquePointer?

  /// - Parameters:
  ///   - threads: how many share the work, this one included.
  ///   - seed: of every draw that names no other.
  package init(threads: Int, seed: UInt64) {
    Self.oneThreadEach
    self.random = CounterRandom(seed: seed)
    let wanted = Int32(clamping: max(1, threads))
    self.pool = wanted > 1 ? superb_pool_create(wanted) : nil
    self.threads = Int(pool.map { superb_pool_threads($0) } ?? 1)
  }

  deinit {
    endStep()
    for parameter in parameters { parameter.node.release(into: &arena) }
    arena.trim()
    superb_pool_destroy(pool)
  }

  /// We cut matrix products into pieces ourselves, so that the pieces do not
  /// depend on the number of threads; BLAS is to compute each on the thread
  /// that asks.
  private static let oneThreadEach: Void = openblas_set_num_threads(1)

  // MARK: The step

  /// Ends the step: its nodes' memory is used again, its records and the
  /// state of the task's own operators are gone. Parameters and their
  /// gradients stay.
  package func endStep() {
    tape.removeAll(keepingCapacity: true)
    for node in stepNodes { node.release(into: &arena) }
    stepNodes.removeAll(keepingCapacity: true)
    let ends = stepEnds
    stepEnds.removeAll(keepingCapacity: true)
    for end in ends { end() }
    batch = nil
    forgetCalls()
  }

  /// Operators that draw count their calls within a step.
  private func forgetCalls() { (dropoutCalls, specAugmentCalls) = (0, 0) }

  /// Calls `body` when the step ends.
  func atStepEnd(_ body: @escaping () -> Void) { stepEnds.append(body) }

  /// A node of this step with numbers still to be filled in.
  package func make(_ shape: Shape, requiresGradient: Bool = false) -> Node {
    adopt(Node(shape: shape, requiresGradient: requiresGradient, engine: self))
  }

  func adopt(_ node: Node) -> Node {
    stepNodes.append(node)
    return node
  }

  /// Numbers for the rest of the step that are no tensor: statistics that a
  /// backward pass needs.
  func scratch(_ count: Int) -> UnsafeMutablePointer<Float> {
    make(Shape([count]) ?? []).pointer
  }

  /// As many zeros for the rest of the step.
  func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
    let numbers = scratch(count)
    numbers.update(repeating: 0, count: count)
    return numbers
  }

  /// What a caller lends, numbers or C structs, in one place for the rest of
  /// the step.
  func held<T>(_ values: [T]) -> UnsafePointer<T> {
    let copy = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    copy.initialize(from: values, count: values.count)
    atStepEnd { copy.deallocate() }
    return UnsafePointer(copy)
  }

  // MARK: Training and evaluation

  /// Does `body` as training does. The engine is afterwards what it was.
  ///
  /// - Parameter records: whether a backward pass will follow within `body`.
  package func training<Result>(
    recordingGradients records: Bool = true, _ body: () throws -> Result
  ) rethrows -> Result {
    try with(isTraining: true, recordsGradients: records, body)
  }

  /// Does `body` without dropout and with the statistics that training has
  /// left. The engine is afterwards what it was.
  ///
  /// - Parameter records: whether a backward pass will follow within `body`.
  package func evaluating<Result>(
    recordingGradients records: Bool = false, _ body: () throws -> Result
  ) rethrows -> Result {
    try with(isTraining: false, recordsGradients: records, body)
  }

  /// Does `body` with or without a record for a backward pass, in training or
  /// evaluation as the engine is. It is afterwards what it was.
  package func recordingGradients<Result>(
    _ records: Bool, _ body: () throws -> Result
  ) rethrows -> Result {
    try with(isTraining: isTraining, recordsGradients: records, body)
  }

  private func with<Result>(
    isTraining trains: Bool, recordsGradients records: Bool,
    _ body: () throws -> Result
  ) rethrows -> Result {
    let before = (isTraining, recordsGradients)
    (isTraining, recordsGradients) = (trains, records)
    defer { (isTraining, recordsGradients) = before }
    return try body()
  }

  // MARK: Memory

  /// The most bytes of tensors that were in use at one time.
  package var peakBytes: Int { arena.peakBytes }
  /// The bytes of tensors held now, in use or waiting to be used again.
  package var heldBytes: Int { arena.heldBytes }

  // MARK: Threads

  /// Calls `body` once for each index below `count`, on any thread. It must
  /// not use the engine.
  func parallel(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1, let pool else {
      for index in 0..<count { body(index) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { context in
        superb_pool_run(
          pool, Int32(clamping: count),
          { context, index in
            context?.assumingMemoryBound(to: ((Int) -> Void).self)
              .pointee(Int(index))
          }, UnsafeMutableRawPointer(mutating: context))
      }
    }
  }
}
