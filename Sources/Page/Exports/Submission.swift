import Evidence
import Foundation
import Leaderboard
import Records

/// The archive that SUPERB's public board takes: predictions of an upstream,
/// one folder a task below `predict/`.
package struct Submission {
  /// The archive's bytes.
  package var bytes: Data
  /// The files that it holds.
  package var files: [String]
  /// What it lacks, and why.
  package var missing: [String]

  /// What the board's packer takes of each task: its name there, the task's
  /// id here, and the file.
  private static let parts = [
    ("pr", "pr", "test-hyp.ark"), ("sid", "sid", "test_predict.txt"),
    ("ks", "ks", "test_predict.txt"), ("ic", "ic", "test_predict.csv"),
    ("asr", "asr", "test-clean-noLM-hyp.ark"),
    ("asr_lm", "asr", "test-clean-LM-hyp.ark"),
    ("qbe", "qbe", "benchmark.stdlist.xml"), ("sf", "sf", "test-hyp.ark"),
    ("sv", "asv", "test_predict.txt"),
  ]

  package init(_ exported: Exported, upstream: String) {
    var files: [String] = []
    var missing: [String] = []
    var archive = StoredArchive()
    let entries = Dictionary(
      exported.ranked(upstream).map { ($0.result.task.id, $0) },
      uniquingKeysWith: { first, _ in first })
    func add(_ name: String, _ task: String, _ file: String, fold: String = "")
      -> String?
    {
      guard let entry = entries[task] else { return "no result of \(task)" }
      let path = exported.folder(of: entry) + fold + "/" + file
      guard let bytes = FileManager.default.contents(atPath: path) else {
        return "there is no \(file)"
      }
      archive.add(bytes, as: "predict/\(name)_public/\(file)")
      files.append("predict/\(name)_public/\(file)")
      return nil
    }
    for (name, task, file) in Self.parts {
      if let reason = add(name, task, file) {
        missing.append("\(name): \(reason)")
      }
    }
    for fold in 1...5 {
      let reason = add(
        "er_fold\(fold)", "emotion", "test_fold\(fold)_predict.txt",
        fold: "/fold\(fold)")
      if let reason { missing.append("er_fold\(fold): \(reason)") }
    }
    missing.append(
      "sd: the board takes frames' probabilities, which are not kept")
    bytes = archive.finished
    self.files = files
    self.missing = missing
  }
}

/// A ZIP archive whose files are not compressed (APPNOTE 6.3, method 0). No
/// time is kept, so that the same files give the same bytes.
struct StoredArchive {
  private var body = Data()
  private var directory = Data()
  private var count: UInt16 = 0

  mutating func add(_ bytes: Data, as name: String) {
    let path = Data(name.utf8)
    let offset = UInt32(body.count)
    // Version 2.0, names in UTF-8, stored, the first day that ZIP knows.
    var common = Data()
    for field: UInt16 in [20, 1 << 11, 0, 0, 0x21] {
      common.append(little: field)
    }
    common.append(little: Self.checksum(bytes))
    common.append(little: UInt32(bytes.count))
    common.append(little: UInt32(bytes.count))
    common.append(little: UInt16(path.count))
    common.append(little: UInt16(0))
    body.append(little: UInt32(0x0403_4b50))
    body += common + path + bytes
    directory.append(little: UInt32(0x0201_4b50))
    directory.append(little: UInt16(20))
    directory += common
    for _ in 0..<3 { directory.append(little: UInt16(0)) }
    directory.append(little: UInt32(0))
    directory.append(little: offset)
    directory += path
    count += 1
  }

  var finished: Data {
    var end = Data()
    end.append(little: UInt32(0x0605_4b50))
    for field in [0, 0, count, count] { end.append(little: field) }
    end.append(little: UInt32(directory.count))
    end.append(little: UInt32(body.count))
    end.append(little: UInt16(0))
    return body + directory + end
  }

  /// CRC-32 as of ISO 3309.
  static func checksum(_ bytes: Data) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum = table[Int((sum ^ UInt32(byte)) & 255)] ^ (sum >> 8)
    }
    return ~sum
  }

  private static let table = (0..<256 as Range<UInt32>).map { index in
    (0..<8).reduce(index) { value, _ in
      value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1
    }
  }
}

extension Data {
  fileprivate mutating func append(little value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
