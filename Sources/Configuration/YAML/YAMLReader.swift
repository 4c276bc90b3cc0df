import Diagnostics

extension ConfigValue {
  /// Reads a YAML file of one document. An empty file is null.
  ///
  /// Anchors, aliases and merge keys (`<<`) work; keys are taken as text. What
  /// is wrong is a `UserError` with its place, also what YAML would allow but
  /// nobody means: a key that stands twice, a second document.
  package static func yaml(file path: String) throws -> ConfigValue {
    try yaml(SourceText(file: path))
  }

  /// Reads YAML text; `name` stands for the file in marks.
  package static func yaml(text: String, name: String) throws -> ConfigValue {
    try yaml(SourceText(name: name, bytes: Array(text.utf8)))
  }

  /// Reads the bytes of a YAML file; `name` stands for the file in marks.
  package static func yaml(bytes: [UInt8], name: String) throws -> ConfigValue {
    try yaml(SourceText(name: name, bytes: bytes))
  }

  private static func yaml(_ source: SourceText) throws -> ConfigValue {
    var reader = YAMLReader(events: try YAMLEventStream(source))
    return try reader.document()
  }
}

/// Makes a value of libyaml's events.
struct YAMLReader {
  /// How deep a value may nest, aliases expanded.
  static let maximumDepth = 100
  /// How many nodes a value may have, aliases expanded: a few lines of aliases
  /// to aliases would otherwise stand for billions.
  static let maximumNodes = 1_000_000

  private struct Node {
    var value: ConfigValue
    var count = 1
    var height = 0
  }

  private let events: YAMLEventStream
  /// What each anchor stands for; nil while that node is still being read.
  private var anchors: [String: Node?] = [:]
  private var nodeCount = 0

  init(events: YAMLEventStream) {
    self.events = events
  }

  mutating func document() throws -> ConfigValue {
    _ = try events.next()  // The stream's start.
    let start = try events.next()
    guard case .documentStart = start.kind else {
      return ConfigValue(.null, mark: start.mark)
    }
    let root = try node(try events.next(), depth: 0)
    _ = try events.next()  // The document's end.
    let next = try events.next()
    guard case .streamEnd = next.kind else {
      throw UserError(
        "a second document begins here, a configuration has one",
        at: next.mark.description, fix: "put it in a file of its own")
    }
    return root.value
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws -> Node {
    guard depth <= Self.maximumDepth else { throw tooDeep(event.mark) }
    if case .alias(let name) = event.kind {
      return try alias(name, at: event.mark, depth: depth)
    }
    try count(1, at: event.mark)
    if let anchor = event.anchor { anchors[anchor] = .some(nil) }
    var node: Node
    switch event.kind {
    case .scalar(let text, let isPlain):
      let kind = try scalar(text, isPlain: isPlain, event)
      node = Node(value: ConfigValue(kind, mark: event.mark))
    case .listStart:
      try checkTag(event, is: ["seq", "python/tuple"])
      node = try list(event.mark, depth: depth)
    default:
      try checkTag(event, is: ["map"])
      node = try map(event.mark, depth: depth)
    }
    if let anchor = event.anchor { anchors[anchor] = .some(node) }
    return node
  }

  private mutating func list(_ mark: Mark, depth: Int) throws -> Node {
    var items: [ConfigValue] = []
    var result = Node(value: ConfigValue(.null))
    while true {
      let event = try events.next()
      if case .listEnd = event.kind { break }
      let item = try node(event, depth: depth + 1)
      items.append(item.value)
      result.count += item.count
      result.height = max(result.height, item.height + 1)
    }
    result.value = ConfigValue(.list(items), mark: mark)
    return result
  }

  private mutating func map(_ mark: Mark, depth: Int) throws -> Node {
    var own = ConfigMap()
    var merged: ConfigMap?
    var mergeMark: Mark?
    var result = Node(value: ConfigValue(.null))
    while true {
      let event = try events.next()
      if case .mapEnd = event.kind { break }
      let (key, isMerge) = try key(event)
      if let first = isMerge ? mergeMark : own.entry(key)?.keyMark {
        throw UserError(
          "the key '\(key.shortened)' stands twice, first at \(first)",
          at: event.mark.description, fix: "remove one of them")
      }
      let value = try node(try events.next(), depth: depth + 1)
      result.count += value.count
      result.height = max(result.height, value.height + 1)
      if isMerge {
        mergeMark = event.mark
        merged = try mergedMap(value.value)
      } else {
        own.set(key, to: value.value, keyMark: event.mark)
      }
    }
    if var all = merged {
      for entry in own.entries {
        all.set(entry.key, to: entry.value, keyMark: entry.keyMark)
      }
      own = all
    }
    result.value = ConfigValue(.map(own), mark: mark)
    return result
  }

  /// The text of a key, and whether it is the merge key.
  private mutating func key(_ event: YAMLEvent) throws -> (String, Bool) {
    guard case .scalar(let text, let isPlain) = event.kind else {
      throw UserError(
        "a key must be a word, found a list, a map or an alias",
        at: event.mark.description)
    }
    try count(1, at: event.mark)
    if let anchor = event.anchor {
      let kind = try scalar(text, isPlain: isPlain, event)
      anchors[anchor] = Node(value: ConfigValue(kind, mark: event.mark))
    }
    return (text, isPlain && text == "<<" && event.tag == nil)
  }

  /// What `<<` brings in: a map, or a list of maps of which the first wins.
  private func mergedMap(_ value: ConfigValue) throws -> ConfigMap {
    var result = ConfigMap()
    let sources =
      if case .list(let items) = value.kind { items } else { [value] }
    for source in sources {
      guard case .map(let map) = source.kind else {
        throw UserError(
          "'<<' merges a map or a list of maps, found \(source.phrase)",
          at: (source.mark ?? value.mark)?.description)
      }
      for entry in map.entries where result[entry.key] == nil {
        result.set(entry.key, to: entry.value, keyMark: entry.keyMark)
      }
    }
    return result
  }

  private mutating func alias(
    _ name: String, at mark: Mark, depth: Int
  ) throws -> Node {
    switch anchors[name] {
    case .none:
      throw UserError(
        "the alias '*\(name)' has no anchor '&\(name)' before it",
        at: mark.description,
        fix: Suggestion.nearest(to: name, among: anchors.keys.sorted())
          .map { "did you mean '*\($0)'?" })
    case .some(.none):
      throw UserError(
        "the alias '*\(name)' stands inside of what it stands for",
        at: mark.description)
    case .some(.some(let node)):
      if depth + node.height > Self.maximumDepth { throw tooDeep(mark) }
      try count(node.count, at: mark)
      return node
    }
  }

  private mutating func count(_ nodes: Int, at mark: Mark) throws {
    nodeCount += nodes
    if nodeCount > Self.maximumNodes {
      throw UserError(
        "more than \(Self.maximumNodes) values, aliases expanded",
        at: mark.description)
    }
  }

  private func tooDeep(_ mark: Mark) -> UserError {
    UserError(
      "nested more than \(Self.maximumDepth) levels deep",
      at: mark.description)
  }
}
