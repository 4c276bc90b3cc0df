import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Files

struct RawFileTests {
  @Test func aFullDiskIsTheUsersToMend() throws {
    let full = try RawFile("/dev/full", O_WRONLY)
    let error = #expect(throws: UserError.self) {
      try [UInt8](repeating: 1, count: 100).withUnsafeBytes {
        try full.write($0, at: 0)
      }
    }
    #expect(error?.location == "/dev/full")
    #expect(error?.fix?.contains("make room on that disk, which has") == true)
  }

  @Test func whatNeverEndsIsNoFile() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    for path in [pipe, "/dev/zero"] {
      let error = #expect(throws: UserError.self) {
        try RawFile(path, O_RDONLY)
      }
      #expect(error?.location == path)
    }
  }

  @Test func aLockedByteIsTakenForEverybodyElse() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("locks")
    var first: RawFile? = try RawFile(path, O_RDWR | O_CREAT)
    let second = try RawFile(path, O_RDWR)
    #expect(try first?.tryLock(byte: 8) == true)
    #expect(try second.tryLock(byte: 8) == false)
    #expect(try second.tryLock(byte: 16) == true)
    first?.unlock(byte: 8)
    #expect(try second.tryLock(byte: 8) == true)
    #expect(try first?.tryLock(byte: 24) == true)
    first = nil
    #expect(try second.tryLock(byte: 24) == true)
  }

  @Test func anUncommittedFileLeavesNothing() throws {
    let folder = try TemporaryFolder()
    do {
      let file = try AtomicFile(folder.file("a"))
      try [UInt8](repeating: 7, count: 10).withUnsafeBytes {
        try file.append($0)
      }
      #expect(!FileManager.default.fileExists(atPath: folder.file("a")))
    }
    #expect(folder.files(endingIn: "").isEmpty)
  }
}
