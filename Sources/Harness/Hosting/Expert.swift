import Diagnostics
import Foundation
import TaskABI
import Tensors
import Upstreams

/// A DownstreamExpert behind the contract, with the checks that the contract
/// promises on both sides.
final class Expert {
  let host: ExpertHost
  let description: TaskDescription
  let table: UnsafeMutablePointer<superb_expert>

  /// Has `library` make the expert of task `description`.
  init(
    of description: TaskDescription, in library: TaskLibrary, host: ExpertHost
  ) throws {
    self.host = host
    self.description = description
    var made: UnsafeMutablePointer<superb_expert>?
    let factory = library.factory
    let status =
      factory.pointee.create?(factory, host.table, description.id, &made)
      ?? SUPERB_INTERNAL
    try host.check(status, during: "create(\(description.id))")
    guard let made, made.pointee.get_dataloader != nil,
      made.pointee.forward != nil, made.pointee.log_records != nil
    else {
      throw UserError(
        "the task '\(description.id)' made an expert without its methods",
        at: library.path)
    }
    table = made
  }

  deinit {
    table.pointee.destroy?(table)
  }

  /// What the expert's model does to time first.
  var pooling: FeatureView.Pooling {
    let kind = table(of: SUPERB_POOLING_EXTENSION, superb_pooling.self)?
      .pointee.kind
    return kind == SUPERB_POOLING_MEAN ? .meanPooled : .frames
  }

  func table<Table>(
    of id: String, _ type: Table.Type
  ) -> UnsafePointer<Table>? {
    guard let extensions = table.pointee.get_extension,
      let found = extensions(table, id),
      found.load(as: UInt32.self) >= UInt32(MemoryLayout<Table>.size)
    else { return nil }
    return found.assumingMemoryBound(to: type)
  }

  private var stateTable: UnsafePointer<superb_state>? {
    table(of: SUPERB_STATE_EXTENSION, superb_state.self)
  }

  /// Whether it says what it remembers besides its parameters.
  var saysWhatItRemembers: Bool { stateTable != nil }

  /// What it remembers besides its parameters; nil if it does not say.
  func remembered() throws -> [UInt8]? {
    guard let save = stateTable?.pointee.save else { return nil }
    var bytes: [UInt8] = []
    let status = withUnsafeMutablePointer(to: &bytes) { bytes in
      save(
        table,
        { context, piece, length in
          guard let piece else { return }
          context?.assumingMemoryBound(to: [UInt8].self).pointee
            .append(
              contentsOf: UnsafeRawBufferPointer(start: piece, count: length))
        }, bytes)
    }
    try host.check(status, during: "state.save")
    return bytes
  }

  /// Has it remember what ``remembered()`` gave.
  func remember(_ bytes: [UInt8]) throws {
    guard let load = stateTable?.pointee.load else { return }
    let status = bytes.withUnsafeBytes {
      load(table, $0.baseAddress, $0.count)
    }
    try host.check(status, during: "state.load")
  }

  func dataloader(for pass: ExpertPass) throws -> ExpertDataloader {
    var made: UnsafeMutablePointer<superb_dataloader>?
    let split = pass.split
    let status = pass.withTable {
      table.pointee.get_dataloader?(table, $0, &made) ?? SUPERB_INTERNAL
    }
    try host.check(status, during: "get_dataloader(\(split), \(pass.epoch))")
    guard let made, made.pointee.batch != nil, made.pointee.batch_count >= 0
    else {
      throw InternalError("get_dataloader(\(split)) gave no dataloader")
    }
    return ExpertDataloader(table: made, host: host, split: split)
  }

  /// The loss of one batch, a number that is recorded for differentiation
  /// while the engine records.
  func forward(
    _ batch: ExpertBatch, in pass: ExpertPass, frames: Node, offsets: [Int64]
  ) throws -> Node {
    let split = pass.split
    var loss: OpaquePointer?
    let status = offsets.withUnsafeBufferPointer { offsets in
      var features = superb_features()
      features.struct_size = UInt32(MemoryLayout<superb_features>.size)
      features.count = UInt32(offsets.count - 1)
      features.frames = frames.handle
      features.offsets = offsets.baseAddress
      return pass.withTable {
        table.pointee.forward?(table, $0, batch.table, &features, &loss)
          ?? SUPERB_INTERNAL
      }
    }
    // A null loss is how a failed operator arrives here.
    let isMissing = status == SUPERB_OK && loss == nil
    try host.check(
      isMissing ? SUPERB_INTERNAL : status, during: "forward(\(split))",
      reason: isMissing
        ? "the task gave no loss" : "the task gave no reason")
    guard let loss = Node.behind(loss) else {
      throw InternalError("forward(\(split)) gave no loss")
    }
    return loss
  }

  /// What the expert has gathered in such passes since the last call.
  func records(of pass: ExpertPass) throws -> SplitRecords {
    let collector = RecordCollector()
    let status = collector.withTable { records in
      pass.withTable {
        table.pointee.log_records?(table, $0, records) ?? SUPERB_INTERNAL
      }
    }
    try host.check(status, during: "log_records(\(pass.split))")
    return try collector.finished(split: pass.split)
  }
}
