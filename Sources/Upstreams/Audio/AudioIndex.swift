import Diagnostics
import Files
import Foundation
import Synchronization

/// What is known of audio files, so that they are neither hashed nor decoded
/// again: the digest of a file's bytes, and the length of its audio after its
/// effects.
///
/// Kept in `<root>/audio/`, one append-only file for each process that had
/// something to add. It is a cache: where it cannot be written, only time is
/// lost.
final class AudioIndex: Sendable {
  private let folder: String
  private let state: Mutex<State>

  private struct State {
    var known: [ContentDigest: ContentDigest] = [:]
    var file: AppendedFile?
    var isWritable = true
  }

  init(folder: String) throws {
    self.folder = folder
    var known: [ContentDigest: ContentDigest] = [:]
    for name in try names(inFolder: folder)
    where name.hasSuffix(AudioIndex.suffix) {
      var reader = RecordReader(
        path: "\(folder)/\(name)", recordSize: AudioFact.byteCount)
      _ = try reader.readNew { bytes in
        guard let fact = AudioFact(bytes: bytes) else { return false }
        known[fact.key] = fact.value
        return true
      }
    }
    state = Mutex(State(known: known))
  }

  static let suffix = ".audio"

  /// The SHA-256 of a file's bytes. A file that has been hashed before, and
  /// has the same path, size, times and inode since, is not read.
  ///
  /// - Parameter anew: whether to read it in any case.
  func digest(
    ofFile path: String, anew: Bool = false
  ) throws -> ContentDigest {
    guard let status = fileStatus(path) else {
      if errno == ENOENT {
        throw UserError(
          "there is no such audio file", at: path,
          fix: "check the corpus's folder in the configuration")
      }
      throw UserError.system("cannot read the audio file", path)
    }
    // The change's time tells of a file that was replaced by one of its size
    // and time.
    let key = ContentDigest(
      of: "superb.audio.file/2", path, Int(status.st_size),
      Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec),
      Int(status.st_ctim.tv_sec), Int(status.st_ctim.tv_nsec),
      Int(truncatingIfNeeded: status.st_ino))
    if !anew, let digest = state.withLock({ $0.known[key] }) { return digest }
    let digest = try AudioIndex.hash(path)
    // A file younger than the clock's tick may change without a change of
    // its time, so it is not remembered yet.
    if time(nil) - status.st_mtim.tv_sec >= 2 {
      note(AudioFact(key: key, value: digest))
    }
    return digest
  }

  /// The length in 16 kHz samples after the chain's effects, if it is known.
  func length(of audio: ContentDigest, chain: String) -> Int? {
    let key = ContentDigest(of: AudioIndex.lengthTag, audio, chain)
    return state.withLock { $0.known[key] }.map { Int($0.firstWord) }
  }

  func note(length: Int, of audio: ContentDigest, chain: String) {
    var bytes = [UInt8](repeating: 0, count: ContentDigest.byteCount)
    bytes.withUnsafeMutableBytes {
      $0.storeBytes(of: UInt64(length).bigEndian, as: UInt64.self)
    }
    note(
      AudioFact(
        key: ContentDigest(of: AudioIndex.lengthTag, audio, chain),
        value: bytes.withUnsafeBytes(ContentDigest.init(bytes:))))
  }

  /// Whether a part of an audio is known to be silence: its start and length
  /// in samples after the chain's effects.
  func isSilent(
    _ part: ResolvedSpan, of audio: ContentDigest, chain: String
  ) -> Bool {
    let key = Self.silenceKey(part, audio, chain)
    return state.withLock { $0.known[key] != nil }
  }

  func noteSilence(
    _ part: ResolvedSpan, of audio: ContentDigest, chain: String
  ) {
    note(AudioFact(key: Self.silenceKey(part, audio, chain), value: audio))
  }

  private static func silenceKey(
    _ part: ResolvedSpan, _ audio: ContentDigest, _ chain: String
  ) -> ContentDigest {
    ContentDigest(
      of: "superb.audio.silence/1", audio, chain, part.start, part.length)
  }

  private static let lengthTag = "superb.audio.length/1"

  /// The SHA-256 of a file that is read.
  static func hash(_ path: String) throws -> ContentDigest {
    let hasher = DigestHasher()
    try hasher.combine(contentOf: RawFile(path, O_RDONLY))
    return hasher.finish()
  }

  private func note(_ fact: AudioFact) {
    state.withLock { state in
      guard state.known.updateValue(fact.value, forKey: fact.key) != fact.value,
        state.isWritable
      else { return }
      do {
        if state.file == nil {
          try makeFolder(folder)
          state.file = try AppendedFile(
            path: "\(folder)/\(uniqueName())\(AudioIndex.suffix)")
        }
        try state.file?.append(fact.encoded())
      } catch {
        state.isWritable = false
      }
    }
  }
}

/// One line of the audio index: 72 bytes.
///
///     0  magic "SAF1"   4  key, 32 bytes   36  value, 32 bytes
///    68  CRC32C of bytes 0 ..< 68
private struct AudioFact {
  static let byteCount = 72
  private static let magic: UInt32 = 0x3146_4153

  var key: ContentDigest
  var value: ContentDigest

  init(key: ContentDigest, value: ContentDigest) {
    self.key = key
    self.value = value
  }

  init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.number(at: 0) == AudioFact.magic,
      bytes.number(at: 68) == CRC32C.of(bytes.part(..<68))
    else { return nil }
    key = ContentDigest(bytes: bytes.part(4..<36))
    value = ContentDigest(bytes: bytes.part(36..<68))
  }

  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: AudioFact.magic)
    key.withUnsafeBytes { bytes += $0 }
    value.withUnsafeBytes { bytes += $0 }
    bytes.append(littleEndian: bytes.withUnsafeBytes(CRC32C.of))
    return bytes
  }
}
