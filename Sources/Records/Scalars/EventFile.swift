import Diagnostics
import Files
import Foundation

/// A TensorBoard event file that outlives its process: what a killed one
/// left half-written is cut off, and the next one goes on behind it.
package final class EventFile: TrainingObserver {
  package let name = "events"
  package let path: String
  private let prefix: String
  private let file: AppendedFile

  /// TensorBoard reads files with this in their names.
  static let namePrefix = "events.out.tfevents."

  /// Goes on with the event file in `folder`, or begins one.
  ///
  /// - Parameter prefix: what scalars are called by, with the fold.
  package init(folder: String, prefix: String) throws {
    path = folder + "/" + (Self.name(in: folder) ?? Self.newName())
    self.prefix = prefix
    let whole = Self.events(
      in: [UInt8](FileManager.default.contents(atPath: path) ?? Data()))
    file = try AppendedFile(path: path)
    try file.rewind(to: whole.length)
    if whole.length == 0 { try begin() }
  }

  /// A figure of the split `split` at `step`; `name` as the task gives it.
  package func scalar(
    _ name: String, of split: String, _ value: Double, step: Int
  ) throws {
    let event = ScalarEvent(
      tag: "\(prefix)/\(split)-\(name)", step: step, value: Float(value),
      wallTime: Date().timeIntervalSince1970)
    try file.append(EventRecord.framed(event.message))
  }

  /// Makes all that was told durable. Gives the length of the file.
  package func mark(flushed: Bool = true) throws -> Int {
    try file.mark(flushed: flushed)
  }
  package func check(_ mark: Int) throws { try file.check(mark) }

  /// Forgets what was told after `mark`; all of it if `mark` is 0.
  package func rewind(to mark: Int) throws {
    try file.rewind(to: mark)
    if mark == 0 { try begin() }
  }

  private func begin() throws {
    try file.append(
      EventRecord.framed(
        ScalarEvent.header(wallTime: Date().timeIntervalSince1970)))
  }

  private static func newName() -> String {
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, host.count - 1)
    let name = host.withUnsafeBufferPointer { host in
      host.baseAddress.map { String(cString: $0) } ?? ""
    }
    return "\(namePrefix)\(Int(Date().timeIntervalSince1970)).\(name)"
  }

  private static func name(in folder: String) -> String? {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasPrefix(namePrefix) }.max()
  }
}

extension EventFile {
  /// The scalars of all whole records, and where the last of these ends.
  package static func events(
    in bytes: [UInt8]
  ) -> (scalars: [ScalarEvent], length: Int) {
    var scalars: [ScalarEvent] = []
    var length = 0
    while let payload = EventRecord.payload(in: bytes, at: length),
      let found = ScalarEvent.all(of: payload)
    {
      scalars += found
      length += EventRecord.overhead + payload.count
    }
    return (scalars, length)
  }
}
