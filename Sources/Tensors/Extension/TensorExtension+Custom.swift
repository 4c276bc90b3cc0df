import TaskABI

extension TensorExtension {
  static let customOperator:
    @convention(c) (
      UnsafePointer<superb_host>?, UnsafePointer<superb_custom_operator>?,
      UnsafePointer<OpaquePointer?>?, Int64, Int32, UnsafePointer<Int64>?
    ) -> OpaquePointer? = { host, operation, inputs, count, rank, shape in
      guard let engine = TensorHost.engine(of: host) else { return nil }
      // Copied before anything can fail: its `destroy` is owed a call.
      let copy = operation.flatMap(CustomOperator.copy)
      if let copy, let destroy = copy.destroy {
        let context = copy.context
        engine.atStepEnd { destroy(context) }
      }
      guard let nodes = nodes(inputs, count) else { return nil }
      return engine.handle {
        guard let copy, let custom = CustomOperator(contract: copy) else {
          throw OperatorError(
            "custom",
            "the operator has no forward function, or a wrong "
              + "struct_size")
        }
        return try engine.custom(
          custom, inputs: nodes, shape: extents(custom.name, rank, shape))
      }
    }
}

extension CustomOperator {
  /// The task's struct, as far as it was compiled with it.
  static func copy(
    _ operation: UnsafePointer<superb_custom_operator>
  ) -> superb_custom_operator? {
    let whole = MemoryLayout<superb_custom_operator>.size
    guard Int(operation.pointee.struct_size) >= whole else { return nil }
    return operation.pointee
  }

  init?(contract: superb_custom_operator) {
    guard let forward = contract.forward else { return nil }
    let context = contract.context
    self.init(
      name: contract.name.map { String(cString: $0) } ?? "custom",
      forward: { inputs, output in
        inputs.withUnsafeBufferPointer {
          forward(context, $0.baseAddress, output)
        }
      },
      backward: contract.backward.map { backward in
        { inputs, output, outputGradient, inputGradients in
          inputs.withUnsafeBufferPointer { inputs in
            inputGradients.withUnsafeBufferPointer { gradients in
              backward(
                context, inputs.baseAddress, output, outputGradient,
                gradients.baseAddress)
            }
          }
        }
      })
  }
}
