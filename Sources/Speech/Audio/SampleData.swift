import Diagnostics

/// The block of sample bytes in a container, by its header.
///
/// libsndfile shortens the count of samples without a word when a file ends
/// early, whose header knows better, so the promise is read from there here.
struct SampleData {
  var offset: UInt64
  var promisedBytes: UInt64

  /// Writers to a pipe cannot go back to fill in the length and leave one of
  /// several placeholders, which promise nothing: about 2³¹ or 2³², or what
  /// no file is long.
  private static let placeholders: [ClosedRange<UInt64>] = [
    0x7fff_0000...0x8000_0000, 0xffff_0000...0xffff_ffff, 1 << 62...UInt64.max,
  ]

  /// Fails if the file ends before its samples do. Files of other formats,
  /// and headers that make no sense, are left for the decoder to judge.
  static func checkComplete(_ file: RegularFile) throws {
    guard let data = SampleData(file) else { return }
    let held = file.count - min(data.offset, file.count)
    guard data.promisedBytes > held,
      !placeholders.contains(where: {
        // A file of such a length may have it from its samples.
        $0.contains(data.promisedBytes) && file.count < $0.lowerBound
      })
    else { return }
    throw UserError(
      "is truncated: its header promises \(data.promisedBytes) bytes of "
        + "samples and the file holds \(held)", at: file.path,
      fix: "restore it from its source")
  }
}

extension SampleData {
  init?(_ file: RegularFile) {
    switch file.tag(at: 0) {
    case "RIFF", "RF64", "BW64":
      self.init(chunksOf: file, samples: ["data"], bigEndian: false)
    case "RIFX":
      self.init(chunksOf: file, samples: ["data"], bigEndian: true)
    case "FORM":
      self.init(chunksOf: file, samples: ["SSND", "BODY"], bigEndian: true)
    case "riff": self.init(wave64: file)
    case "caff": self.init(coreAudio: file)
    case "NIST": self.init(sphere: file)
    case "Crea": self.init(creativeVoice: file)
    case "2BIT": self.init(audioVisualResearch: file)
    case "ALaw": self.init(psion: file)
    case "OggS": self.init(lastPageOf: file)
    case ".snd":
      guard let offset = file.integer(at: 4, bigEndian: true),
        let size = file.integer(at: 8, bigEndian: true)
      else { return nil }
      self.init(offset: offset, promisedBytes: size)
    default: return nil
    }
  }

  /// Walks the chunks of an IFF container to that of its samples.
  private init?(
    chunksOf file: RegularFile, samples: Set<String>, bigEndian: Bool
  ) {
    var position: UInt64 = 12
    var size64: UInt64?
    for _ in 0..<1_000 {
      guard let tag = file.tag(at: position),
        let size = file.integer(at: position + 4, bigEndian: bigEndian)
      else { return nil }
      let start = position + 8
      if samples.contains(tag) {
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
