import CBZip2
import CZlib
import Diagnostics
import Foundation

/// The bytes of a file, plain, gzip or bzip2, whichever its first bytes say,
/// or of a text that is in memory.
///
/// Several compressed streams one after the other, as parallel compressors
/// write them, are read as one.
final class ByteSource {
  let path: String
  private let descriptor: Int32
  private var gzip: gzFile?
  private var bzip = bz_stream()
  private var kind = Kind.plain
  private var input = [UInt8]()
  private var inputStart = 0
  private var isBetweenStreams = true

  private enum Kind { case plain, gzip, bzip2, memory }

  /// - Parameter name: what errors name.
  init(text: String, name: String) {
    path = name
    descriptor = -1
    kind = .memory
    input = Array(text.utf8)
  }

  /// - Throws: `UserError` if the file cannot be opened.
  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw UserError(
        "cannot open the file: \(String(cString: strerror(errno)))", at: path)
    }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw UserError("this is a folder, not a file", at: path)
    }
    var magic = [UInt8](repeating: 0, count: 3)
    let count = pread(descriptor, &magic, 3, 0)
    if count >= 2, magic[0] == 0x1f, magic[1] == 0x8b {
      kind = .gzip
      gzip = gzdopen(dup(descriptor), "rb")
      guard gzip != nil else {
        throw UserError("there is no memory to decompress the file", at: path)
      }
      gzbuffer(gzip, 1 << 18)
    } else if count == 3, magic == Array("BZh".utf8) {
      kind = .bzip2
      input = [UInt8](repeating: 0, count: 1 << 18)
      inputStart = input.count
    }
  }

  deinit {
    if let gzip { gzclose_r(gzip) }
    if kind == .bzip2, !isBetweenStreams { BZ2_bzDecompressEnd(&bzip) }
    if descriptor >= 0 { close(descriptor) }
  }

  /// Reads up to `count` bytes.
  ///
  /// - Returns: how many; 0 at the end.
  /// - Throws: `UserError` if the file is cut short or damaged.
  func read(into target: UnsafeMutableRawPointer, count: Int) throws -> Int {
    switch kind {
    case .plain: return try readPlain(into: target, count: count)
    case .gzip: return try readGzip(into: target, count: count)
    case .bzip2: return try readBzip2(into: target, count: count)
    case .memory: return readMemory(into: target, count: count)
    }
  }

  private func readMemory(
    into target: UnsafeMutableRawPointer, count: Int
  ) -> Int {
    let size = min(count, input.count - inputStart)
    input.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, size > 0 else { return }
      target.copyMemory(from: base + inputStart, byteCount: size)
    }
    inputStart += size
    return size
  }

  private func readPlain(
    into target: UnsafeMutableRawPointer, count: Int
  ) throws -> Int {
    while true {
      let got = Foundation.read(descriptor, target, count)
      if got >= 0 { return got }
      guard errno == EINTR else {
        throw UserError(
          "cannot read the file: \(String(cString: strerror(errno)))", at: path)
      }
    }
  }

  private func readGzip(
    into target: UnsafeMutableRawPointer, count: Int
  ) throws -> Int {
    let got = gzread(gzip, target, UInt32(min(count, 1 << 30)))
    var code: Int32 = 0
    let message = gzerror(gzip, &code).map { String(cString: $0) } ?? ""
    if code == Z_BUF_ERROR || (got == 0 && gzeof(gzip) == 0) {
      throw damaged("the gzip file ends before its data do")
    }
    if got < 0 || code < 0 {
      throw damaged("the gzip file is damaged: \(message)")
    }
    return Int(got)
  }

  private func readBzip2(
    into target: UnsafeMutableRawPointer, count: Int
  ) throws -> Int {
    bzip.next_out = target.assumingMemoryBound(to: CChar.self)
    bzip.avail_out = UInt32(min(count, 1 << 30))
    let room = bzip.avail_out
    while bzip.avail_out == room {
      if inputStart == input.count {
        let got = try input.withUnsafeMutableBytes { buffer -> Int in
          guard let base = buffer.baseAddress else { return 0 }
          return try readPlain(into: base, count: 1 << 18)
        }
        if got == 0 {
          if isBetweenStreams { return 0 }
          throw damaged("the bzip2 file ends before its data do")
        }
        if got < input.count { input.removeLast(input.count - got) }
        inputStart = 0
      }
      if isBetweenStreams {
        guard BZ2_bzDecompressInit(&bzip, 0, 0) == BZ_OK else {
          throw UserError("there is no memory to decompress the file", at: path)
        }
        isBetweenStreams = false
      }
      let code = input.withUnsafeMutableBytes { buffer -> Int32 in
        bzip.next_in = buffer.baseAddress.map {
          ($0 + inputStart).assumingMemoryBound(to: CChar.self)
        }
        bzip.avail_in = UInt32(buffer.count - inputStart)
        return BZ2_bzDecompress(&bzip)
      }
      inputStart = input.count - Int(bzip.avail_in)
      if code == BZ_STREAM_END {
        BZ2_bzDecompressEnd(&bzip)
        isBetweenStreams = true
      } else if code != BZ_OK {
        throw damaged("the bzip2 file is damaged")
      }
      if inputStart == input.count, input.count < 1 << 18 {
        input = [UInt8](repeating: 0, count: 1 << 18)
        inputStart = input.count
      }
    }
    return Int(room - bzip.avail_out)
  }

  private func damaged(_ reason: String) -> UserError {
    UserError(reason, at: path, fix: "get or write the file again")
  }
}
