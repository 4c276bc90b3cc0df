import TaskABI

/// What the operators find behind a `superb_host`: its `context` is an
/// unmanaged pointer to one of these.
package final class TensorHost {
  package let engine: Engine
  /// Whoever fills the rest of the host's table, if anybody does.
  package private(set) weak var owner: AnyObject?

  package init(engine: Engine, owner: AnyObject? = nil) {
    self.engine = engine
    self.owner = owner
  }

  /// The object behind a host's table, if it is one of these.
  package static func of(_ host: UnsafePointer<superb_host>?) -> TensorHost? {
    guard let context = host?.pointee.context else { return nil }
    return Unmanaged<TensorHost>.fromOpaque(context).takeUnretainedValue()
  }

  /// For superb_host.context; the caller keeps the object alive.
  package var context: UnsafeMutableRawPointer {
    Unmanaged.passUnretained(self).toOpaque()
  }

  static func engine(of host: UnsafePointer<superb_host>?) -> Engine? {
    of(host)?.engine
  }
}

extension Node {
  /// What a task sees. It holds no reference: it lives as long as the node,
  /// which the engine keeps until the step ends, or for good.
  package var handle: OpaquePointer {
    OpaquePointer(Unmanaged.passUnretained(self).toOpaque())
  }

  /// The node behind a handle that came back from a task.
  package static func behind(_ handle: OpaquePointer?) -> Node? {
    guard let handle else { return nil }
    return Unmanaged<Node>.fromOpaque(UnsafeRawPointer(handle))
      .takeUnretainedValue()
  }
}

extension Engine {
  /// The first operator that failed since the last call of this, and forgets
  /// it.
  package func takeFailure() -> OperatorError? {
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
