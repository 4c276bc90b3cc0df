import Foundation
import Testing

@testable import TaskKit

@Suite struct TextFileTests {
  @Test func aMarkOfTheByteOrderIsNoText() throws {
    let path = NSTemporaryDirectory() + "text-\(UUID().uuidString)"
    defer { unlink(path) }
    try Data("\u{feff}u1 a b\r\nu2\n".utf8).write(
      to: URL(fileURLWithPath: path))
    let file = try TextFile(path, fix: "")
    #expect(file.lines.map(\.text) == ["u1 a b", "u2"])
    let lines = try KeyedLines(parsing: "\u{feff}u1 a b\nu2")
    #expect(lines.lines.map(\.id) == ["u1", "u2"])
  }
}
