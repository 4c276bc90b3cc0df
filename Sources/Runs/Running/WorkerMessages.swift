import Files
import Foundation
import Training

/// A worker's messages among what comes out of its pipe, which its task can
/// write to as well.
struct WorkerMessages {
  private var lines = LineReader()
  private let decoder = JSONDecoder()
  private let tell: (WorkerMessage) -> Void
  /// Messages that may be looked at now; so many come by each second. A
  /// worker sends ten, and reading what somebody else sends must not keep a
  /// core busy.
  private var allowance = Self.most
  private var lastTime = SuspendingClock.now
  /// The last message. The same again is no sign of life.
  private var last: WorkerMessage?
  /// The last line that was passed over.
  private var waiting: [UInt8]?

  private static let most = 200.0
  private static let perSecond = 50.0

  init(_ tell: @escaping (WorkerMessage) -> Void) {
    self.tell = tell
  }

  /// Returns whether there was a message that says something new, which is a
  /// sign of life; other bytes are none.
  mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var found: [[UInt8]] = []
    lines.append(bytes) { found.append($0) }
    let now = SuspendingClock.now
    allowance = min(
      Self.most, allowance + Self.perSecond * ((now - lastTime) / .seconds(1)))
    lastTime = now
    var isSign = false
    for line in found {
      guard allowance >= 1 else {
        waiting = line
        continue
      }
      allowance -= 1
      waiting = nil
      isSign = tell(of: line) || isSign
    }
    return isSign
  }

  /// To be called when the worker has ended: its last words may say why.
  mutating func end() {
    if let line = waiting.take() { _ = tell(of: line) }
  }

  private mutating func tell(of line: [UInt8]) -> Bool {
    guard
      let message = try? decoder.decode(WorkerMessage.self, from: Data(line))
    else { return false }
    tell(message)
    // A pace goes down while nothing is done.
    var news = message
    news.note = nil
    defer { last = news }
    return news != last
  }
}
