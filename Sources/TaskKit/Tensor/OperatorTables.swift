import TaskABI

/// The host's operators, one table for each topic of the contract. They live
/// as long as the host.
final class OperatorTables {
  let core: UnsafePointer<superb_tensor_api>
  let sequence: UnsafePointer<superb_sequence_api>
  let normalization: UnsafePointer<superb_normalization_api>
  let loss: UnsafePointer<superb_loss_api>
  let augmentation: UnsafePointer<superb_augmentation_api>

  /// - Throws: ``TaskError`` if the host lacks one of them.
  init(_ host: UnsafePointer<superb_host>) throws {
    core = try Self.table(SUPERB_TENSOR_EXTENSION, of: host)
    sequence = try Self.table(SUPERB_SEQUENCE_EXTENSION, of: host)
    normalization = try Self.table(SUPERB_NORMALIZATION_EXTENSION, of: host)
    loss = try Self.table(SUPERB_LOSS_EXTENSION, of: host)
    augmentation = try Self.table(SUPERB_AUGMENTATION_EXTENSION, of: host)
  }

  private static func table<Table>(
    _ id: String, of host: UnsafePointer<superb_host>
  ) throws -> UnsafePointer<Table> {
    guard let table = host.pointee.get_extension?(host, id) else {
      throw TaskError(
        .unsupported,
        "this host does not offer '\(id)', which tasks written in Swift need. "
          + "Update superb.")
    }
    return table.assumingMemoryBound(to: Table.self)
  }
}

extension Tensor {
  var coreAPI: superb_tensor_api { operators.core.pointee }
  var sequenceAPI: superb_sequence_api { operators.sequence.pointee }
  var normalizationAPI: superb_normalization_api {
    operators.normalization.pointee
  }
  var lossAPI: superb_loss_api { operators.loss.pointee }
  var augmentationAPI: superb_augmentation_api {
    operators.augmentation.pointee
  }
}
