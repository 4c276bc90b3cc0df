import Foundation
import TaskABI

extension TensorExtension {
  static let customOperator:
    @convention(c) (
      UnsafePointer<superb_host>?, UnsafePointer<superb_custom_operator>?,
      UnsafePointer<OpaquePointer?>?, Int64, Int32, UnsafePointer<Int64>?
    ) -> OpaquePointer? = { host, operation, inputs, count, rank, shape in
      guard let engine = TensorHost.engine(of: host) else { return nil }
      // Copied before anything can fail: its `destroy` is owed a call.
      let use = operation.flatMap(CustomUse.init)
      if let use { engine.atStepEnd { use.end() } }
      guard let nodes = nodes(inputs, count) else { return nil }
      return engine.handle {
        guard let use, use.hasForward else {
          throw OperatorError(
            "custom",
            "the operator has no forward function, or a wrong "
              + "struct_size")
        }
        let extents = try extents(use.name, rank, shape)
        let shapes = engine.shapes(nodes.map(\.shape.array), output: extents)
        return try engine.custom(
          use.applied(to: shapes), inputs: nodes, shape: extents)
      }
    }
}

/// The host's copy of a task's operator, for the one use that is made of it.
private final class CustomUse {
  let name: String
  private let operation: UnsafeMutablePointer<superb_custom_operator>
  private let nameCopy: UnsafeMutablePointer<CChar>?

  /// Null if the struct is too short.
  init?(_ original: UnsafePointer<superb_custom_operator>) {
    let whole = MemoryLayout<superb_custom_operator>.size
    guard Int(original.pointee.struct_size) >= whole else { return nil }
    name = original.pointee.name.map { String(cString: $0) } ?? "custom"
    nameCopy = strdup(name)
    operation = .allocate(capacity: 1)
    operation.initialize(to: original.pointee)
    operation.pointee.name = UnsafePointer(nameCopy)
  }

  deinit {
    operation.deallocate()
    free(nameCopy)
  }

  var hasForward: Bool { operation.pointee.forward != nil }

  func end() { operation.pointee.destroy?(operation) }

  /// For the engine, which calls it while this object lives: to the step's
  /// end.
  func applied(
    to shapes: UnsafePointer<superb_custom_shapes>
  ) -> CustomOperator {
    CustomOperator(
      name: name,
      forward: { [self] inputs, output in
        inputs.withUnsafeBufferPointer {
          operation.pointee.forward?(
            operation, shapes, $0.baseAddress, output)
            ?? SUPERB_UNSUPPORTED
        }
      },
      backward: operation.pointee.backward.map { backward in
        { [self] inputs, output, outputGradient, inputGradients in
          inputs.withUnsafeBufferPointer { inputs in
            inputGradients.withUnsafeBufferPointer { gradients in
              backward(
                operation, shapes, inputs.baseAddress, output,
                outputGradient, gradients.baseAddress)
            }
          }
        }
      })
  }
}

extension Engine {
  /// The C structs that tell an operator its operands' shapes, for the rest of
  /// the step.
  fileprivate func shapes(
    _ inputs: [[Int]], output: [Int]
  ) -> UnsafePointer<superb_custom_shapes> {
    let shapes = held(
      (inputs + [output]).map { shape in
        superb_shape(
          struct_size: UInt32(MemoryLayout<superb_shape>.size),
          rank: Int32(shape.count), extents: held(shape.map(Int64.init)),
          count: Int64(shape.reduce(1, &*)))
      })
    let pointers = held(inputs.indices.map { Optional(shapes + $0) })
    return held([
      superb_custom_shapes(
        struct_size: UInt32(MemoryLayout<superb_custom_shapes>.size),
        input_count: UInt32(inputs.count), inputs: pointers,
        output: shapes + inputs.count)
    ])
  }
}
