import Files
import Foundation
import Records
import Testing

/// One digest of all numbers that a finished cell holds: what it reports,
/// what it predicted, and every tensor of every checkpoint.
///
/// Left out is what knows a place, a time or a machine: costs, logs, the
/// configuration's paths and the headers' remarks.
struct CellDigest {
  private var lines: [String] = []

  /// Hexadecimal, 64 digits.
  var text: String {
    let hasher = DigestHasher()
    hasher.combine(lines.sorted().joined(separator: "\n"))
    return hasher.finish().hexadecimal
  }

  /// - Parameters:
  ///   - files: every file of the cell, by its path in the cell's folder.
  ///   - contents: reads one of them.
  init(files: [String], contents: (String) throws -> Data) throws {
    for file in files {
      switch (file as NSString).pathExtension {
      case "ckpt": try add(checkpoint: contents(file), named: file)
      case "jsonl" where file.contains("predictions/"), "ark", "csv", "rttm",
        "txt", "xml":
        try add(contents(file), named: file)
      case "json" where (file as NSString).lastPathComponent == "result.json":
        try add(.decoded(from: contents(file)), named: file)
      default: break
      }
    }
  }

  private mutating func add(_ bytes: Data, named name: String) {
    lines.append("\(name) \(Self.digest(bytes))")
  }

  private mutating func add(_ result: ExperimentResult, named name: String) {
    lines.append("\(name) best \(String(describing: result.bestStep))")
    for metric in result.metrics {
      let bits = String(metric.value.bitPattern, radix: 16)
      lines.append("\(name) \(metric.split) \(metric.name) \(bits)")
    }
  }

  /// A safetensors file: a header's length in eight bytes, the header, and
  /// the bytes of the tensors.
  private mutating func add(checkpoint: Data, named name: String) throws {
    let length = checkpoint.prefix(8).enumerated()
      .reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    let body = 8 + length
    let header = try #require(
      try JSONSerialization.jsonObject(with: checkpoint[8..<body])
        as? [String: [String: Any]])
    for (tensor, entry) in header where tensor != "__metadata__" {
      let range = try #require(entry["data_offsets"] as? [Int])
      let digest = Self.digest(checkpoint[body + range[0]..<body + range[1]])
      let kind = "\(entry["dtype"] ?? "") \(entry["shape"] ?? "")"
      lines.append("\(name) \(tensor) \(kind) \(digest)")
    }
  }

  private static func digest(_ bytes: Data) -> String {
    let hasher = DigestHasher()
    hasher.combine(bytes: bytes)
    return hasher.finish().hexadecimal
  }
}
