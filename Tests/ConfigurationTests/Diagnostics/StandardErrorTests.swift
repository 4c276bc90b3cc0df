import Foundation
import Testing

@testable import Diagnostics

@Suite struct StandardErrorTests {
  @Test func everyByteArrives() throws {
    let pipe = Pipe()
    // More than a pipe holds: it takes several writes.
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let writer = Thread {
      StandardError.write(
        bytes, to: pipe.fileHandleForWriting.fileDescriptor)
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    #expect(try pipe.fileHandleForReading.readToEnd() == Data(bytes))
  }

  @Test func messageThatCannotBeWrittenIsDropped() {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    StandardError.write(Array("lost".utf8), to: full)
    StandardError.write([], to: full)
    StandardError.write(Array("lost".utf8), to: -1)
  }
}
