/// Headers that are no IFF's.
extension SampleData {
  /// Sony's Wave64: chunks with names of 16 bytes and lengths of 64 bits,
  /// which count their own 24 bytes, padded to multiples of eight.
  init?(wave64 file: RegularFile) {
    var position: UInt64 = 40
    for _ in 0..<1_000 {
      guard let tag = file.tag(at: position),
        let size = file.integer64(at: position + 16, bigEndian: false),
        size >= 24
      else { return nil }
      if tag == "data" {
        self.init(offset: position + 24, promisedBytes: size - 24)
        return
      }
      guard size < file.count else { return nil }
      position += (size + 7) / 8 * 8
    }
    return nil
  }

  /// Apple's Core Audio Format: lengths of 64 bits, -1 where it is unknown.
  init?(coreAudio file: RegularFile) {
    var position: UInt64 = 8
    for _ in 0..<1_000 {
      guard let tag = file.tag(at: position),
        let size = file.integer64(at: position + 4, bigEndian: true)
      else { return nil }
      if tag == "data" {
        self.init(offset: position + 12, promisedBytes: size)
        return
      }
      guard size < file.count else { return nil }
      position += 12 + size
    }
    return nil
  }

  /// NIST's SPHERE: a header of lines such as `sample_count -i 16000`.
  init?(sphere file: RegularFile) {
    guard let start = file.bytes(at: 8, count: 8),
      let size = Int(
        String(decoding: start, as: UTF8.self).filter { !$0.isWhitespace }),
      (16...65_536).contains(size),
      let bytes = file.bytes(at: 0, count: size)
    else { return nil }
    var product: UInt64 = 1
    let header = String(decoding: bytes, as: UTF8.self)
    // Packed samples take less; the decoder will refuse them.
    if header.contains("shorten") || header.contains("wavpack") { return nil }
    let lines = header.split(separator: "\n")
    // Companded samples are bytes, and say so in one way or another.
    let isCompanded = lines.contains {
      $0.hasPrefix("sample_coding ")
        && ($0.contains("ulaw") || $0.contains("alaw"))
    }
    for name in ["sample_count", "channel_count", "sample_n_bytes"] {
      let written = lines.first { $0.hasPrefix("\(name) ") }
        .flatMap { $0.split(separator: " ").last }.flatMap { UInt64($0) }
      guard
        let number = name == "sample_n_bytes" && isCompanded ? 1 : written
      else { return nil }
      let (next, overflows) = product.multipliedReportingOverflow(by: number)
      guard !overflows else { return nil }
      product = next
    }
    self.init(offset: UInt64(size), promisedBytes: product)
  }

  /// Creative's VOC: blocks of a kind and a length of 24 bits. The first
  /// block of samples speaks for the file.
  init?(creativeVoice file: RegularFile) {
    guard let start = file.integer(at: 20, bigEndian: false) else { return nil }
    var position = start & 0xffff
    for _ in 0..<1_000 {
      guard let block = file.integer(at: position, bigEndian: false) else {
        return nil
      }
      if [1, 9].contains(block & 0xff) {
        self.init(offset: position + 4, promisedBytes: block >> 8)
        return
      }
      position += 4 + block >> 8
    }
    return nil
  }

  /// Audio Visual Research's AVR: channels and bits as 16-bit numbers, the
  /// number of samples at byte 26.
  init?(audioVisualResearch file: RegularFile) {
    guard let layout = file.integer(at: 12, bigEndian: true),
      let frames = file.integer(at: 26, bigEndian: true)
    else { return nil }
    let channels: UInt64 = layout >> 16 == 0 ? 1 : 2
    let width: UInt64 = layout & 0xffff > 8 ? 2 : 1
    self.init(offset: 128, promisedBytes: frames * channels * width)
  }

  /// Psion's WVE: the number of its bytes at byte 18.
  init?(psion file: RegularFile) {
    guard let count = file.integer(at: 18, bigEndian: true) else { return nil }
    self.init(offset: 32, promisedBytes: count)
  }

  /// Ogg says no length; but each page does, and the last one must be whole.
  init?(lastPageOf file: RegularFile) {
    let longestPage: UInt64 = 27 + 255 + 255 * 255
    let start = file.count - min(file.count, longestPage)
    guard let bytes = file.bytes(at: start, count: Int(file.count - start))
    else { return nil }
    let mark = Array("OggS".utf8)
    var page = bytes.count - mark.count
    while page >= 0, !bytes[page...].starts(with: mark) { page -= 1 }
    // A mark within the data of a page is none; then the page is longer.
    guard page >= 0, page + 27 <= bytes.count,
      page + 27 + Int(bytes[page + 26]) <= bytes.count
    else { return nil }
    let segments = bytes[page + 27..<page + 27 + Int(bytes[page + 26])]
    let header = UInt64(27 + segments.count)
    self.init(
      offset: start + UInt64(page) + header,
      promisedBytes: segments.reduce(0) { $0 + UInt64($1) })
  }
}
