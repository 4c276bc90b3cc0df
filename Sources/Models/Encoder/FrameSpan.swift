/// One utterance's frames among those that go through a pass together.
///
/// Whatever treats each frame by itself takes all of a pass at once, which
/// fills the processor where utterances are short; what looks at other
/// frames, attention and convolutions, stays within a span.
struct FrameSpan {
  var start: Int
  var count: Int
  /// `[heads, 2 · count - 1]`: what attention minds of distances, if it does.
  var distances: UnsafePointer<Float>?

  var end: Int { start + count }
}
