import CYAML
import Diagnostics

/// libyaml's parser over one text.
final class YAMLEventStream {
  private let source: SourceText
  // The parser points to itself and to the text, so neither may move.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ source: SourceText) throws {
    self.source = source
    input = .allocate(capacity: source.bytes.count)
    _ = input.initialize(from: source.bytes)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    guard yaml_parser_initialize(parser) == 1 else {
      throw InternalError("libyaml has no memory for a parser")
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, input.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next event; a `UserError` where the text is not YAML.
  func next() throws -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    return translate(event)
  }

  private func translate(_ event: yaml_event_t) -> YAMLEvent {
    var result = YAMLEvent(kind: .passing, mark: mark(event.start_mark))
    func begin(
      _ kind: YAMLEvent.Kind, _ anchor: UnsafeMutablePointer<UInt8>?,
      _ tag: UnsafeMutablePointer<UInt8>?
    ) {
      result.kind = kind
      result.anchor = anchor.map { String(cString: $0) }
      result.tag = tag.map { String(cString: $0) }
    }
    switch event.type {
    case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: break
    case YAML_DOCUMENT_START_EVENT: result.kind = .documentStart
    case YAML_ALIAS_EVENT:
      let name = event.data.alias.anchor.map { String(cString: $0) } ?? ""
      result.kind = .alias(name)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let text = String(decoding: bytes, as: UTF8.self)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
      begin(.scalar(text: text, isPlain: isPlain), scalar.anchor, scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      let list = event.data.sequence_start
      begin(.listStart, list.anchor, list.tag)
    case YAML_SEQUENCE_END_EVENT: result.kind = .listEnd
    case YAML_MAPPING_START_EVENT:
      let map = event.data.mapping_start
      begin(.mapStart, map.anchor, map.tag)
    case YAML_MAPPING_END_EVENT: result.kind = .mapEnd
    default: result.kind = .streamEnd
    }
    return result
  }

  private func mark(_ mark: yaml_mark_t) -> Mark {
    Mark(file: source.name, line: mark.line + 1, column: mark.column + 1)
  }

  /// What libyaml objects to, as our error.
  private func failure() -> any Error {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "not valid YAML"
    switch state.error {
    case YAML_MEMORY_ERROR:
      return InternalError("libyaml has no memory")
    case YAML_READER_ERROR:
      let place = source.mark(atByte: state.problem_offset)
      let code = String(state.problem_value, radix: 16, uppercase: true)
      return UserError(
        "not valid YAML: the character U+"
          + String(repeating: "0", count: max(0, 4 - code.count)) + code
          + " is not allowed", at: place.description)
    default:
      var what = "not valid YAML: \(problem)"
      if let context = state.context.map({ String(cString: $0) }) {
        what += " \(context)"
        let line = state.context_mark.line + 1
        if line != state.problem_mark.line + 1 {
          what += " that begins on line \(line)"
        }
      }
      let tab = problem.contains("cannot start any token")
      return UserError(
        what, at: mark(state.problem_mark).description,
        fix: tab && isTab(state.problem_mark)
          ? "indent with spaces, not with tabs" : nil)
    }
  }

  /// Whether a tab stands there; marks count scalars, not bytes.
  private func isTab(_ mark: yaml_mark_t) -> Bool {
    let text = String(decoding: source.bytes, as: UTF8.self).unicodeScalars
    return text.dropFirst(mark.index).first == "\t"
  }
}
