/// A slot in a transcript with markers, `B-artist ABBA E-artist`.
public struct SlotSpan: Equatable, Hashable, Sendable {
  /// The slot's type: `artist`.
  public var type: String
  /// What stands between the markers: `ABBA`.
  public var value: String

  /// A slot without its markers.
  public init(type: String, value: String) {
    self.type = type
    self.value = value
  }

  /// The slots of a decoded text, from left to right.
  ///
  /// Several spaces count as one. At each `B-x ` from the left, the shortest
  /// following text of at least one character before ` E-x` is the value; the
  /// search goes on behind it. A `B-x` that is never closed is passed over.
  /// As in the reference implementation, what stands before `B-` and behind
  /// `E-x` is not looked at: in `AB-x V E-xy` there is a slot `x`.
  public static func all(in text: String) -> [SlotSpan] {
    let text = collapsingSpaces(text)
    var spans: [SlotSpan] = []
    var position = 0
    while let opening = Marker(.opening, in: text, from: position) {
      position = opening.start + 1
      guard opening.end < text.count, text[opening.end] == " " else {
        continue
      }
      let start = opening.end + 1
      let closing = Array(" E-".unicodeScalars) + text[opening.name]
      guard
        let end = index(of: closing, in: text, from: start + 1),
        !text[start..<end].contains("\n")
      else { continue }
      spans.append(
        SlotSpan(
          type: string(text[opening.name]),
          value: string(text[start..<end])))
      position = end + closing.count
    }
    return spans
  }

  /// The slot without markers of other slots inside its value.
  var withoutNestedMarkers: SlotSpan {
    var scalars = Array(value.unicodeScalars)
    Self.remove(.opening, from: &scalars)
    Self.remove(.closing, from: &scalars)
    return SlotSpan(type: type, value: Self.string(scalars[...]))
  }

  /// Takes out every `B-y ` with its space behind, or every ` E-y` with its
  /// space in front.
  private static func remove(
    _ kind: Marker.Kind, from text: inout [Unicode.Scalar]
  ) {
    var kept: [Unicode.Scalar] = []
    var position = 0
    var search = 0
    while let marker = Marker(kind, in: text, from: search) {
      var cut = marker.start..<marker.end
      switch kind {
      case .opening:
        search = marker.start + 1
        guard marker.end < text.count, text[marker.end] == " " else {
          continue
        }
        cut = marker.start..<marker.end + 1
      case .closing:
        break
      }
      kept += text[position..<cut.lowerBound]
      position = cut.upperBound
      search = position
    }
    text = kept + text[position...]
  }
}

/// `B-name`, or ` E-name` with the space before it.
private struct Marker {
  enum Kind: String {
    case opening = "B-"
    case closing = " E-"
  }

  var start: Int
  /// The name, a run without white space of at least one character.
  var name: Range<Int>
  var end: Int { name.upperBound }

  /// The first marker that starts at `position` or later.
  init?(_ kind: Kind, in text: [Unicode.Scalar], from position: Int) {
    let mark = Array(kind.rawValue.unicodeScalars)
    var position = position
    while let start = SlotSpan.index(of: mark, in: text, from: position) {
      var end = start + mark.count
      while end < text.count, !text[end].properties.isWhitespace { end += 1 }
      if end > start + mark.count {
        self.start = start
        name = start + mark.count..<end
        return
      }
      position = start + 1
    }
    return nil
  }
}

extension SlotSpan {
  fileprivate static func index(
    of part: [Unicode.Scalar], in text: [Unicode.Scalar], from start: Int
  ) -> Int? {
    guard start + part.count <= text.count else { return nil }
    return (start...text.count - part.count).first { i in
      text[i] == part[0] && text[i..<i + part.count].elementsEqual(part)
    }
  }

  private static func collapsingSpaces(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.reduce(into: []) { kept, scalar in
      if scalar != " " || kept.last != " " { kept.append(scalar) }
    }
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }
}
