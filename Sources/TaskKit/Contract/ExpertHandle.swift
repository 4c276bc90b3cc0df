import TaskABI

/// An expert behind its C struct. `handOver` gives it to the host, whose
/// call of `destroy` ends it.
final class ExpertHandle {
  let expert: any DownstreamExpert
  let context: TaskContext
  private let memory = CrossingMemory()
  private let table: UnsafeMutablePointer<superb_expert>
  private let extensions: [String: UnsafeRawPointer]

  init(_ expert: any DownstreamExpert, _ context: TaskContext) {
    self.expert = expert
    self.context = context
    table = memory.place(superb_expert())
    extensions = Self.extensions(of: expert, context, in: memory)
    table.pointee.struct_size = sizeField(of: superb_expert.self)
    table.pointee.get_dataloader = { me, pass, out in
      ExpertHandle.at(me) { handle in
        guard let pass, let out else { throw ExpertHandle.nullArgument }
        let loader = try handle.expert.dataloader(for: Pass(pass.pointee))
        out.pointee = DataloaderHandle(loader, handle.context.host).handOver()
      }
    }
    table.pointee.forward = { me, pass, batch, features, loss in
      ExpertHandle.at(me) { handle in
        guard let pass, let batch, let features, let loss else {
          throw ExpertHandle.nullArgument
        }
        let received = try Batch(
          batch.pointee, features.pointee, handle.context.operators)
        loss.pointee =
          try handle.expert.forward(received, in: Pass(pass.pointee)).handle
      }
    }
    table.pointee.log_records = { me, pass, records in
      ExpertHandle.at(me) { handle in
        guard let pass, let records else { throw ExpertHandle.nullArgument }
        try handle.expert.logRecords(
          of: Pass(pass.pointee), into: RecordLog(records))
      }
    }
    table.pointee.destroy = { me in
      release(ExpertHandle.self, at: me?.pointee.context)
    }
    table.pointee.get_extension = { me, id in
      guard let id else { return nil }
      return object(ExpertHandle.self, at: me?.pointee.context)?
        .extensions[String(cString: id)]
    }
  }

  func handOver() -> UnsafeMutablePointer<superb_expert> {
    table.pointee.context = Unmanaged.passRetained(self).toOpaque()
    return table
  }

  static let nullArgument = TaskError.invalidArgument(
    "the host passed null where the contract forbids it")

  static func at(
    _ me: UnsafeMutablePointer<superb_expert>?,
    _ body: (ExpertHandle) throws -> Void
  ) -> superb_status {
    guard let handle = object(ExpertHandle.self, at: me?.pointee.context)
    else { return SUPERB_INVALID_ARGUMENT }
    return reporting(to: handle.context.host) { try body(handle) }
  }
}
