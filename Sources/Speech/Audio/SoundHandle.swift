import CSndfile
import Diagnostics
import Foundation

/// libsndfile at work on an open descriptor, which stays the caller's.
///
/// The library never sees the descriptor or a name. Given a descriptor, some
/// of its versions close it when they refuse the file and some do not; given
/// a name, it takes what it does not recognise for headerless audio if the
/// name ends in .au, .vox or .gsm.
final class SoundHandle {
  /// Why the last opening failed is a global of the library: held while one
  /// is tried, or files would be refused for each other's reasons.
  private static let opening = NSLock()

  let pointer: OpaquePointer
  private let bytes: Bytes
  private var isOpen = true

  /// `mode` is `SFM_READ` or `SFM_WRITE`. A ``UserError`` without a place
  /// says why the file is refused.
  init(_ descriptor: CInt, mode: Int, info: inout SF_INFO) throws {
    let bytes = Bytes(descriptor: descriptor)
    var callbacks = Bytes.callbacks
    SoundHandle.opening.lock()
    defer { SoundHandle.opening.unlock() }
    let pointer = withExtendedLifetime(bytes) {
      sf_open_virtual(
        &callbacks, CInt(mode), &info,
        Unmanaged.passUnretained(bytes).toOpaque())
    }
    guard let pointer else { throw UserError(SoundHandle.message(nil)) }
    self.pointer = pointer
    self.bytes = bytes
  }

  deinit { close() }

  /// Writes what is still to be written. False if that failed.
  @discardableResult
  func close() -> Bool {
    guard isOpen else { return true }
    isOpen = false
    return sf_close(pointer) == 0 && !bytes.hasFailed
  }

  /// What is wrong so far; nil if nothing is.
  var problem: String? {
    sf_error(pointer) == 0 ? nil : SoundHandle.message(pointer)
  }

  /// The library's sentence for a handle's last error, or for that of the
  /// last opening, without its final stop.
  private static func message(_ handle: OpaquePointer?) -> String {
    let sentence = sf_error_number(sf_error(handle))
    var text = sentence.map { String(cString: $0) } ?? "unknown reason"
    // Its checks of its own work are set off by headers full of nonsense.
    if text.hasPrefix("Internal error") { return "its header is damaged" }
    while let last = text.last, last == "." || last.isWhitespace {
      text.removeLast()
    }
    return text
  }
}

/// A position in an open file, as libsndfile's virtual input and output.
private final class Bytes {
  let descriptor: CInt
  private var position: Int64 = 0
  /// Some bytes could not be written.
  private(set) var hasFailed = false

  init(descriptor: CInt) { self.descriptor = descriptor }

  static let callbacks = SF_VIRTUAL_IO(
    get_filelen: { Bytes.at($0)?.count ?? -1 },
    seek: { Bytes.at($2)?.seek($0, from: $1) ?? -1 },
    read: { Bytes.at($2)?.read(into: $0, count: $1) ?? 0 },
    write: { Bytes.at($2)?.write(from: $0, count: $1) ?? 0 },
    tell: { Bytes.at($0)?.position ?? -1 })

  private static func at(_ pointer: UnsafeMutableRawPointer?) -> Bytes? {
    pointer.map { Unmanaged<Bytes>.fromOpaque($0).takeUnretainedValue() }
  }

  private var count: Int64 {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : -1
  }

  private func seek(_ offset: Int64, from whence: CInt) -> Int64 {
    let base =
      switch whence {
      case SEEK_CUR: position
      case SEEK_END: count
      default: Int64(0)
      }
    let (target, isOver) = base.addingReportingOverflow(offset)
    guard !isOver, target >= 0 else { return -1 }
    position = target
    return target
  }

  private func read(
    into buffer: UnsafeMutableRawPointer?, count: Int64
  ) -> Int64 {
    transfer(count) { done in
      guard let buffer else { return 0 }
      return pread(
        descriptor, buffer + done, Int(count) - done, off_t(position))
    }
  }

  private func write(from buffer: UnsafeRawPointer?, count: Int64) -> Int64 {
    let done = transfer(count) { done in
      guard let buffer else { return 0 }
      return pwrite(
        descriptor, buffer + done, Int(count) - done, off_t(position))
    }
    if done < count { hasFailed = true }
    return done
  }

  /// Calls `part` with the count so far until `count` bytes are done, or no
  /// more can be.
  private func transfer(_ count: Int64, _ part: (Int) -> Int) -> Int64 {
    var done: Int64 = 0
    while done < count {
      let size = part(Int(done))
      if size < 0, errno == EINTR { continue }
      guard size > 0 else { break }
      done += Int64(size)
      position += Int64(size)
    }
    return done
  }
}
