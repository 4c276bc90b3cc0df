import TaskABI

/// An operator of the task's own, over contiguous float32 buffers that are
/// borrowed for each call.
public struct CustomOperator {
  /// Numbers that are read, borrowed for the call.
  public typealias Buffer = UnsafeBufferPointer<Float>
  /// Numbers that are written, borrowed for the call.
  public typealias MutableBuffer = UnsafeMutableBufferPointer<Float>

  /// What a call is made on, outermost extents first.
  public struct Shapes: Sendable, Equatable {
    /// The extents of each operand.
    public let inputs: [[Int]]
    /// The extents of the result.
    public let output: [Int]
  }

  /// Fills the output from the inputs.
  public typealias Forward = (
    _ shapes: Shapes, _ inputs: [Buffer], _ output: MutableBuffer
  ) throws -> Void

  /// Adds to each input gradient that is not nil.
  public typealias Backward = (
    _ shapes: Shapes, _ inputs: [Buffer], _ output: Buffer,
    _ outputGradient: Buffer, _ inputGradients: [MutableBuffer?]
  ) throws -> Void

  /// For error messages.
  public let name: String
  /// Fills the result.
  public let forward: Forward
  /// nil for an operator that cannot be differentiated.
  public let backward: Backward?

  /// `backward` may be nil for what cannot be differentiated.
  public init(
    _ name: String, forward: @escaping Forward, backward: Backward? = nil
  ) {
    self.name = name
    self.forward = forward
    self.backward = backward
  }
}

extension TaskContext {
  /// Applies an operator of the task's own; `shape` is its output's. What its
  /// functions throw fails the step.
  public func apply(
    _ custom: CustomOperator, to inputs: [Tensor], shape: [Int]
  ) -> Tensor {
    guard !inputs.contains(where: \.isNull),
      let make = operators.core.pointee.custom
    else { return Tensor(nil, operators) }
    let call = CustomCall(custom, host)
    let handles = inputs.map(\.handle)
    let extents = shape.map(Int64.init)
    let result = custom.name.withCString { name in
      var table = superb_custom_operator()
      table.struct_size = sizeField(of: superb_custom_operator.self)
      table.name = name
      table.context = Unmanaged.passRetained(call).toOpaque()
      table.forward = { me, shapes, inputs, output in
        CustomCall.at(me, shapes) { try $0.forward($1, inputs, output) }
      }
      if custom.backward != nil {
        table.backward = { me, shapes, inputs, output, gradient, into in
          CustomCall.at(me, shapes) {
            try $0.backward($1, inputs, output, gradient, into)
          }
        }
      }
      table.destroy = { me in
        release(CustomCall.self, at: me?.pointee.context)
      }
      return make(
        host, &table, handles, Int64(handles.count),
        Int32(clamping: extents.count), extents)
    }
    return Tensor(result, operators)
  }
}

/// One use of a custom operator: what its C callbacks need to know.
private final class CustomCall {
  private let custom: CustomOperator
  private let host: UnsafePointer<superb_host>

  init(_ custom: CustomOperator, _ host: UnsafePointer<superb_host>) {
    self.custom = custom
    self.host = host
  }

  static func at(
    _ me: UnsafePointer<superb_custom_operator>?,
    _ shapes: UnsafePointer<superb_custom_shapes>?,
    _ body: (CustomCall, CustomOperator.Shapes) throws -> Void
  ) -> superb_status {
    guard let shapes, let call = object(Self.self, at: me?.pointee.context)
    else { return SUPERB_INVALID_ARGUMENT }
    return reporting(to: call.host) {
      try body(call, CustomOperator.Shapes(shapes.pointee))
    }
  }

  func forward(
    _ shapes: CustomOperator.Shapes,
    _ inputs: UnsafePointer<UnsafePointer<Float>?>?,
    _ output: UnsafeMutablePointer<Float>?
  ) throws {
    try custom.forward(
      shapes, Self.buffers(inputs, shapes),
      CustomOperator.MutableBuffer(
        start: output, count: Self.count(shapes.output)))
  }

  func backward(
    _ shapes: CustomOperator.Shapes,
    _ inputs: UnsafePointer<UnsafePointer<Float>?>?,
    _ output: UnsafePointer<Float>?, _ gradient: UnsafePointer<Float>?,
    _ inputGradients: UnsafePointer<UnsafeMutablePointer<Float>?>?
  ) throws {
    let count = Self.count(shapes.output)
    try custom.backward?(
      shapes, Self.buffers(inputs, shapes),
      CustomOperator.Buffer(start: output, count: count),
      CustomOperator.Buffer(start: gradient, count: count),
      shapes.inputs.enumerated().map { index, shape in
        inputGradients?[index].map {
          CustomOperator.MutableBuffer(start: $0, count: Self.count(shape))
        }
      })
  }

  private static func buffers(
    _ inputs: UnsafePointer<UnsafePointer<Float>?>?,
    _ shapes: CustomOperator.Shapes
  ) -> [CustomOperator.Buffer] {
    shapes.inputs.enumerated().map { index, shape in
      CustomOperator.Buffer(start: inputs?[index], count: count(shape))
    }
  }

  private static func count(_ shape: [Int]) -> Int { shape.reduce(1, *) }
}

extension CustomOperator.Shapes {
  fileprivate init(_ shapes: superb_custom_shapes) {
    func extents(_ shape: UnsafePointer<superb_shape>?) -> [Int] {
      guard let shape = shape?.pointee else { return [] }
      return UnsafeBufferPointer(start: shape.extents, count: Int(shape.rank))
        .map { Int($0) }
    }
    inputs = (0..<Int(shapes.input_count)).map { extents(shapes.inputs?[$0]) }
    output = extents(shapes.output)
  }
}
