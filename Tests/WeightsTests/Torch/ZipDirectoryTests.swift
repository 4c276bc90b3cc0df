import Foundation
import TestSupport
import Testing

@testable import Weights

struct ZipDirectoryTests {
  /// What a zip archive is made of, to be told lies with.
  struct Archive {
    struct Entry {
      var name: String
      var localName: String?
      var data: [UInt8] = [1, 2, 3]
      var method = 0
      var flags = 0
      /// Instead of the true ones.
      var size: Int?
      var header: Int?
      var extra: [UInt8] = []
    }
    var entries: [Entry]
    var count: Int?
    var comment: [UInt8] = []
    /// Written as zip64, with this many entries.
    var wideCount: UInt64?
    var wideStart: UInt64?

    static func number(_ value: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
    }
    static func short(_ value: Int) -> [UInt8] {
      number(UInt16(truncatingIfNeeded: value))
    }
    static func long(_ value: Int) -> [UInt8] {
      number(UInt32(truncatingIfNeeded: value))
    }

    var bytes: [UInt8] {
      var file: [UInt8] = []
      var directory: [UInt8] = []
      for entry in entries {
        let start = entry.header ?? file.count
        let name = Array(entry.name.utf8)
        let local = Array((entry.localName ?? entry.name).utf8)
        let size = entry.size ?? entry.data.count
        directory += Self.long(0x0201_4b50) + Self.short(0) + Self.short(0)
        directory += Self.short(entry.flags) + Self.short(entry.method)
        directory += [UInt8](repeating: 0, count: 8)
        directory += Self.long(size) + Self.long(size)
        directory += Self.short(name.count) + Self.short(entry.extra.count)
        directory += [UInt8](repeating: 0, count: 10)
        directory += Self.long(start) + name + entry.extra
        file += Self.long(0x0403_4b50) + [UInt8](repeating: 0, count: 22)
        file += Self.short(local.count) + Self.short(0) + local + entry.data
      }
      let start = file.count
      file += directory
      if let wideCount {
        let place = file.count
        file += Self.long(0x0606_4b50) + Self.number(UInt64(44))
        file += Self.short(0) + Self.short(0) + Self.long(0) + Self.long(0)
        file += Self.number(wideCount) + Self.number(wideCount)
        file += Self.number(UInt64(directory.count))
        file += Self.number(wideStart ?? UInt64(start))
        file += Self.long(0x0706_4b50) + Self.long(0)
        file += Self.number(UInt64(place)) + Self.long(1)
      }
      let count = self.count ?? entries.count
      file += Self.long(0x0605_4b50) + Self.short(0) + Self.short(0)
      file += Self.short(count) + Self.short(count)
      file += Self.long(directory.count) + Self.long(start)
      return file + Self.short(comment.count) + comment
    }
  }

  func read(_ archive: Archive) throws -> [String: Range<Int>] {
    try archive.bytes.withUnsafeBytes { try ZipDirectory($0).entries }
      .mapValues(\.bytes)
  }

  func refusal(_ archive: Archive) -> String {
    let error = #expect(throws: WeightsRefusal.self) { try read(archive) }
    return error?.reason ?? ""
  }

  @Test func storedEntriesAreFound() throws {
    var archive = Archive(entries: [
      .init(name: "a/x", data: [7, 8]), .init(name: "a/y", data: []),
    ])
    #expect(try read(archive)["a/x"] == 33..<35)
    archive.comment = Array("a comment".utf8)
    #expect(try read(archive).count == 2)
    archive.wideCount = 2
    #expect(try read(archive)["a/x"] == 33..<35)
    #expect(try read(Archive(entries: [])).isEmpty)
  }

  @Test func liesAreRefused() {
    #expect(
      refusal(.init(entries: [.init(name: "a", method: 8)]))
        .contains("compressed"))
    #expect(
      refusal(.init(entries: [.init(name: "a", flags: 1)]))
        .contains("encrypted"))
    #expect(
      refusal(.init(entries: [.init(name: "a", localName: "b")]))
        .contains("two names"))
    #expect(
      refusal(.init(entries: [.init(name: "a", size: 4000)]))
        .contains("outside the file"))
    #expect(
      refusal(.init(entries: [.init(name: "a", header: 5)]))
        .contains("not where it should be"))
    #expect(
      refusal(.init(entries: [.init(name: "a"), .init(name: "a")]))
        .contains("there twice"))
    #expect(
      refusal(
        .init(entries: [
          .init(
            name: "a", data: [0] + Archive(entries: [.init(name: "b")]).bytes),
          .init(name: "b", header: 32),
        ])
      ).contains("overlap"))
    #expect(
      refusal(.init(entries: [.init(name: "a")], count: 7))
        .contains("announces 7"))
  }

  @Test(arguments: ["../a", "a/../b", "/etc/passwd", "a\\b", "", "a\0b"])
  func namesThatLeadElsewhereAreRefused(_ name: String) {
    #expect(refusal(.init(entries: [.init(name: name)])).contains("is called"))
  }

  @Test func wideNumbersAreNotBelieved() {
    for (count, start) in [
      (UInt64.max, UInt64(0)), (1 << 40, 0), (1, .max), (1, 1 << 62),
    ] {
      let archive = Archive(
        entries: [.init(name: "a")], wideCount: count, wideStart: start)
      #expect(!refusal(archive).isEmpty)
    }
    // Sizes beyond 32 bits in an entry.
    let extra =
      Archive.short(1) + Archive.short(8) + Archive.number(UInt64.max)
    #expect(
      !refusal(
        .init(entries: [.init(name: "a", size: 0xffff_ffff, extra: extra)])
      ).isEmpty)
    #expect(
      !refusal(.init(entries: [.init(name: "a", size: 0xffff_ffff)])).isEmpty)
  }

  @Test func changedBytesAreReadOrRefused() throws {
    let archive = Archive(
      entries: (0..<5).map { .init(name: "a/\($0)") }, wideCount: 5)
    let whole = archive.bytes
    var random = SeededGenerator(seed: 3)
    let box = TimeBox()
    var rounds = 0
    while box.isOpen {
      rounds += 1
      var bytes = whole
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] =
          UInt8.random(in: 0...255, using: &random)
      }
      if Int.random(in: 0..<8, using: &random) == 0 {
        bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
      }
      let entries = bytes.withUnsafeBytes { try? ZipDirectory($0).entries }
      for place in (entries ?? [:]).values.map(\.bytes) {
        #expect(place.upperBound <= bytes.count)
      }
    }
    #expect(rounds > 100)
  }
}
