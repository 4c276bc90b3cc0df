import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Upstreams

struct MaintenanceTests {
  let shelfTests: FeatureShelfTests
  var folder: TemporaryFolder { shelfTests.folder }
  let toy = ToyUpstream().description

  init() throws { shelfTests = try FeatureShelfTests() }

  /// A store with packs of four blocks, as a process that has ended leaves
  /// it.
  func fill(_ count: Int, _ upstream: UpstreamDescription? = nil) throws {
    let shelf = try shelfTests.store(packSize: 1000).shelf(for: upstream ?? toy)
    try shelfTests.append(0..<count, to: shelf)
  }

  func left(_ upstream: UpstreamDescription? = nil) throws -> [Int] {
    let shelf = try shelfTests.store().shelf(for: upstream ?? toy)
    return (0..<100).filter { shelf.contains(shelfTests.key($0)) }
  }

  /// Sets when a pack was last used.
  func age(_ path: String, days: Double) throws {
    let seconds = Int(Date().timeIntervalSince1970 - days * 86_400)
    let times = [
      timespec(tv_sec: seconds, tv_nsec: 0),
      timespec(tv_sec: seconds, tv_nsec: 0),
    ]
    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
  }

  @Test func theListSaysWhatThereIs() throws {
    try fill(10)
    var other = toy
    other.name = "another"
    other.digest = String(repeating: "cd", count: 32)
    try fill(2, other)
    let list = try shelfTests.store().list()
    #expect(list.map(\.name) == ["another", "toy"])
    #expect(list.map(\.blocks) == [2, 10])
    #expect(list[1].audioSeconds == 1)
    #expect(list[1].precisions == [.float32])
    #expect(list[1].digest == toy.digest)
    #expect(list[0].bytes == 256 + 240 + 2 * 96)
    #expect(list[1].damaged == 0)
    #expect(abs(list[1].lastUsed.timeIntervalSinceNow) < 60)
  }

  @Test func verifyingDropsDamagedBlocksOnly() throws {
    try fill(10)
    let store = try shelfTests.store()
    #expect(try store.verify().map(\.damaged) == [0])
    try flipByte(70, of: try #require(folder.files(endingIn: ".blocks").first))
    try flipByte(30, of: try #require(folder.files(endingIn: ".index").last))
    let verified = try store.verify()
    #expect(verified.map(\.damaged) == [2])
    #expect(verified.map(\.blocks) == [8])
    #expect(try store.verify().map(\.damaged) == [0])
    #expect(try left().count == 8)
    let shelf = try store.shelf(for: toy)
    for number in try left() {
      #expect(
        try shelf.states(for: shelfTests.key(number))?.floats()
          == shelfTests.states(number).values)
    }
  }

  /// An index promises what the blocks no longer hold: nothing else is copied
  /// in its place.
  @Test func whatIsMissingOrDamagedIsNotCopied() throws {
    try fill(4)
    let blocks = try #require(folder.files(endingIn: ".blocks").first)
    // A damaged entry is why the pack is written anew.
    try flipByte(
      3 * 96 + 30, of: try #require(folder.files(endingIn: ".index").first))
    #expect(truncate(blocks, 700) == 0)
    try flipByte(300, of: blocks)
    #expect(try shelfTests.store().prune().removedBlocks == 2)
    #expect(try left() == [0])
    let copy = try #require(folder.files(endingIn: ".blocks").first)
    #expect(try Data(contentsOf: URL(fileURLWithPath: copy)).count == 240)
  }

  @Test func oldPacksGo() throws {
    try fill(12)
    for path in folder.files(endingIn: ".blocks").prefix(2) {
      try age(path, days: 30)
    }
    let report = try shelfTests.store().prune(
      olderThan: Date(timeIntervalSinceNow: -7 * 86_400))
    #expect(report.removedBlocks == 8)
    #expect(try left().count == 4)
    #expect(folder.files(endingIn: ".blocks").count == 1)
  }

  @Test func usingAPackMakesItYoung() throws {
    try fill(4)
    let blocks = try #require(folder.files(endingIn: ".blocks").first)
    try age(blocks, days: 30)
    _ = try shelfTests.store().shelf(for: toy).states(for: shelfTests.key(0))
    let report = try shelfTests.store().prune(
      olderThan: Date(timeIntervalSinceNow: -7 * 86_400))
    #expect(report.removedBlocks == 0)
  }

  @Test func whatWasNotUsedForLongestGoesFirst() throws {
    try fill(12)
    let packs = folder.files(endingIn: ".blocks")
    try age(packs[1], days: 3)
    try age(packs[0], days: 2)
    try age(packs[2], days: 1)
    let bytes = try shelfTests.store().list().reduce(0) { $0 + $1.bytes }
    let report = try shelfTests.store().prune(maximumBytes: bytes - 1)
    #expect(report.removedBlocks == 4)
    #expect(folder.files(endingIn: ".blocks") == [packs[0], packs[2]])
    #expect(report.freedBytes > 0)
    let none = try shelfTests.store().prune(maximumBytes: 0)
    #expect(none.removedBlocks == 8)
    #expect(try shelfTests.store().list().isEmpty)
  }

  @Test func oneUpstreamCanBeTakenOut() throws {
    try fill(5)
    var other = toy
    other.name = "another"
    other.digest = String(repeating: "cd", count: 32)
    try fill(5, other)
    let store = try shelfTests.store()
    #expect(throws: UserError.self) { try store.prune(upstream: "anothr") }
    #expect(try store.prune(upstream: "another").removedBlocks == 5)
    #expect(try left(other).isEmpty)
    #expect(try left().count == 5)
    #expect(try store.prune(upstream: "abababab").removedBlocks == 5)
  }

  @Test func doublesGoAndTheirKeysStay() throws {
    try fill(4)
    try fill(4)
    let store = try shelfTests.store()
    #expect(try store.prune().removedBlocks == 4)
    #expect(try left() == [0, 1, 2, 3])
    #expect(try store.prune().removedBlocks == 0)
  }

  @Test func ofDoublesTheWholeOneStays() throws {
    for damaged in 0..<2 {
      try fill(1)
      try fill(1)
      try flipByte(5, of: folder.files(endingIn: ".blocks")[damaged])
      let store = try shelfTests.store()
      #expect(try store.prune().removedBlocks == 1)
      #expect(
        try store.shelf(for: toy).states(for: shelfTests.key(0))?.floats()
          == shelfTests.states(0).values)
      _ = try store.prune(upstream: "toy")
    }
  }

  @Test func remainsOfABrokenRewritingGo() throws {
    try fill(4)
    let index = try #require(folder.files(endingIn: ".index").first)
    let orphan = (index as NSString).deletingLastPathComponent + "/x.blocks"
    try Data([1]).write(to: URL(fileURLWithPath: orphan))
    _ = try shelfTests.store().prune()
    #expect(!FileManager.default.fileExists(atPath: orphan))
    #expect(try left() == [0, 1, 2, 3])
  }

  @Test func whoReadsKeepsReading() throws {
    try fill(4)
    let store = try shelfTests.store()
    let shelf = try store.shelf(for: toy)
    let stored = try #require(try shelf.states(for: shelfTests.key(2)))
    #expect(try shelfTests.store().prune(upstream: "toy").removedBlocks == 4)
    #expect(stored.floats() == shelfTests.states(2).values)
    // What had not been looked at is missing, not an error.
    #expect(try shelf.states(for: shelfTests.key(0)) != nil)
    try shelf.refresh()
    #expect(try shelf.states(for: shelfTests.key(0)) == nil)
    #expect(shelf.damaged == 0)
  }

  @Test func aPackThatVanishedUnseenIsMissing() throws {
    try fill(4)
    let shelf = try shelfTests.store().shelf(for: toy)
    _ = try shelfTests.store().prune(upstream: "toy")
    #expect(try shelf.states(for: shelfTests.key(0)) == nil)
    #expect(shelf.damaged == 0)
  }

  @Test func packsThatAreWrittenToStay() throws {
    let writing = try shelfTests.store().shelf(for: toy)
    try shelfTests.append(0..<4, to: writing)
    let report = try shelfTests.store().prune(upstream: "toy")
    #expect(report.packsInUse == 1 && report.removedBlocks == 0)
    try shelfTests.append(4..<6, to: writing)
    #expect(try left() == [0, 1, 2, 3, 4, 5])
    try writing.closeWriter()
    #expect(try shelfTests.store().prune(upstream: "toy").removedBlocks == 6)
  }
}
