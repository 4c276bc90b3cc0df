import Alignment
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Hosting

@Suite struct AlignmentJournalTests {
  private let folder: TemporaryFolder
  private let queries = FrameArrays([[1, 2, 3, 4], [5, 6]])
  private let documents = FrameArrays([[1, 2], [3, 4, 5, 6], [7, 8]])

  init() throws {
    folder = try TemporaryFolder()
  }

  private var file: String { folder.path + "/" + AlignmentJournal.fileName }

  /// A journal as a process finds it that has just begun.
  private func record(
    _ settings: DTWSettings = .benchmark, queries: FrameArrays? = nil
  ) throws -> any AlignmentRecord {
    try AlignmentJournal(folder: folder.path).record(
      settings, 2, queries ?? self.queries, documents)
  }

  private func write() throws {
    let record = try record()
    try record.keep([0.5, .infinity], toDocument: 0)
    try record.keep([0.25, 0.125], toDocument: 2)
  }

  @Test func whatWasFinishedIsKnownAfterwards() throws {
    try write()
    let record = try record()
    #expect(record.distances(toDocument: 0) == [0.5, .infinity])
    #expect(record.distances(toDocument: 1) == nil)
    #expect(record.distances(toDocument: 2) == [0.25, 0.125])
  }

  @Test func otherQueriesOrSettingsHaveNothingInCommon() throws {
    try write()
    let others = [
      try record(DTWSettings(distance: .cosine)),
      try record(queries: FrameArrays([[1, 2, 3, 4], [5, 7]])),
      try record(queries: FrameArrays([[1, 2], [3, 4, 5, 6]])),
    ]
    for other in others {
      #expect(other.distances(toDocument: 0) == nil)
      #expect(other.distances(toDocument: 2) == nil)
    }
  }

  @Test func itIsGoneOnceItIsNotNeeded() throws {
    try write()
    AlignmentJournal(folder: folder.path).remove()
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(try record().distances(toDocument: 0) == nil)
  }

  @Test func anEntryThatIsCutOffIsNotUsedAndTheFileGoesOn() throws {
    try write()
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    let second = whole.count - JournalEntryTests.bytes(of: 2)
    for count in 0..<whole.count {
      try whole.prefix(count).write(to: URL(fileURLWithPath: file))
      let cut = try record()
      #expect(
        cut.distances(toDocument: 0)
          == (count >= second ? [0.5, .infinity] : nil))
      #expect(cut.distances(toDocument: 2) == nil)
      try cut.keep([1, 2], toDocument: 1)
      #expect(try record().distances(toDocument: 1) == [1, 2])
    }
  }

  @Test func anEntryWithAFlippedBitIsNotUsed() throws {
    try write()
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    let first = 8 + JournalEntryTests.bytes(of: 2)
    for offset in first..<whole.count {
      var damaged = whole
      damaged[offset] ^= 0x10
      try damaged.write(to: URL(fileURLWithPath: file))
      let record = try record()
      #expect(record.distances(toDocument: 0) == [0.5, .infinity])
      #expect(record.distances(toDocument: 2) == nil)
    }
  }

  @Test func alignmentGoesOnWithWhatIsMissing() throws {
    let aligner = try Aligner(queries: queries, dim: 2, threads: 2)
    let plain = try aligner.distances(to: documents)
    try record().keep(
      [plain[0, 1], plain[1, 1]], toDocument: 1)
    let told = Mutex<[AlignmentProgress]>([])
    let continued = try aligner.distances(
      to: documents, record: record(),
      progress: { progress in told.withLock { $0.append(progress) } })
    #expect(continued == plain)
    #expect(told.withLock { $0.map(\.done) } == [4, 6])
    #expect(told.withLock { $0.map(\.total) } == [6, 6])
    // All are known now: nothing is aligned, and the numbers are the same.
    let known = try aligner.distances(
      to: documents, record: record(),
      progress: { _ in Issue.record("a known document is aligned") })
    #expect(known == plain)
  }

  @Test func aFolderThatCannotBeWrittenIsAnError() throws {
    let journal = AlignmentJournal(folder: folder.path + "/missing")
    let record = try journal.record(.benchmark, 2, queries, documents)
    #expect(record.distances(toDocument: 0) == nil)
    #expect(throws: (any Error).self) {
      try record.keep([1, 2], toDocument: 0)
    }
  }
}

enum JournalEntryTests {
  static func bytes(of distances: Int) -> Int { 32 + 4 + distances * 4 + 4 }
}
