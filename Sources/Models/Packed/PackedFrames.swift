/// Frames in a pass of the packed engine, with fused operators.
///
/// A value as others are: whoever changes it has it alone, or changes a copy.
/// Its room goes back to the pass with the last reference.
struct PackedFrames: Frames {
  typealias Failure = any Error

  let pass: PackedPass
  let width: Int
  /// Each utterance's rows.
  private(set) var spans: [Range<Int>]
  private var room: Room

  private final class Room {
    let buffer: FloatBuffer
    private let workspace: PassWorkspace

    init(_ count: Int, in workspace: PassWorkspace) {
      self.workspace = workspace
      buffer = workspace.take(count)
    }

    deinit { workspace.give(buffer) }
  }

  /// Numbers of whatever value.
  init(spans: [Range<Int>], width: Int, in pass: PackedPass) {
    self.pass = pass
    self.spans = spans
    self.width = width
    room = Room((spans.last?.upperBound ?? 0) * width, in: pass.workspace)
  }

  var rows: Int { spans.last?.upperBound ?? 0 }
  var count: Int { rows * width }

  /// Only as long as the frames live.
  var pointer: UnsafeMutablePointer<Float> { room.buffer.pointer }

  func keep() {
    withExtendedLifetime(self) { pass.keep(pointer, width: width) }
  }

  func cut(longest: Int, multiple: Int) -> Self {
    var pieces = self
    pieces.spans = spans.cut(longest: longest, multiple: multiple)
    return pieces
  }

  /// New frames: y, of which `body` writes every number from x.
  ///
  /// - Parameter spans: y's utterances; x's unless said.
  func make(
    _ width: Int, spans: [Range<Int>]? = nil,
    _ body: (
      _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ rows: Int
    ) -> Void
  ) -> Self {
    let y = Self(spans: spans ?? self.spans, width: width, in: pass)
    withExtendedLifetime(self) { body(pointer, y.pointer, y.rows) }
    return y
  }

  /// New frames, each utterance's from its own: `body` is called for each
  /// with its rows of x and of y.
  func makeEach(
    _ width: Int, spans: [Range<Int>]? = nil,
    _ body: (
      _ x: UnsafePointer<Float>, _ rows: Int, _ y: UnsafeMutablePointer<Float>
    ) -> Void
  ) -> Self {
    make(width, spans: spans) { x, y, _ in
      for (from, to) in zip(self.spans, spans ?? self.spans) {
        body(
          x + from.lowerBound * self.width, from.count,
          y + to.lowerBound * width)
      }
    }
  }

  /// Frames like x, of which `body` writes every number y from x's; in x's
  /// own room if nobody else holds it: then y is x.
  consuming func overwrite(
    _ body: (
      _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
    ) -> Void
  ) -> Self {
    if isKnownUniquelyReferenced(&room) {
      body(pointer, pointer)
      return self
    }
    return make(width) { x, y, _ in body(x, y) }
  }

  /// x with other numbers, which `body` makes in place.
  consuming func changed(_ body: (Self) -> Void) -> Self {
    let count = count
    let y = overwrite { x, y in
      if x != UnsafePointer(y) { y.update(from: x, count: count) }
    }
    body(y)
    return y
  }
}

extension [Range<Int>] {
  /// Ranges of those lengths, one behind the other.
  static func spans(ofLengths lengths: some Sequence<Int>) -> Self {
    var end = 0
    return lengths.map { length in
      defer { end += length }
      return end..<end + length
    }
  }

  /// Each cut into as few parts as leave none longer than `longest`, all but
  /// the last of one length, which is a multiple of `multiple` as `longest`
  /// is; as they are if that is 0.
  func cut(longest: Int, multiple: Int = 1) -> Self {
    flatMap { span -> [Range<Int>] in
      guard longest > 0, span.count > longest else { return [span] }
      let count = (span.count + longest - 1) / longest
      let share = (span.count + count - 1) / count
      let length = (share + multiple - 1) / multiple * multiple
      return stride(from: span.lowerBound, to: span.upperBound, by: length)
        .map { $0..<Swift.min($0 + length, span.upperBound) }
    }
  }
}
