import TaskABI

/// How a parameter's numbers begin.
public enum Initialization: Sendable, Equatable {
  case zeros
  case constant(Double)
  /// Over [lower, upper).
  case uniform(Double, Double)
  case normal(mean: Double, deviation: Double)
}

/// A place in the tree of parameter names: `parameters["projector"]` makes
/// "projector.weight". Names are those in checkpoints.
public struct Parameters {
  let context: TaskContext
  private let prefix: String
  private let seed: UInt32?

  init(_ context: TaskContext, prefix: String = "", seed: UInt32? = nil) {
    self.context = context
    self.prefix = prefix
    self.seed = seed
  }

  /// The place `name` below this one.
  public subscript(name: String) -> Parameters {
    Parameters(context, prefix: prefix + name + ".", seed: seed)
  }

  /// This place with draws that do not depend on the experiment's seed.
  public func seeded(_ seed: UInt32) -> Parameters {
    Parameters(context, prefix: prefix, seed: seed)
  }

  /// A trained parameter. Draws come from the seed and the full name,
  /// whatever order parameters are made in.
  public func parameter(
    _ name: String, _ shape: [Int], _ initialization: Initialization
  ) throws -> Tensor {
    try make(name, shape, initialization, flags: 0)
  }

  /// State that is saved with the model but not trained.
  public func buffer(
    _ name: String, _ shape: [Int], _ initialization: Initialization = .zeros
  ) throws -> Tensor {
    try make(name, shape, initialization, flags: Self.bufferFlag)
  }

  /// A buffer of what evaluations have found: the best score so far, a
  /// threshold, the number of a setting. The host never averages it with
  /// another checkpoint's, and has it begin anew where evaluations are others
  /// than those that have found it.
  public func finding(
    _ name: String, _ shape: [Int], _ initialization: Initialization = .zeros
  ) throws -> Tensor {
    try make(
      name, shape, initialization, flags: Self.bufferFlag | Self.findingFlag)
  }

  /// SUPERB_PARAMETER_BUFFER, whose cast the importer does not follow.
  private static let bufferFlag: UInt32 = 1
  /// SUPERB_PARAMETER_FINDING likewise.
  private static let findingFlag: UInt32 = 2

  private func make(
    _ name: String, _ shape: [Int], _ initialization: Initialization,
    flags: UInt32
  ) throws -> Tensor {
    var start = superb_init()
    start.struct_size = sizeField(of: superb_init.self)
    start.seed = seed.map(Int64.init) ?? -1
    switch initialization {
    case .zeros:
      start.kind = SUPERB_INIT_ZEROS
    case .constant(let value):
      (start.kind, start.a) = (SUPERB_INIT_CONSTANT, value)
    case .uniform(let lower, let upper):
      (start.kind, start.a, start.b) = (SUPERB_INIT_UNIFORM, lower, upper)
    case .normal(let mean, let deviation):
      (start.kind, start.a, start.b) = (SUPERB_INIT_NORMAL, mean, deviation)
    }
    let path = prefix + name
    let extents = shape.map(Int64.init)
    let handle = context.operators.core.pointee.parameter?(
      context.host, path, Int32(clamping: shape.count), extents, &start, flags)
    guard let handle = handle ?? nil else {
      throw TaskError.internal("the host refused the parameter '\(path)'")
    }
    return Tensor(handle, context.operators)
  }
}

extension TaskContext {
  /// The root of the parameters' names.
  public var parameters: Parameters { Parameters(self) }

  /// A tensor that holds a copy of `values` and is not trained.
  public func constant(_ values: [Float], shape: [Int]) -> Tensor {
    guard values.count == shape.reduce(1, *) else {
      return Tensor(nil, operators)
    }
    let extents = shape.map(Int64.init)
    let handle = operators.core.pointee.constant?(
      host, values, Int32(clamping: shape.count), extents)
    return Tensor(handle ?? nil, operators)
  }
}
