import Diagnostics
import Speech
import TaskABI
import Upstreams

/// The batches of one split in one epoch, as the expert plans them.
package final class ExpertDataloader {
  private let table: UnsafeMutablePointer<superb_dataloader>
  private let host: ExpertHost
  private let split: String

  package var batchCount: Int { Int(table.pointee.batch_count) }

  package init(
    table: UnsafeMutablePointer<superb_dataloader>, host: ExpertHost,
    split: String
  ) {
    self.table = table
    self.host = host
    self.split = split
  }

  deinit {
    table.pointee.destroy?(table)
  }

  package func batch(_ index: Int) throws -> ExpertBatch {
    var made: UnsafePointer<superb_batch>?
    let status =
      table.pointee.batch?(table, Int64(index), &made) ?? SUPERB_INTERNAL
    try host.check(status, during: "batch \(index) of \(split)")
    guard let made, made.pointee.count > 0, let items = made.pointee.items
    else {
      throw InternalError("batch \(index) of \(split) is empty")
    }
    return try ExpertBatch(
      table: made, loader: self,
      items: (0..<Int(made.pointee.count)).map { position in
        guard let item = items[position]?.pointee else {
          throw InternalError("batch \(index) of \(split) has a null item")
        }
        return try ExpertItem(item, seed: host.setting.seed)
      })
  }
}

/// One batch, borrowed from its dataloader, which it keeps alive.
package struct ExpertBatch {
  package let table: UnsafePointer<superb_batch>
  package let loader: ExpertDataloader
  package let items: [ExpertItem]
}

/// One utterance of a batch.
package struct ExpertItem {
  package let id: String
  package private(set) var span: AudioSpan

  package init(_ item: superb_item, seed: UInt64) throws {
    guard let id = item.id, let audio = item.audio?.pointee else {
      throw InternalError("an item has no id or no audio")
    }
    self.id = String(cString: id)
    span = try AudioSpan(audio)
    if audio.crop_length > 0 {
      span.crop = AudioSpan.Crop(
        length: Int(audio.crop_length), variant: Int(audio.crop),
        seed: seed, item: self.id)
    }
  }
}

extension AudioSpan {
  /// As a task describes it, without its crop.
  package init(_ audio: superb_audio) throws {
    guard let path = audio.path else {
      throw InternalError("an audio has no path")
    }
    self.init(
      path: String(cString: path),
      chain: AudioChain(
        gainDecibels: audio.gain_db,
        trimsSilence: audio.effects & SUPERB_AUDIO_TRIM_SILENCE != 0),
      start: Int(audio.start), length: Int(audio.length))
  }
}
