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
    let call = "batch \(index) of \(split)"
    var made: UnsafePointer<superb_batch>?
    try host.calling(call) {
      table.pointee.batch?(table, Int64(index), &made) ?? SUPERB_INTERNAL
    }
    guard let made, made.pointee.count > 0, let items = made.pointee.items
    else {
      throw host.breach(in: call, "the batch is empty")
    }
    guard made.pointee.count <= 1 << 24 else {
      throw host.breach(
        in: call, "the batch has \(made.pointee.count) utterances")
    }
    return try ExpertBatch(
      table: made, loader: self,
      items: (0..<Int(made.pointee.count)).map { position in
        guard let item = items[position]?.pointee else {
          throw host.breach(in: call, "it has a null item")
        }
        guard let known = try ExpertItem(item, host: host) else {
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
  init?(_ item: superb_item, host: ExpertHost) throws {
    let rate = host.setting.samplingRate
    guard let id = item.id, let audio = item.audio?.pointee,
      let span = try AudioSpan(audio, samplingRate: rate)
    else { return nil }
    self.id = String(cString: id)
    self.span = span
    if audio.crop_length > 0 {
      self.span.crop = AudioSpan.Crop(
        length: try audio.samples(audio.crop_length, at: rate),
        variant: Int(audio.crop), seed: host.setting.seed, item: self.id)
    }
  }
}

extension AudioSpan {
  /// As a task describes it, without its crop, for an upstream that hears
  /// audio of `samplingRate`; nil without a path.
  package init?(_ audio: superb_audio, samplingRate: Int) throws {
    guard let path = audio.path else { return nil }
    guard audio.gain_db.isFinite else {
      throw UserError(
        "a task asks for a gain of \(audio.gain_db) dB",
        at: String(cString: path))
    }
    self.init(
      path: String(cString: path),
      chain: AudioChain(
        gainDecibels: audio.gain_db,
        trimsSilence: audio.effects & SUPERB_AUDIO_TRIM_SILENCE != 0),
      start: try audio.samples(audio.start, at: samplingRate),
      length: try audio.samples(audio.length, at: samplingRate))
  }
}

extension superb_audio {
  /// How many samples at `samplingRate` one unit of its positions is.
  ///
  /// - Throws: ``UserError`` if that is no whole number.
  package func samplesPerUnit(at samplingRate: Int) throws -> Int {
    let own = rate == 0 ? samplingRate : Int(rate)
    guard samplingRate % own == 0 else {
      throw UserError(
        "a task counts audio in 1/\(own) seconds, and the upstream hears "
          + "\(samplingRate) samples a second, which that does not divide",
        at: path.map { String(cString: $0) },
        fix: "use an upstream whose sampling rate \(own) divides, or have the "
          + "task count in another unit")
    }
    return samplingRate / own
  }

  /// A position or length of this audio in samples at `samplingRate`.
  fileprivate func samples(
    _ position: Int64, at samplingRate: Int
  ) throws -> Int {
    let (samples, overflows) = Int(position).multipliedReportingOverflow(
      by: try samplesPerUnit(at: samplingRate))
    guard !overflows else {
      throw UserError(
        "an audio position of \(position) is out of range",
        at: path.map { String(cString: $0) })
    }
    return samples
  }
}

extension ExpertBatch {
  /// What the task says of the item at `index` besides its id and tag.
  package func attributes(of index: Int) -> [String: String] {
    guard let item = table.pointee.items?[index]?.pointee,
      let list = item.attributes
    else { return [:] }
    return (0..<Int(item.attribute_count)).reduce(into: [:]) { found, place in
      guard let one = list[place]?.pointee, let name = one.name,
        let value = one.value
      else { return }
      found[String(cString: name)] = String(cString: value)
    }
  }
}
