import Diagnostics
import Files
import Foundation

/// Writes a safetensors file one tensor after the other, and holds none of
/// them: for more tensors than fit into memory, whose sizes are not known
/// beforehand. The names are: room for the header is left by them.
///
/// The same tensors in the same order give the same bytes. Until the commit
/// there is only `<path>.partial`, in which a later stream of the same
/// subject goes on:
///
///     0  the subject, 64 bits with the highest one set: as a header's
///        length, no reader accepts it
///     8  the header as far as it has come; the last 24 bytes of its room
///        hold the length of what is valid, that of its tensors, and the
///        header's CRC32C
///     …  the tensors
package struct SafeTensorsStream: ~Copyable {
  private let path: String
  private let file: RawFile
  /// What the partial file begins with.
  private let mark: UInt64
  private let headerBytes: Int
  /// The header so far, without its last brace.
  private var header: String
  /// Bytes of it that are on the disk with all that they speak of.
  private var recordedBytes: Int
  private var lastRecord = ContinuousClock.now
  /// The tensors that are there.
  package private(set) var names: Set<String>
  /// Bytes of tensors so far.
  package private(set) var byteCount: Int

  private static let suffix = ".partial"
  /// What the lengths and the checksum take.
  private static let lengthBytes = 24
  /// Seconds of work that a crash may cost.
  private static let recordInterval = 5.0

  /// - Parameters:
  ///   - subject: what the file is made from; a partial file of any other
  ///     subject is begun anew.
  ///   - names: of every tensor that may come; some may stay away.
  /// - Throws: `UserError` if the disk refuses, if another process is
  ///   writing the file, or if so many tensors do not fit one file.
  package init(
    path: String, subject: ContentDigest, names: [String],
    metadata: [String: String]
  ) throws {
    let opening = "{" + SafeTensorsHeader.entry(metadata)
    // The longest that an entry's numbers and punctuation can be.
    let room = names.reduce(opening.utf8.count + 1 + Self.lengthBytes) {
      $0 + $1.quoted.utf8.count + 170
    }
    let headerBytes = (room + 7) / 8 * 8
    guard headerBytes <= SafeTensorsHeader.maximumBytes else {
      throw UserError(
        "\(names.count) tensors are too many for one safetensors file",
        at: path, fix: "write several files, each of fewer")
    }
    let mark = subject.firstWord | 1 << 63
    let file = try Self.locked(path + Self.suffix, for: path)
    let found = try Self.found(
      in: file, mark: mark, opening: opening, headerBytes: headerBytes)
    if found == nil {
      try Self.begin(file, mark: mark, headerBytes: headerBytes)
    }
    self.path = path
    self.file = file
    self.mark = mark
    self.headerBytes = headerBytes
    header = found?.header ?? opening
    self.names = found?.names ?? []
    byteCount = found?.byteCount ?? 0
    recordedBytes = found?.header.utf8.count ?? 0
  }

  /// What a stream that was stopped has left of the file, in bytes.
  package static func partialBytes(of path: String) -> Int {
    fileStatus(path + suffix).map { Int($0.st_blocks) * 512 } ?? 0
  }

  /// Appends single-precision numbers, row-major, which may be written in half
  /// precision. All tensors of a file are of one type.
  package mutating func append(
    _ name: String, shape: [Int], floats: [Float],
    as element: TensorElement = .float32
  ) throws {
    guard shape.reduce(1, *) == floats.count, names.insert(name).inserted else {
      throw InternalError(
        "the tensor '\(name)' of shape \(shape) is given \(floats.count) "
          + "values, or is there already")
    }
    let place = 8 + headerBytes + byteCount
    switch element {
    case .float32:
      try floats.withUnsafeBytes { try file.write($0, at: place) }
    case .float16:
      try floats.map { Float16($0).bitPattern.littleEndian }.withUnsafeBytes {
        try file.write($0, at: place)
      }
    default:
      throw InternalError("a stream of \(element.rawValue) cannot be written")
    }
    let end = byteCount + floats.count * element.byteCount
    header +=
      "," + SafeTensorsHeader.entry(name, element, shape, byteCount..<end)
    byteCount = end
    if lastRecord.secondsUntilNow > Self.recordInterval { try record() }
  }

  /// Sees to it that a later stream goes on after the last tensor.
  package mutating func record() throws {
    let text = Array(header.utf8)
    guard text.count < headerBytes - Self.lengthBytes else {
      throw InternalError("a header is longer than the room left for it")
    }
    // Only then may the header speak of them.
    try file.synchronize()
    try text[recordedBytes...].withUnsafeBytes {
      try file.write($0, at: 8 + recordedBytes)
    }
    try Self.write(
      [UInt64(text.count), UInt64(byteCount), Self.checksum(text)], to: file,
      at: Self.lengthsPlace(headerBytes))
    recordedBytes = text.count
    lastRecord = .now
  }

  /// Writes the header and puts the file in its place, over an older one.
  package mutating func commit() throws {
    try record()
    // An earlier stream may have come further before it was stopped.
    try file.truncate(to: 8 + headerBytes + byteCount)
    let text = Array("}".utf8)
    let spaces = [UInt8](
      repeating: 0x20, count: headerBytes - recordedBytes - text.count)
    try (text + spaces).withUnsafeBytes {
      try file.write($0, at: 8 + recordedBytes)
    }
    try Self.write([UInt64(headerBytes)], to: file, at: 0)
    try file.synchronize()
    try AtomicFile.put(file.path, at: path)
  }

  /// Gives the partial file up, for a later stream to go on in; there is
  /// none if it holds no tensor. Nothing may be appended afterwards.
  package mutating func stop() {
    if names.isEmpty {
      unlink(file.path)
    } else {
      // If it cannot be recorded, the next stream does a little more.
      try? record()
      try? Self.write([mark], to: file, at: 0)
    }
    file.unlock(byte: 0)
  }

  // MARK: - Going on

  /// What a partial file holds.
  private struct Found {
    var header: String
    var names: Set<String>
    var byteCount: Int
  }

  /// What there is to go on from; nil if that is nothing.
  private static func found(
    in file: RawFile, mark: UInt64, opening: String, headerBytes: Int
  ) throws -> Found? {
    let size = try file.size()
    let place = lengthsPlace(headerBytes)
    guard size >= 8 + headerBytes,
      try word(of: file, at: 0) == mark,
      let length = Int(exactly: try word(of: file, at: place)),
      let bytes = Int(exactly: try word(of: file, at: place + 8)),
      length >= opening.utf8.count, length < headerBytes - lengthBytes,
      bytes <= size - 8 - headerBytes
    else { return nil }
    var text = [UInt8](repeating: 0, count: length)
    _ = try text.withUnsafeMutableBytes { try file.read(into: $0, at: 8) }
    let whole = text + [UInt8(ascii: "}")]
    guard text.starts(with: opening.utf8),
      try word(of: file, at: place + 16) == checksum(text),
      let header = try? whole.withUnsafeBytes({
        try SafeTensorsHeader(json: $0, dataBytes: bytes)
      })
    else { return nil }
    return Found(
      header: String(decoding: text, as: UTF8.self),
      names: Set(header.tensors.keys), byteCount: bytes)
  }

  private static func begin(
    _ file: RawFile, mark: UInt64, headerBytes: Int
  ) throws {
    try file.truncate(to: 0)
    // Taken from the disk now, so that a full one cannot keep a later record
    // from being written.
    try [UInt8](repeating: 0, count: 8 + headerBytes).withUnsafeBytes {
      try file.write($0, at: 0)
    }
    try write([mark], to: file, at: 0)
  }

  /// The partial file, and nobody else's until this process gives it up.
  private static func locked(
    _ partial: String, for path: String
  ) throws -> RawFile {
    if isFolder(path) {
      throw UserError("there is a folder of this name", at: path)
    }
    while true {
      let file = try RawFile(partial, O_RDWR | O_CREAT)
      if try file.tryLock(byte: 0) == false {
        throw UserError(
          "another process is writing this file", at: path,
          fix: "wait for it, or name another file")
      }
      // Between opening and locking its owner may have put it in its place.
      if let there = fileStatus(partial),
        try file.status().st_ino == there.st_ino
      {
        return file
      }
    }
  }

  private static func checksum(_ text: [UInt8]) -> UInt64 {
    text.withUnsafeBytes { UInt64(CRC32C.of($0)) }
  }

  private static func lengthsPlace(_ headerBytes: Int) -> Int {
    8 + headerBytes - lengthBytes
  }

  private static func write(
    _ words: [UInt64], to file: RawFile, at offset: Int
  ) throws {
    try words.map(\.littleEndian).withUnsafeBytes {
      try file.write($0, at: offset)
    }
  }

  private static func word(of file: RawFile, at offset: Int) throws -> UInt64 {
    var word: UInt64 = 0
    _ = try withUnsafeMutableBytes(of: &word) {
      try file.read(into: $0, at: offset)
    }
    return UInt64(littleEndian: word)
  }
}
