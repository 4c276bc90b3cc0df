import Diagnostics

/// The block of sample bytes in a container, by its header.
///
/// libsndfile shortens the count of samples without a word when a wav, aiff
/// or au file ends early, so the promise is read from the header here.
struct SampleData {
  var offset: UInt64
  var promisedBytes: UInt64

  /// Writers to a pipe cannot go back to fill in the length and leave one of
  /// several placeholders from here on, which promise nothing.
  private static let smallestPlaceholder: UInt64 = 0x7fff_0000

  /// Fails if the file ends before its samples do. Files of other formats,
  /// and headers that make no sense, are left for the decoder to judge.
  static func checkComplete(_ file: RegularFile) throws {
    guard let data = SampleData(file) else { return }
    let held = file.count - min(data.offset, file.count)
    guard data.promisedBytes > held,
      data.promisedBytes < smallestPlaceholder
        || file.count > smallestPlaceholder
    else { return }
    throw UserError(
      "is truncated: its header promises \(data.promisedBytes) bytes of "
        + "samples and the file holds \(held)", at: file.path,
      fix: "restore it from its source")
  }

  private init(offset: UInt64, promisedBytes: UInt64) {
    self.offset = offset
    self.promisedBytes = promisedBytes
  }

  init?(_ file: RegularFile) {
    switch file.tag(at: 0) {
    case "RIFF", "RF64", "BW64":
      self.init(chunksOf: file, samples: "data", bigEndian: false)
    case "RIFX":
      self.init(chunksOf: file, samples: "data", bigEndian: true)
    case "FORM":
      self.init(chunksOf: file, samples: "SSND", bigEndian: true)
    case ".snd":
      guard let offset = file.integer(at: 4, bigEndian: true),
        let size = file.integer(at: 8, bigEndian: true)
      else { return nil }
      self.init(offset: offset, promisedBytes: size)
    default: return nil
    }
  }

  /// Walks the chunks of an IFF container to that of its samples.
  private init?(chunksOf file: RegularFile, samples: String, bigEndian: Bool) {
    var position: UInt64 = 12
    var size64: UInt64?
    for _ in 0..<1_000 {
      guard let tag = file.tag(at: position),
        let size = file.integer(at: position + 4, bigEndian: bigEndian)
      else { return nil }
      let start = position + 8
      if tag == samples {
        let promised = size == 0xffff_ffff ? size64 ?? size : size
        self.init(offset: start, promisedBytes: promised)
        return
      }
      if tag == "ds64",
        let low = file.integer(at: start + 8, bigEndian: bigEndian),
        let high = file.integer(at: start + 12, bigEndian: bigEndian)
      {
        size64 = high << 32 | low
      }
      // Chunks are padded to an even length.
      position = start + size + size % 2
    }
    return nil
  }
}
