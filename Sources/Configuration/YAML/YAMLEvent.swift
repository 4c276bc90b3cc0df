/// One event of libyaml's parser, with the place where it begins.
struct YAMLEvent {
  enum Kind {
    /// The start of the stream, and the end of a document.
    case passing
    case streamEnd
    case documentStart
    case alias(String)
    case scalar(text: String, isPlain: Bool)
    case listStart
    case listEnd
    case mapStart
    case mapEnd
  }

  var kind: Kind
  var mark: Mark
  /// The name behind `&`.
  var anchor: String?
  /// The tag in full, as `tag:yaml.org,2002:int`.
  var tag: String?
}
