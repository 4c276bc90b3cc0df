import TaskABI

/// An operator of the task's own, over contiguous float32 buffers that are
/// borrowed for each call.
public struct CustomOperator {
  public typealias Buffer = UnsafeBufferPointer<Float>
  public typealias MutableBuffer = UnsafeMutableBufferPointer<Float>

  /// Fills the output from the inputs.
  public typealias Forward = (
    _ inputs: [Buffer], _ output: MutableBuffer
  ) throws -> Void

  /// Adds to each input gradient that is not nil.
  public typealias Backward = (
    _ inputs: [Buffer], _ output: Buffer, _ outputGradient: Buffer,
    _ inputGradients: [MutableBuffer?]
  ) throws -> Void

  /// For error messages.
  public let name: String
  public let forward: Forward
  /// nil for an operator that cannot be differentiated.
  public let backward: Backward?

  public init(
    _ name: String, forward: @escaping Forward, backward: Backward? = nil
  ) {
    self.name = name
    self.forward = forward
    self.backward = backward
  }
}

extension TaskContext {
  /// Applies an operator of the task's own; `shape` is its output's.
  public func apply(
    _ custom: CustomOperator, to inputs: [Tensor], shape: [Int]
  ) -> Tensor {
    guard !inputs.contains(where: \.isNull), let make = tensors.pointee.custom
    else { return Tensor(nil, tensors) }
    let call = CustomCall(
      custom, inputCounts: inputs.map { $0.shape.reduce(1, *) },
      outputCount: shape.reduce(1, *), host)
    let handles = inputs.map(\.handle)
    let extents = shape.map(Int64.init)
    let result = custom.name.withCString { name in
      var table = superb_custom_operator()
      table.struct_size = sizeField(of: superb_custom_operator.self)
      table.name = name
      table.context = Unmanaged.passRetained(call).toOpaque()
      table.forward = { context, inputs, output in
        CustomCall.at(context) { try $0.forward(inputs, output) }
      }
      if custom.backward != nil {
        table.backward = { context, inputs, output, gradient, into in
          CustomCall.at(context) {
            try $0.backward(inputs, output, gradient, into)
          }
        }
      }
      table.destroy = { context in
        guard let context else { return }
        Unmanaged<CustomCall>.fromOpaque(context).release()
      }
      return make(
        host, &table, handles, Int64(handles.count),
        Int32(clamping: extents.count), extents)
    }
    return Tensor(result, tensors)
  }
}

/// One use of a custom operator: what its C callbacks need to know.
private final class CustomCall {
  private let custom: CustomOperator
  private let inputCounts: [Int]
  private let outputCount: Int
  private let host: UnsafePointer<superb_host>

  init(
    _ custom: CustomOperator, inputCounts: [Int], outputCount: Int,
    _ host: UnsafePointer<superb_host>
  ) {
    self.custom = custom
    self.inputCounts = inputCounts
    self.outputCount = outputCount
    self.host = host
  }

  static func at(
    _ context: UnsafeMutableRawPointer?, _ body: (CustomCall) throws -> Void
  ) -> superb_status {
    guard let context else { return SUPERB_INVALID_ARGUMENT }
    let call = Unmanaged<CustomCall>.fromOpaque(context).takeUnretainedValue()
    return reporting(to: call.host) { try body(call) }
  }

  func forward(
    _ inputs: UnsafePointer<UnsafePointer<Float>?>?,
    _ output: UnsafeMutablePointer<Float>?
  ) throws {
    try custom.forward(
      buffers(inputs),
      CustomOperator.MutableBuffer(start: output, count: outputCount))
  }

  func backward(
    _ inputs: UnsafePointer<UnsafePointer<Float>?>?,
    _ output: UnsafePointer<Float>?, _ gradient: UnsafePointer<Float>?,
    _ inputGradients: UnsafePointer<UnsafeMutablePointer<Float>?>?
  ) throws {
    try custom.backward?(
      buffers(inputs),
      CustomOperator.Buffer(start: output, count: outputCount),
      CustomOperator.Buffer(start: gradient, count: outputCount),
      inputCounts.indices.map { index in
        inputGradients?[index].map {
          CustomOperator.MutableBuffer(start: $0, count: inputCounts[index])
        }
      })
  }

  private func buffers(
    _ inputs: UnsafePointer<UnsafePointer<Float>?>?
  ) -> [CustomOperator.Buffer] {
    inputCounts.indices.map {
      CustomOperator.Buffer(start: inputs?[$0], count: inputCounts[$0])
    }
  }
}
