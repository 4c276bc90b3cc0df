import Foundation

/// The bytes of a `.npy` file.
///
/// - Parameter values: in the file's own order.
package func npy<T: BitwiseCopyable>(
  _ type: String, _ shape: [Int], _ values: [T], fortran: Bool = false,
  version: UInt8 = 1
) -> Data {
  let extents = shape.map { "\($0), " }.joined()
  var header =
    "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), "
    + "'shape': (\(extents)), }"
  while (header.utf8.count + 13) % 64 != 0 { header += " " }
  header += "\n"
  var data = Data([0x93] + Array("NUMPY".utf8) + [version, 0])
  let length = header.utf8.count
  data.append(contentsOf: [UInt8(length & 255), UInt8(length >> 8)])
  if version > 1 { data.append(contentsOf: [0, 0]) }
  data.append(contentsOf: header.utf8)
  values.withUnsafeBytes { data.append(contentsOf: $0) }
  return data
}

extension TemporaryFolder {
  /// Writes a file, and the folders above it.
  package func write(_ data: Data, _ name: String) throws {
    let url = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }
}
