import Diagnostics
import Foundation
import Records
import TaskABI
import Tensors
import Upstreams

/// A DownstreamExpert behind the contract, with the checks that the contract
/// promises on both sides.
package final class Expert {
  package let host: ExpertHost
  package let description: TaskDescription
  package let table: UnsafeMutablePointer<superb_expert>

  /// Has `library` make the expert of task `description`.
  package init(
    of description: TaskDescription, in library: TaskLibrary, host: ExpertHost
  ) throws {
    self.host = host
    self.description = description
    host.task = description.id
    let call = "create(\(description.id))"
    var made: UnsafeMutablePointer<superb_expert>?
    let factory = library.factory
    try host.calling(call) {
      factory.pointee.create?(
        factory, host.table, description.expert ?? description.id, &made)
        ?? SUPERB_INTERNAL
    }
    guard let made, made.pointee.get_dataloader != nil,
      made.pointee.forward != nil, made.pointee.log_records != nil
    else {
      throw host.breach(in: call, "it made an expert without its methods")
    }
    if let problem = smallness(
      made.pointee.struct_size, of: UnsafePointer(made))
    {
      throw host.breach(in: call, problem)
    }
    table = made
  }

  deinit {
    host.enter("destroy")
    table.pointee.destroy?(table)
  }

  /// What the expert's model does to time first.
  package var pooling: FeatureView.Pooling {
    let kind = table(of: SUPERB_POOLING_EXTENSION, superb_pooling.self)?
      .pointee.kind
    return kind == SUPERB_POOLING_MEAN ? .meanPooled : .frames
  }

  package func table<Table>(
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
  package var saysWhatItRemembers: Bool { stateTable != nil }

  /// What it remembers besides its parameters; nil if it does not say.
  package func remembered() throws -> [UInt8]? {
    guard let save = stateTable?.pointee.save else { return nil }
    var bytes: [UInt8] = []
    try host.calling("state.save") {
      withUnsafeMutablePointer(to: &bytes) { bytes in
        save(
          table,
          { context, piece, length in
            guard let piece else { return }
            context?.assumingMemoryBound(to: [UInt8].self).pointee.append(
              contentsOf: UnsafeRawBufferPointer(start: piece, count: length))
          }, bytes)
      }
    }
    return bytes
  }

  /// Has it remember what ``remembered()`` gave.
  package func remember(_ bytes: [UInt8]) throws {
    guard let load = stateTable?.pointee.load else { return }
    try host.calling("state.load") {
      bytes.withUnsafeBytes { load(table, $0.baseAddress, $0.count) }
    }
  }

  package func dataloader(for pass: ExpertPass) throws -> ExpertDataloader {
    let call = "get_dataloader(\(pass.split), \(pass.epoch))"
    var made: UnsafeMutablePointer<superb_dataloader>?
    try host.calling(call) {
      pass.withTable {
        table.pointee.get_dataloader?(table, $0, &made) ?? SUPERB_INTERNAL
      }
    }
    guard let made, made.pointee.batch != nil, made.pointee.batch_count >= 0
    else {
      throw host.breach(in: call, "it gave no dataloader")
    }
    if let problem = smallness(
      made.pointee.struct_size, of: UnsafePointer(made))
    {
      throw host.breach(in: call, problem)
    }
    return ExpertDataloader(table: made, host: host, split: pass.split)
  }

  /// The loss of one batch, a number that is recorded for differentiation
  /// while the engine records.
  package func forward(
    _ batch: ExpertBatch, in pass: ExpertPass, frames: Node, offsets: [Int64]
  ) throws -> Node {
    let call = "forward(\(pass.split))"
    host.enter(call)
    var loss: OpaquePointer?
    let status = withFeatures(frames, offsets) { features in
      pass.withTable {
        table.pointee.forward?(table, $0, batch.table, features, &loss)
          ?? SUPERB_INTERNAL
      }
    }
    try host.check(status, during: call, missing: loss == nil ? "loss" : nil)
    guard let loss = Node.behind(loss) else {
      throw host.breach(in: call, "it gave no loss")
    }
    return loss
  }

  /// The contract's struct of these features, borrowed for the call.
  func withFeatures<Result>(
    _ frames: Node, _ offsets: [Int64],
    _ body: (UnsafePointer<superb_features>) -> Result
  ) -> Result {
    offsets.withUnsafeBufferPointer { offsets in
      var features = superb_features()
      features.struct_size = UInt32(MemoryLayout<superb_features>.size)
      features.count = UInt32(offsets.count - 1)
      features.frames = frames.handle
      features.offsets = offsets.baseAddress
      return body(&features)
    }
  }

  /// What the expert has gathered in such passes since the last call.
  package func records(of pass: ExpertPass) throws -> SplitRecords {
    let call = "log_records(\(pass.split))"
    let collector = RecordCollector()
    try host.calling(call) {
      collector.withTable { records in
        pass.withTable {
          table.pointee.log_records?(table, $0, records) ?? SUPERB_INTERNAL
        }
      }
    }
    if let problem = collector.problem {
      throw host.breach(in: call, problem)
    }
    return collector.records
  }
}
