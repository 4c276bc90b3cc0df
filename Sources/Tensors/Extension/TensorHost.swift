import TaskABI

/// What the operators find behind a `superb_host`: its `context` is an
/// unmanaged pointer to one of these.
open class TensorHost {
  public let engine: Engine

  public init(engine: Engine) {
    self.engine = engine
  }

  /// For superb_host.context; the caller keeps the object alive.
  public var context: UnsafeMutableRawPointer {
    Unmanaged.passUnretained(self).toOpaque()
  }

  static func engine(of host: UnsafePointer<superb_host>?) -> Engine? {
    guard let context = host?.pointee.context else { return nil }
    return Unmanaged<TensorHost>.fromOpaque(context).takeUnretainedValue()
      .engine
  }
}

extension Node {
  /// What a task sees. It holds no reference: it lives as long as the node,
  /// which the engine keeps until the step ends, or for good.
  public var handle: OpaquePointer {
    OpaquePointer(Unmanaged.passUnretained(self).toOpaque())
  }

  /// The node behind a handle that came back from a task.
  public static func behind(_ handle: OpaquePointer?) -> Node? {
    guard let handle else { return nil }
    return Unmanaged<Node>.fromOpaque(UnsafeRawPointer(handle))
      .takeUnretainedValue()
  }
}

extension Engine {
  /// The first operator that failed since the last call of this, and forgets
  /// it.
  public func takeFailure() -> OperatorError? {
    defer { failure = nil }
    return failure
  }

  /// What `body` makes; if it fails, null, and the first reason is kept.
  func handle(_ body: () throws -> Node) -> OpaquePointer? {
    do {
      return try body().handle
    } catch {
      keep(error)
      return nil
    }
  }

  func keep(_ error: any Error) {
    guard failure == nil else { return }
    failure =
      error as? OperatorError
      ?? OperatorError("engine", "\(error)", status: SUPERB_INTERNAL)
  }
}
