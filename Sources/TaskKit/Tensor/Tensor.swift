import TaskABI

/// A handle to float32 numbers of the host, row-major, of rank 0 to 4.
///
/// What is computed from parameters is recorded, and the host differentiates
/// the loss. Tensors made in `forward` live until the step ends; parameters
/// live as long as the expert.
///
/// An operator that fails gives a null tensor and the host keeps the reason;
/// an operator on a null tensor gives a null tensor. So models are written
/// without checks, and a null loss fails the step with the first reason.
public struct Tensor {
  let handle: OpaquePointer?
  let operators: OperatorTables

  init(_ handle: OpaquePointer?, _ operators: OperatorTables) {
    self.handle = handle
    self.operators = operators
  }

  /// Whether an operator before it has failed.
  public var isNull: Bool { handle == nil }

  /// Empty for rank 0 and for the null tensor.
  public var shape: [Int] {
    guard let handle else { return [] }
    let rank = coreAPI.rank?(handle) ?? 0
    return (0..<max(rank, 0)).map {
      Int(coreAPI.extent?(handle, $0) ?? 0)
    }
  }

  /// A copy of the numbers; empty for the null tensor.
  public var values: [Float] {
    withValues { Array($0) }
  }

  /// The numbers, borrowed for the call.
  public func withValues<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    let data = handle.flatMap { coreAPI.data?($0) }
    let count = data == nil ? 0 : shape.reduce(1, *)
    return try body(UnsafeBufferPointer(start: data, count: count))
  }

  /// For each row of [N, D], where its largest number stands, the first of
  /// equals. Empty for a null tensor. NaN counts as the largest, as in
  /// PyTorch.
  public func argmax() -> [Int] {
    guard let width = shape.last, width > 0 else { return [] }
    return withValues { values in
      stride(from: 0, to: values.count, by: width).map { first in
        var best = first
        for index in first..<first + width where !values[best].isNaN {
          if values[index] > values[best] || values[index].isNaN {
            best = index
          }
        }
        return best - first
      }
    }
  }

  /// Overwrites a parameter's numbers.
  public func assign(_ values: [Float]) throws {
    try TaskError.check(
      coreAPI.assign?(handle, values, Int64(values.count)),
      "could not assign \(values.count) numbers to a parameter")
  }
}
