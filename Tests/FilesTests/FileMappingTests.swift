import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Files

struct FileMappingTests {
  @Test func onlyWhatIsThereIsGiven() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", "0123456789")
    let mapping = try FileMapping(try RawFile(path, O_RDONLY), count: 10)
    #expect(mapping.bytes(at: 3, count: 2).map { Array($0) } == [51, 52])
    #expect(mapping.bytes(at: 10, count: 0)?.count == 0)
    for (offset, count) in [
      (7, 4), (11, 0), (-1, 2), (2, -1), (.max, .max), (1, .max),
    ] {
      #expect(mapping.bytes(at: offset, count: count) == nil)
    }
    #expect(mapping.bytes(at: 0, count: 10)?.count == 10)
  }

  /// No value could stand for a byte that is gone, so the reader ends, and
  /// says why.
  @Test func aFileThatIsCutShortEndsItsReaderWithTheReason() async throws {
    let result = await #expect(
      processExitsWith: .exitCode(ExitCode.userError),
      observing: [\.standardErrorContent]
    ) {
      let folder = try TemporaryFolder()
      let path = folder.file("big")
      try Data(count: 1 << 16).write(to: URL(fileURLWithPath: path))
      let other = try FileMapping(
        try RawFile("/proc/self/exe", O_RDONLY), count: 4096)
      let file = try RawFile(path, O_RDWR)
      let mapping = try FileMapping(file, count: try file.size())
      #expect(mapping.bytes[1 << 15] == 0)
      try file.truncate(to: 100)
      #expect(mapping.bytes[50] == 0 && other.bytes[0] == 0x7f)
      _ = mapping.bytes[1 << 15]
    }
    let said = String(
      decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("/big: another process has cut the file short"))
  }

  /// What is nobody's mapping stays the signal that it was.
  @Test func anotherBusErrorIsStillOne() async throws {
    await #expect(processExitsWith: .signal(SIGBUS)) {
      setenv("SWIFT_BACKTRACE", "enable=no", 1)
      let folder = try TemporaryFolder()
      let path = try folder.write("a", "0123456789")
      let file = try RawFile(path, O_RDWR)
      let mapping = try FileMapping(file, count: 10)
      let foreign = mmap(
        nil, 1 << 14, PROT_READ, MAP_SHARED, file.descriptor, 0)
      #expect(mapping.bytes[0] == 48)
      _ = foreign?.load(fromByteOffset: 1 << 13, as: UInt8.self)
    }
  }
}
