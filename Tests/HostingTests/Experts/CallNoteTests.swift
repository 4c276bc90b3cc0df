import Foundation
import TestSupport
import Testing

@testable import Hosting

@Suite struct CallNoteTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func theLastCallIsThereForWhoeverLooks() throws {
    let note = try #require(CallNote(folder: folder.path))
    #expect(CallNote.take(from: folder.path) == nil)
    try withExtendedLifetime(note) {
      let note = try #require(CallNote(folder: folder.path))
      note.enter("log_records(dev)")
      note.enter("forward(train)")
      #expect(CallNote.take(from: folder.path) == "in forward(train)")
    }
    #expect(try folder.names.isEmpty)
  }

  @Test func aCallThatHasComeBackIsBehind() throws {
    let note = try #require(CallNote(folder: folder.path))
    note.enter("forward(train)")
    note.leave()
    #expect(CallNote.take(from: folder.path) == "after forward(train)")
    #expect(CallNote.take(from: folder.path) == nil)
  }

  @Test func nothingIsLeftByAProcessThatEndsWell() throws {
    do {
      let note = CallNote(folder: folder.path)
      note?.enter("create(ks)")
    }
    #expect(try folder.names.isEmpty)
  }

  @Test func longNamesAreCut() throws {
    let note = try #require(CallNote(folder: folder.path))
    note.enter(String(repeating: "x", count: 1000))
    #expect(
      CallNote.take(from: folder.path)
        == "in " + String(repeating: "x", count: 254))
  }

  @Test func aFolderThatTakesNoFileGetsNoNote() {
    #expect(CallNote(folder: folder.path + "/nowhere") == nil)
    #expect(CallNote.take(from: folder.path + "/nowhere") == nil)
  }
}
