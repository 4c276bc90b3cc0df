/// One figure of a training curve, as TensorBoard stores it.
package struct ScalarEvent: Equatable {
  /// As TensorBoard groups it: `speech_commands/dev-acc`.
  var tag: String
  var step: Int
  var value: Float
  /// Seconds since 1970.
  var wallTime: Double

  /// The message `Event` of TensorFlow's `event.proto`.
  var message: [UInt8] {
    var value = WireEncoder()
    value.string(tag, field: ValueField.tag)
    value.float(self.value, field: ValueField.simpleValue)
    var summary = WireEncoder()
    summary.message(value.bytes, field: 1)
    var event = WireEncoder()
    event.double(wallTime, field: EventField.wallTime)
    event.integer(Int64(step), field: EventField.step)
    event.message(summary.bytes, field: EventField.summary)
    return event.bytes
  }

  /// What an event file begins with.
  static func header(wallTime: Double) -> [UInt8] {
    var event = WireEncoder()
    event.double(wallTime, field: EventField.wallTime)
    event.string("brain.Event:2", field: EventField.fileVersion)
    return event.bytes
  }

  /// The scalars of an `Event`: none of a header or of what is no scalar;
  /// nil if the bytes are no message.
  static func all(of message: ArraySlice<UInt8>) -> [ScalarEvent]? {
    guard let fields = WireField.all(of: message) else { return nil }
    var event = ScalarEvent(tag: "", step: 0, value: 0, wallTime: 0)
    var summaries: [ArraySlice<UInt8>] = []
    for (number, field) in fields {
      switch (Int(truncatingIfNeeded: number), field) {
      case (EventField.wallTime, .fixed64(let bits)):
        event.wallTime = Double(bitPattern: bits)
      case (EventField.step, .varint(let bits)):
        event.step = Int(truncatingIfNeeded: bits)
      case (EventField.summary, .bytes(let bytes)): summaries.append(bytes)
      default: break
      }
    }
    var events: [ScalarEvent] = []
    for summary in summaries {
      guard let values = WireField.all(of: summary) else { return nil }
      for case (1, .bytes(let value)) in values {
        guard let fields = WireField.all(of: value) else { return nil }
        if let scalar = event.with(fields) { events.append(scalar) }
      }
    }
    return events
  }

  private func with(
    _ fields: [(number: UInt64, field: WireField)]
  ) -> ScalarEvent? {
    var event = self
    var isScalar = false
    for (number, field) in fields {
      switch (Int(truncatingIfNeeded: number), field) {
      case (ValueField.tag, .bytes(let bytes)):
        event.tag = String(decoding: bytes, as: UTF8.self)
      case (ValueField.simpleValue, .fixed32(let bits)):
        event.value = Float(bitPattern: bits)
        isScalar = true
      default: break
      }
    }
    return isScalar ? event : nil
  }

  private enum EventField {
    static let wallTime = 1
    static let step = 2
    static let fileVersion = 3
    static let summary = 5
  }

  private enum ValueField {
    static let tag = 1
    static let simpleValue = 2
  }
}
