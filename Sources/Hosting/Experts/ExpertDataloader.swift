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
    let call = "batch \(index) of \(split)"
    host.enter(call)
    var made: UnsafePointer<superb_batch>?
    let status =
      table.pointee.batch?(table, Int64(index), &made) ?? SUPERB_INTERNAL
    try host.check(status, during: call)
    guard let made, made.pointee.count > 0, let items = made.pointee.items
    else {
      throw host.breach(in: call, "the batch is empty")
    }
    return try ExpertBatch(
      table: made, loader: self,
      items: (0..<Int(made.pointee.count)).map { position in
        guard let item = items[position]?.pointee else {
          throw host.breach(in: call, "it has a null item")
        }
        guard let known = ExpertItem(item, seed: host.setting.seed) else {
          throw host.breach(in: call, "an item has no id or no audio file")
        }
        return known
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

  /// Nil without an id or an audio file, which the contract asks for.
  package init?(_ item: superb_item, seed: UInt64) {
    guard let id = item.id, let audio = item.audio?.pointee,
      let span = AudioSpan(audio)
    else { return nil }
    self.id = String(cString: id)
    self.span = span
    if audio.crop_length > 0 {
      self.span.crop = AudioSpan.Crop(
        length: Int(audio.crop_length), variant: Int(audio.crop),
        seed: seed, item: self.id)
    }
  }
}

extension AudioSpan {
  /// As a task describes it, without its crop; nil without a path.
  package init?(_ audio: superb_audio) {
    guard let path = audio.path else { return nil }
    self.init(
      path: String(cString: path),
      chain: AudioChain(
        gainDecibels: audio.gain_db,
        trimsSilence: audio.effects & SUPERB_AUDIO_TRIM_SILENCE != 0),
      start: Int(audio.start), length: Int(audio.length))
  }
}
