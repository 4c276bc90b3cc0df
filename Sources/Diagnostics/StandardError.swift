import Foundation

/// What people are told while something runs.
///
/// A message that cannot be written is dropped: a full disk or a reader that
/// has gone away may cost a message, never what the message is about.
package enum StandardError {
  package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// A line, or several: what they quote cannot steer a terminal.
  package static func note(_ line: String) {
    write(Array((line.withoutControl + "\n").utf8))
  }

  /// Takes the place of the terminal's last line, which has no end yet.
  package static func draw(_ line: String) {
    write(Array("\r\u{1b}[2K\(line.oneLine)".utf8))
  }

  /// Bytes as they are.
  package static func write(_ bytes: some Collection<UInt8>) {
    write(Array(bytes), to: STDERR_FILENO)
  }

  /// Bytes as they are, to another open descriptor.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress,
          rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }
}
