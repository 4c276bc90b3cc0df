import TaskABI

/// The contract's operator tables: C functions that unwrap handles and call
/// the engine. "superb.tensor/1" stands here, each of the others in a file of
/// its own.
package enum TensorExtension {
  /// "superb.tensor/1". Constant; lives as long as the process.
  package nonisolated(unsafe) static let core =
    lasting(superb_tensor_api(), \.struct_size) { api in
      setAccess(&api)
      setMaking(&api)
      setShape(&api)
      setArithmetic(&api)
      setReductions(&api)
      setElementwise(&api)
      setLastAxis(&api)
      api.custom = customOperator
    }

  /// The operator table of that id, null if there is none.
  package static func table(_ id: String) -> UnsafeRawPointer? {
    switch id {
    case SUPERB_TENSOR_EXTENSION: UnsafeRawPointer(core)
    case SUPERB_SEQUENCE_EXTENSION: UnsafeRawPointer(sequence)
    case SUPERB_NORMALIZATION_EXTENSION: UnsafeRawPointer(normalization)
    case SUPERB_LOSS_EXTENSION: UnsafeRawPointer(loss)
    case SUPERB_AUGMENTATION_EXTENSION: UnsafeRawPointer(augmentation)
    default: nil
    }
  }

  /// A table that lives as long as the process, with its size written down.
  static func lasting<Table>(
    _ table: Table, _ size: WritableKeyPath<Table, UInt32>,
    _ fill: (inout Table) -> Void
  ) -> UnsafePointer<Table> {
    let place = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    place.initialize(to: table)
    place.pointee[keyPath: size] = UInt32(MemoryLayout<Table>.size)
    fill(&place.pointee)
    return UnsafePointer(place)
  }

  private static func setAccess(_ api: inout superb_tensor_api) {
    api.rank = { x in Int32(Node.behind(x)?.shape.rank ?? 0) }
    api.extent = { x, axis in
      guard let shape = Node.behind(x)?.shape, axis >= 0, axis < shape.rank
      else { return 0 }
      return Int64(shape[Int(axis)])
    }
    api.data = { x in
      guard let node = Node.behind(x), !node.isReleased else { return nil }
      return node.values.baseAddress
    }
  }

  private static func setMaking(_ api: inout superb_tensor_api) {
    api.constant = { host, data, rank, shape in
      guard let engine = TensorHost.engine(of: host) else { return nil }
      return engine.handle {
        let extents = try extents("constant", rank, shape)
        guard let checked = Shape(extents), data != nil || checked.count == 0
        else {
          throw OperatorError("constant", "no numbers for shape \(extents)")
        }
        return try engine.constant(
          UnsafeBufferPointer(start: data, count: checked.count),
          shape: extents)
      }
    }
    api.parameter = { host, name, rank, shape, initial, flags in
      guard let engine = TensorHost.engine(of: host) else { return nil }
      return engine.handle {
        try require(
          engine.acceptsParameters, "parameter",
          "parameters are made while the expert is created")
        guard let name else {
          throw OperatorError("parameter", "it needs a name")
        }
        return try engine.parameter(
          name: String(cString: name),
          shape: extents("parameter", rank, shape),
          initializer: try Initializer(contract: initial),
          isBuffer: flags & SUPERB_PARAMETER_BUFFER != 0,
          isFinding: flags & SUPERB_PARAMETER_FINDING != 0
        ).node
      }
    }
    api.assign = { x, data, count in
      guard let node = Node.behind(x), let data else {
        return SUPERB_INVALID_ARGUMENT
      }
      do {
        guard let parameter = node.engine.parameter(of: node) else {
          throw OperatorError("assign", "only a parameter can be assigned")
        }
        try require(
          count == Int64(node.count), "assign",
          "'\(parameter.name)' is \(node.shape), not of \(count) numbers")
        try parameter.assign(
          UnsafeBufferPointer(start: data, count: node.count))
        return SUPERB_OK
      } catch {
        node.engine.keep(error)
        return SUPERB_INVALID_ARGUMENT
      }
    }
  }
}

extension Initializer {
  /// As a task describes it; null means zeros.
  init(contract: UnsafePointer<superb_init>?) throws {
    self = .zeros
    guard let contract else { return }
    let whole = MemoryLayout<superb_init>.size
    try require(
      Int(contract.pointee.struct_size) >= whole, "parameter",
      "superb_init has a wrong struct_size")
    let (a, b) = (contract.pointee.a, contract.pointee.b)
    switch contract.pointee.kind {
    case SUPERB_INIT_ZEROS: distribution = .zeros
    case SUPERB_INIT_CONSTANT: distribution = .constant(a)
    case SUPERB_INIT_UNIFORM: distribution = .uniform(low: a, high: b)
    case SUPERB_INIT_NORMAL: distribution = .normal(mean: a, deviation: b)
    case let kind:
      throw OperatorError(
        "parameter", "unknown kind \(kind) of initialisation",
        status: SUPERB_UNSUPPORTED)
    }
    seed = contract.pointee.seed >= 0 ? UInt64(contract.pointee.seed) : nil
  }
}
