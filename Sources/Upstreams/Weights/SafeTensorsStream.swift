import Diagnostics
import Foundation

/// Writes a safetensors file one tensor after the other, and holds none of
/// them: for more tensors than fit into memory, whose sizes are not known
/// beforehand. The names are: room for the header is left by them.
///
/// The same tensors in the same order give the same bytes. Without a commit
/// there is no file.
struct SafeTensorsStream: ~Copyable {
  private let file: AtomicFile
  private let metadata: [String: String]
  private let headerBytes: Int
  /// The header's entries so far.
  private var entries: [String] = []
  private var names: Set<String> = []
  /// Bytes of tensors so far.
  private(set) var byteCount = 0

  /// - Parameter names: of every tensor that may come; some may stay away.
  /// - Throws: `UserError` if the disk refuses, or if so many tensors do not
  ///   fit one file.
  init(
    path: String, names: [String], metadata: [String: String]
  ) throws {
    self.metadata = metadata
    // The longest that an entry's numbers and punctuation can be.
    let room =
      names.reduce(Self.header([], metadata).utf8.count) {
        $0 + $1.quoted.utf8.count + 170
      }
    headerBytes = (room + 7) / 8 * 8
    guard headerBytes <= SafeTensorsHeader.maximumBytes else {
      throw UserError(
        "\(names.count) tensors are too many for one safetensors file",
        at: path, fix: "write several files, each of fewer")
    }
    file = try AtomicFile(path)
    file.reserve(8 + headerBytes)
  }

  /// Appends single-precision numbers, row-major.
  mutating func append(_ name: String, shape: [Int], floats: [Float]) throws {
    guard shape.reduce(1, *) == floats.count, names.insert(name).inserted else {
      throw InternalError(
        "the tensor '\(name)' of shape \(shape) is given \(floats.count) "
          + "values, or is there already")
    }
    try floats.withUnsafeBytes { try file.append($0) }
    let end = byteCount + floats.count * MemoryLayout<Float>.size
    entries.append(
      "\(name.quoted):{\"dtype\":\"F32\",\"shape\":["
        + shape.map(String.init).joined(separator: ",")
        + "],\"data_offsets\":[\(byteCount),\(end)]}")
    byteCount = end
  }

  /// Writes the header and puts the file in its place.
  func commit() throws {
    var header = Array(Self.header(entries, metadata).utf8)
    guard header.count <= headerBytes else {
      throw InternalError("a header is longer than the room left for it")
    }
    header += [UInt8](repeating: 0x20, count: headerBytes - header.count)
    let length = withUnsafeBytes(of: UInt64(headerBytes).littleEndian) {
      [UInt8]($0)
    }
    try (length + header).withUnsafeBytes { try file.fill($0, at: 0) }
    try file.commit()
  }

  private static func header(
    _ entries: [String], _ metadata: [String: String]
  ) -> String {
    let pairs = metadata.sorted { $0.key < $1.key }
      .map { "\($0.key.quoted):\($0.value.quoted)" }
    let first = "\"__metadata__\":{\(pairs.joined(separator: ","))}"
    return "{\(([first] + entries).joined(separator: ","))}"
  }
}
