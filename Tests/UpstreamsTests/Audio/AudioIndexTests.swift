import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Upstreams

struct AudioIndexTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func index() throws -> AudioIndex {
    try AudioIndex(folder: folder.file("index"))
  }

  func write(_ text: String, age: Int) throws -> String {
    let path = folder.file("a.wav")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let seconds = time(nil) - age
    let times = [
      timespec(tv_sec: seconds, tv_nsec: 5),
      timespec(tv_sec: seconds, tv_nsec: 5),
    ]
    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
    return path
  }

  /// Changes a file behind the index's back: same size, time and inode.
  func overwrite(_ path: String, _ text: String, age: Int) throws {
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
    var status = stat()
    #expect(stat(path, &status) == 0)
    let times = [
      timespec(tv_sec: time(nil) - age, tv_nsec: 5),
      timespec(tv_sec: time(nil) - age, tv_nsec: 5),
    ]
    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
  }

  @Test func aFileIsHashedOnceForAllProcesses() throws {
    let path = try write("abc", age: 1000)
    let digest = try index().digest(ofFile: path)
    #expect(
      digest.hexadecimal
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(try index().digest(ofFile: path) == digest)
    // Whoever reads it writes it down.
    #expect(folder.files(endingIn: ".audio").count == 1)
    // Other bytes of its size and its time are found all the same.
    var before = stat()
    #expect(stat(path, &before) == 0)
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.write(contentsOf: Data("xyz".utf8))
    try handle.close()
    let times = [before.st_atim, before.st_mtim]
    #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
    #expect(try index().digest(ofFile: path) != digest)
  }

  @Test func aFileOfThisMomentIsNotTrustedYet() throws {
    let path = try write("abc", age: 0)
    let index = try index()
    let digest = try index.digest(ofFile: path)
    try overwrite(path, "abd", age: 0)
    #expect(try index.digest(ofFile: path) != digest)
  }

  @Test func lengthsAreRememberedByContentAndEffects() throws {
    let path = try write("abc", age: 1000)
    let first = try index()
    let audio = try first.digest(ofFile: path)
    #expect(first.length(of: audio, chain: "plain") == nil)
    first.note(length: 123_456, of: audio, chain: "plain")
    let second = try index()
    #expect(second.length(of: audio, chain: "plain") == 123_456)
    #expect(second.length(of: audio, chain: "trimmed") == nil)
  }

  @Test func damageOnlyCostsTime() throws {
    let path = try write("abc", age: 1000)
    let digest = try index().digest(ofFile: path)
    try flipByte(40, of: try #require(folder.files(endingIn: ".audio").first))
    #expect(try index().digest(ofFile: path) == digest)
  }

  @Test func aMissingFileIsNamed() throws {
    let error = #expect(throws: UserError.self) {
      try index().digest(ofFile: "/nowhere/a.wav")
    }
    #expect(error?.location == "/nowhere/a.wav")
  }
}
