import Files
import Foundation

extension SplitRecords {
  /// Writes the task's files and `predictions/<split>.jsonl` into a folder,
  /// which is made if need be.
  ///
  /// - Parameter flushed: false for what may be lost with the machine's power.
  package func write(
    to folder: String, split: String, flushed: Bool = true
  ) throws {
    try makeFolder(folder)
    for file in files {
      try AtomicFile.write(
        file.bytes, to: folder + "/" + file.name, flushed: flushed)
    }
    try writePredictions(to: folder, split: split, flushed: flushed)
  }

  /// One JSON object a line, in the order of ids, so that the file does not
  /// depend on the order of the batches; nothing where there are none.
  package func writePredictions(
    to folder: String, split: String, flushed: Bool = true
  ) throws {
    guard !predictions.isEmpty else { return }
    let folder = folder + "/predictions"
    try makeFolder(folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes = Data()
    for prediction in predictions.sorted(by: { $0.id < $1.id }) {
      bytes += try encoder.encode(prediction)
      bytes.append(UInt8(ascii: "\n"))
    }
    try AtomicFile.write(
      bytes, to: "\(folder)/\(split).jsonl", flushed: flushed)
  }
}
