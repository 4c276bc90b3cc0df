import Files
import Foundation
import TestSupport
import Testing

@testable import Upstreams

struct WeightsDigestTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  func write(_ text: String, to path: String, age: Double) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -age)],
      ofItemAtPath: path)
  }

  @Test func itIsTheSHA256OfTheBytes() throws {
    let digests = WeightsDigest(folder: folder.file("digests"))
    let path = folder.file("x")
    try write("abc", to: path, age: 100)
    let expected =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(try digests.digest(of: path) == expected)
    #expect(try names(inFolder: digests.folder).count == 1)
    #expect(try digests.digest(of: path) == expected)
    #expect(try names(inFolder: digests.folder).count == 1)
  }

  @Test func aChangedFileIsHashedAgain() throws {
    let digests = WeightsDigest(folder: folder.file("digests"))
    let path = folder.file("x")
    try write("abc", to: path, age: 100)
    let before = try digests.digest(of: path)
    try write("abd", to: path, age: 50)
    #expect(try digests.digest(of: path) != before)
  }

  @Test func aFileOfThisMomentIsNotRemembered() throws {
    let digests = WeightsDigest(folder: folder.file("digests"))
    let path = folder.file("x")
    try write("abc", to: path, age: 0)
    _ = try digests.digest(of: path)
    #expect(try names(inFolder: digests.folder).isEmpty)
  }
}
