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
        let shapes = CustomShapes(nodes.map(\.shape.array), output: extents)
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
  func applied(to shapes: CustomShapes) -> CustomOperator {
    CustomOperator(
      name: name,
      forward: { [self] inputs, output in
        inputs.withUnsafeBufferPointer {
          operation.pointee.forward?(
            operation, shapes.table, $0.baseAddress, output)
            ?? SUPERB_UNSUPPORTED
        }
      },
      backward: operation.pointee.backward.map { backward in
        { [self] inputs, output, outputGradient, inputGradients in
          inputs.withUnsafeBufferPointer { inputs in
            inputGradients.withUnsafeBufferPointer { gradients in
              backward(
                operation, shapes.table, inputs.baseAddress, output,
                outputGradient, gradients.baseAddress)
            }
          }
        }
      })
  }
}

/// The C structs that tell an operator its operands' shapes.
private final class CustomShapes {
  let table: UnsafeMutablePointer<superb_custom_shapes>
  /// The inputs', then the output's.
  private let shapes: UnsafeMutablePointer<superb_shape>
  private let pointers: UnsafeMutablePointer<UnsafePointer<superb_shape>?>
  private let extents: UnsafeMutablePointer<Int64>

  init(_ inputs: [[Int]], output: [Int]) {
    let all = inputs + [output]
    extents = .allocate(capacity: max(all.joined().count, 1))
    shapes = .allocate(capacity: all.count)
    pointers = .allocate(capacity: all.count)
    table = .allocate(capacity: 1)
    var end = extents
    for (index, shape) in all.enumerated() {
      var entry = superb_shape()
      entry.struct_size = UInt32(MemoryLayout<superb_shape>.size)
      entry.rank = Int32(shape.count)
      entry.extents = UnsafePointer(end)
      entry.count = Int64(shape.reduce(1, &*))
      for extent in shape {
        end.initialize(to: Int64(extent))
        end += 1
      }
      (shapes + index).initialize(to: entry)
      (pointers + index).initialize(to: UnsafePointer(shapes + index))
    }
    var whole = superb_custom_shapes()
    whole.struct_size = UInt32(MemoryLayout<superb_custom_shapes>.size)
    whole.input_count = UInt32(inputs.count)
    whole.inputs = UnsafePointer(pointers)
    whole.output = UnsafePointer(shapes + inputs.count)
    table.initialize(to: whole)
  }

  deinit {
    table.deallocate()
    pointers.deallocate()
    shapes.deallocate()
    extents.deallocate()
  }
}
