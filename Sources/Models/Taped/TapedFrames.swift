import Diagnostics
import Tensors

/// Frames of a step of an engine that records what gradients need; weights
/// are the engine's parameters.
struct TapedFrames: Frames {
  typealias Failure = any Error

  let tape: Tape
  let node: Node
  /// Where each utterance's frames begin, and Σ frames.
  let offsets: [Int]

  init(_ node: Node, spans: [Range<Int>], on tape: Tape) {
    self.tape = tape
    self.node = node
    offsets = [0] + spans.map(\.upperBound)
  }

  var engine: Engine { tape.engine }
  var width: Int { node.shape.last }

  /// Each utterance's rows.
  var spans: [Range<Int>] { zip(offsets, offsets.dropFirst()).map(..<) }

  func keep() throws {
    tape.states.append(
      try tape.heard.map { try engine.gatherRows(node, rows: $0) } ?? node)
  }

  func cut(longest: Int, multiple: Int) -> Self {
    Self(
      node, spans: spans.cut(longest: longest, multiple: multiple), on: tape)
  }

  /// Other numbers of the same frames.
  func with(_ node: Node) -> Self { Self(node, spans: spans, on: tape) }

  /// The tensor of that name.
  func weight(_ name: String) throws -> Node {
    guard let node = tape.nodes[name] else {
      throw InternalError("\(name) is not among the model's parameters")
    }
    return node
  }

  /// Rows of a node, with zeros where there is none.
  func gathered(_ node: Node, _ places: [Int?]) throws -> Node {
    let width = node.shape.last
    let zeros = node.count / width
    let rows = try engine.concatRows([
      node,
      engine.constant([Float](repeating: 0, count: width), shape: [1, width]),
    ])
    return try engine.gatherRows(rows, rows: places.map { $0 ?? zeros })
  }

  /// Of each utterance the rows that are chosen from its own.
  func select(_ choose: (Range<Int>) -> [Int]) throws -> Self {
    let rows = spans.map(choose)
    return Self(
      try engine.gatherRows(node, rows: Array(rows.joined())),
      spans: .spans(ofLengths: rows.map(\.count)), on: tape)
  }
}

/// What the frames of a step share.
final class Tape {
  let engine: Engine
  let nodes: [String: Node]
  /// The front end if it is not trained: then none of its tensors is a
  /// parameter, and it runs packed.
  let frozenFrontEnd: FrontEnd?
  /// The rows of a state that stand for audio; nil if all do.
  let heard: [Int]?
  /// The hidden states so far.
  fileprivate(set) var states: [Node] = []

  init(
    _ engine: Engine, nodes: [String: Node], frozenFrontEnd: FrontEnd?,
    heard: [Int]? = nil
  ) {
    self.engine = engine
    self.nodes = nodes
    self.frozenFrontEnd = frozenFrontEnd
    self.heard = heard
  }
}
