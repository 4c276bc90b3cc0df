import Diagnostics
import Files

/// The entries of a zip archive whose data are stored as they are, which is
/// how PyTorch writes its archives.
///
/// Everything the archive says about itself is held against the file: no
/// entry is compressed, encrypted, outside the file or on top of another.
struct ZipDirectory {
  /// Data that an entry holds.
  struct Content: Sendable {
    /// The entry's.
    var name: String
    /// Where in the file they lie.
    var bytes: Range<Int>
    /// Their CRC-32; nil where the writer has left it out, which some do by
    /// storing 0.
    var checksum: UInt32?

    /// Refuses data that are not those that were written.
    func check(in file: UnsafeRawBufferPointer) throws(WeightsRefusal) {
      if let checksum, CRC32.of(file.part(bytes)) != checksum {
        throw WeightsRefusal(
          "the entry '\(name.shown)' is damaged, its checksum differs")
      }
    }
  }

  /// By their names.
  private(set) var entries: [String: Content] = [:]

  static let firstBytes: [UInt8] = [0x50, 0x4b, 0x03, 0x04]

  init(_ file: UnsafeRawBufferPointer) throws(WeightsRefusal) {
    let (directory, count) = try Self.findDirectory(file)
    var reader = Fields(file, at: directory.lowerBound)
    var extents: [(local: Range<Int>, name: String)] = []
    // An entry takes 46 bytes, so the file's size bounds this loop.
    while reader.position < directory.upperBound {
      let entry = try Entry(&reader, end: directory.upperBound)
      let place = try entry.findData(file, end: directory.lowerBound)
      let content = Content(
        name: entry.name, bytes: place.data,
        checksum: entry.checksum == 0 ? nil : entry.checksum)
      guard entries.updateValue(content, forKey: entry.name) == nil else {
        throw WeightsRefusal("the entry '\(entry.name.shown)' is there twice")
      }
      extents.append((place.header..<place.data.upperBound, entry.name))
    }
    guard entries.count == count else {
      throw WeightsRefusal(
        "it announces \(count) entries and has \(entries.count)")
    }
    extents.sort {
      ($0.local.lowerBound, $0.name) < ($1.local.lowerBound, $1.name)
    }
    for (before, after) in zip(extents, extents.dropFirst())
    where after.local.lowerBound < before.local.upperBound {
      throw WeightsRefusal(
        "the entries '\(before.name.shown)' and '\(after.name.shown)' overlap")
    }
  }

  /// Where the central directory lies, and how many entries it has.
  private static func findDirectory(_ file: UnsafeRawBufferPointer)
    throws(WeightsRefusal) -> (Range<Int>, Int)
  {
    let end = try findEnd(file)
    var reader = Fields(file, at: end + 4)
    var disk = try reader.number(2)
    var firstDisk = try reader.number(2)
    var countHere = try reader.number(2)
    var count = try reader.number(2)
    var size = try reader.number(4)
    var start = try reader.number(4)
    var limit = end
    if end >= 20, Fields.number(file, end - 20, 4) == 0x0706_4b50 {
      var locator = Fields(file, at: end - 16)
      _ = try locator.number(4)
      let place = try locator.number(8)
      var wide = Fields(file, at: place)
      guard place <= end - 76, try wide.number(4) == 0x0606_4b50 else {
        throw WeightsRefusal("its zip64 record is not where it should be")
      }
      wide.position += 12
      disk = try wide.number(4)
      firstDisk = try wide.number(4)
      countHere = try wide.number(8)
      count = try wide.number(8)
      size = try wide.number(8)
      start = try wide.number(8)
      limit = place
    }
    guard disk == 0, firstDisk == 0, countHere == count else {
      throw WeightsRefusal("it is one part of several")
    }
    guard start <= limit, size <= limit - start else {
      throw WeightsRefusal("its directory lies outside the file")
    }
    return (start..<start + size, count)
  }

  /// The record at the archive's end, which a comment may follow.
  private static func findEnd(_ file: UnsafeRawBufferPointer)
    throws(WeightsRefusal) -> Int
  {
    let shortest = 22
    var place = file.count - shortest
    while place >= 0, place >= file.count - shortest - 0xffff {
      if Fields.number(file, place, 4) == 0x0605_4b50,
        Fields.number(file, place + 20, 2) == file.count - place - shortest
      {
        return place
      }
      place -= 1
    }
    throw WeightsRefusal("it is cut short: the archive's end is missing")
  }
}

extension ZipDirectory {
  /// One entry of the central directory.
  private struct Entry {
    var name: String
    var size: Int
    var header: Int
    var checksum: UInt32

    init(_ reader: inout Fields, end: Int) throws(WeightsRefusal) {
      let start = reader.position
      guard try reader.number(4) == 0x0201_4b50 else {
        throw WeightsRefusal("its directory is damaged at byte \(start)")
      }
      reader.position += 4
      let flags = try reader.number(2)
      let method = try reader.number(2)
      reader.position += 4
      checksum = UInt32(try reader.number(4))
      var stored = try reader.number(4)
      size = try reader.number(4)
      let nameCount = try reader.number(2)
      let extraCount = try reader.number(2)
      let commentCount = try reader.number(2)
      let disk = try reader.number(2)
      reader.position += 6
      header = try reader.number(4)
      name = try reader.text(nameCount)
      var extra = Fields(reader.file, at: reader.position)
      reader.position += extraCount + commentCount
      guard reader.position <= end else {
        throw WeightsRefusal("its directory is damaged at byte \(start)")
      }
      let extraEnd = extra.position + extraCount
      while extra.position + 4 <= extraEnd {
        let kind = try extra.number(2)
        let next = try extra.number(2) + extra.position
        if kind == 1 {
          // Only what did not fit is there.
          if size == 0xffff_ffff { size = try extra.number(8) }
          if stored == 0xffff_ffff { stored = try extra.number(8) }
          if header == 0xffff_ffff { header = try extra.number(8) }
          guard extra.position <= next, next <= extraEnd else {
            throw WeightsRefusal(
              "the zip64 sizes of '\(name.shown)' are damaged")
          }
        }
        extra.position = next
      }
      guard disk == 0 || disk == 0xffff else {
        throw WeightsRefusal("the entry '\(name.shown)' is on another disk")
      }
      guard flags & 0x2041 == 0 else {
        throw WeightsRefusal("the entry '\(name.shown)' is encrypted")
      }
      guard method == 0, stored == size else {
        throw WeightsRefusal(
          "the entry '\(name.shown)' is compressed, which PyTorch never does")
      }
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      guard !name.isEmpty, !name.hasPrefix("/"), !parts.contains(".."),
        !name.contains("\\"), !name.utf8.contains(0)
      else { throw WeightsRefusal("an entry is called '\(name.shown)'") }
    }

    /// Where the entry's own header begins and where its data lie.
    func findData(_ file: UnsafeRawBufferPointer, end: Int)
      throws(WeightsRefusal) -> (header: Int, data: Range<Int>)
    {
      var reader = Fields(file, at: header)
      guard header <= end, try reader.number(4) == 0x0403_4b50 else {
        throw WeightsRefusal(
          "the entry '\(name.shown)' is not where it should be")
      }
      reader.position += 22
      let nameCount = try reader.number(2)
      let extraCount = try reader.number(2)
      guard try reader.text(nameCount) == name else {
        throw WeightsRefusal("the entry '\(name.shown)' bears two names")
      }
      let start = reader.position + extraCount
      guard start <= end, size <= end - start else {
        throw WeightsRefusal(
          "the entry '\(name.shown)' of \(size) bytes lies outside the file")
      }
      return (header, start..<start + size)
    }
  }

  /// Little-endian numbers one after the other.
  private struct Fields {
    let file: UnsafeRawBufferPointer
    var position: Int

    init(_ file: UnsafeRawBufferPointer, at position: Int) {
      self.file = file
      self.position = position
    }

    static func number(
      _ file: UnsafeRawBufferPointer, _ place: Int, _ width: Int
    ) -> Int? {
      guard place >= 0, place <= file.count - width else { return nil }
      return Int(exactly: file.unsigned(at: place, width: width))
    }

    mutating func number(_ width: Int) throws(WeightsRefusal) -> Int {
      guard let number = Self.number(file, position, width) else {
        throw WeightsRefusal("it points outside the file at byte \(position)")
      }
      position += width
      return number
    }

    mutating func text(_ count: Int) throws(WeightsRefusal) -> String {
      guard position <= file.count - count,
        let text = String(
          validating: file[position..<position + count], as: UTF8.self)
      else { throw WeightsRefusal("a name at byte \(position) is damaged") }
      position += count
      return text
    }
  }
}
