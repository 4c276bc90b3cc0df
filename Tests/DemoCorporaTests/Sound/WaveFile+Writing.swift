@testable import DemoCorpora

extension WaveFile {
  /// The file's bytes.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(44 + samples.count * 2)
    func put(_ text: String) { bytes.append(contentsOf: text.utf8) }
    func put(_ value: Int, _ width: Int) {
      for i in 0..<width {
        bytes.append(UInt8(truncatingIfNeeded: value >> (8 * i)))
      }
    }
    put("RIFF")
    put(36 + samples.count * 2, 4)
    put("WAVEfmt ")
    put(16, 4)
    put(1, 2)
    put(1, 2)
    put(rate, 4)
    put(rate * 2, 4)
    put(2, 2)
    put(16, 2)
    put("data")
    put(samples.count * 2, 4)
    samples.map(\.littleEndian).withUnsafeBytes {
      bytes.append(contentsOf: $0)
    }
    return bytes
  }
}
