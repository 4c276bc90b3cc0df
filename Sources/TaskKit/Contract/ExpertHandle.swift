import TaskABI

/// An expert behind its C struct. `handOver` gives it to the host, whose
/// call of `destroy` ends it.
final class ExpertHandle {
  let expert: any DownstreamExpert
  let context: TaskContext
  private let table: UnsafeMutablePointer<superb_expert>
  private let extensions: ExpertExtensions

  init(_ expert: any DownstreamExpert, _ context: TaskContext) {
    self.expert = expert
    self.context = context
    table = .allocate(capacity: 1)
    extensions = ExpertExtensions(of: expert)
    table.initialize(to: superb_expert())
    table.pointee.struct_size = sizeField(of: superb_expert.self)
    table.pointee.get_dataloader = { me, split, epoch, out in
      ExpertHandle.at(me) { handle in
        guard let split, let out else { throw ExpertHandle.nullArgument }
        let loader = try handle.expert.dataloader(
          split: String(cString: split), epoch: Int(epoch))
        out.pointee = DataloaderHandle(loader, handle.context.host).handOver()
      }
    }
    table.pointee.forward = { me, split, batch, features, loss in
      ExpertHandle.at(me) { handle in
        guard let split, let batch, let features, let loss else {
          throw ExpertHandle.nullArgument
        }
        let received = try Batch(
          batch.pointee, features.pointee, handle.context.tensors)
        loss.pointee =
          try handle.expert.forward(received, split: String(cString: split))
          .handle
      }
    }
    table.pointee.log_records = { me, split, step, records in
      ExpertHandle.at(me) { handle in
        guard let split, let records else { throw ExpertHandle.nullArgument }
        try handle.expert.logRecords(
          split: String(cString: split), step: Int(step),
          into: RecordLog(records))
      }
    }
    table.pointee.destroy = { me in
      guard let context = me?.pointee.context else { return }
      Unmanaged<ExpertHandle>.fromOpaque(context).release()
    }
    table.pointee.get_extension = { me, id in
      guard let context = me?.pointee.context, let id else { return nil }
      let handle = Unmanaged<ExpertHandle>.fromOpaque(context)
        .takeUnretainedValue()
      return handle.extensions.table(String(cString: id))
    }
  }

  deinit {
    table.deallocate()
  }

  func handOver() -> UnsafeMutablePointer<superb_expert> {
    table.pointee.context = Unmanaged.passRetained(self).toOpaque()
    return table
  }

  static let nullArgument = TaskError(
    .invalidArgument, "the host passed null where the contract forbids it")

  static func at(
    _ me: UnsafeMutablePointer<superb_expert>?,
    _ body: (ExpertHandle) throws -> Void
  ) -> superb_status {
    guard let context = me?.pointee.context else {
      return SUPERB_INVALID_ARGUMENT
    }
    let handle = Unmanaged<ExpertHandle>.fromOpaque(context)
      .takeUnretainedValue()
    return reporting(to: handle.context.host) { try body(handle) }
  }
}
