import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct FileLockTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/.lock" }
  private let busy = UserError("busy")

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func secondOwnerIsRefusedUntilTheFirstIsGone() throws {
    let first = try FileLock(path: path, orThrow: busy)
    #expect(throws: busy) { try FileLock(path: path, orThrow: busy) }
    first.unlock()
    let second = try FileLock(path: path, orThrow: busy)
    // Twice is as good as once.
    second.unlock()
    second.unlock()
    _ = try FileLock(path: path, orThrow: busy)
    _ = try FileLock(path: path, orThrow: busy)
  }

  @Test func waitingOwnerGetsItInTheEnd() throws {
    let first = try FileLock(path: path, orThrow: busy)
    let path = path
    let waiting = Thread {
      let second = try? FileLock(path: path)
      _ = FileManager.default.createFile(atPath: path + ".had", contents: nil)
      second?.unlock()
    }
    waiting.start()
    usleep(50_000)
    #expect(!FileManager.default.fileExists(atPath: path + ".had"))
    first.unlock()
    let end = Date(timeIntervalSinceNow: 10)
    while !FileManager.default.fileExists(atPath: path + ".had"), Date() < end {
      usleep(1000)
    }
    #expect(FileManager.default.fileExists(atPath: path + ".had"))
  }

  @Test func folderThatIsNotThereIsTheUsersError() {
    #expect(throws: UserError.self) {
      try FileLock(path: folder.path + "/no/such/.lock", orThrow: busy)
    }
  }
}
