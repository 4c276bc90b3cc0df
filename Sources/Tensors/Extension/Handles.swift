import TaskABI

// What the table's functions share. Not members of TensorExtension: a C
// function cannot hold the type that a member would need.

/// Null if x is null, as the contract has it.
func unary(
  _ x: OpaquePointer?, _ body: (Engine, Node) throws -> Node
) -> OpaquePointer? {
  guard let x = Node.behind(x) else { return nil }
  return x.engine.handle { try body(x.engine, x) }
}

func binary(
  _ x: OpaquePointer?, _ y: OpaquePointer?,
  _ body: (Engine, Node, Node) throws -> Node
) -> OpaquePointer? {
  guard let y = Node.behind(y) else { return nil }
  return unary(x) { try body($0, $1, y) }
}

/// Null if there are no handles, or one is null.
func joined(
  _ handles: UnsafePointer<OpaquePointer?>?, _ count: Int64,
  _ body: (Engine, [Node]) throws -> Node
) -> OpaquePointer? {
  guard let nodes = nodes(handles, count), let engine = nodes.first?.engine
  else { return nil }
  return engine.handle { try body(engine, nodes) }
}

/// Null if x, packed utterances, is null.
func packed(
  _ name: String, _ x: OpaquePointer?, _ offsets: UnsafePointer<Int64>?,
  _ count: Int64, _ body: (Engine, Node, [Int]) throws -> Node
) -> OpaquePointer? {
  unary(x) { try body($0, $1, bounds(name, offsets, count)) }
}

/// The nodes behind an array of handles; nil if one is null.
func nodes(
  _ handles: UnsafePointer<OpaquePointer?>?, _ count: Int64
) -> [Node]? {
  guard count >= 0, count < Int64(Int32.max), handles != nil || count == 0
  else { return nil }
  let nodes = UnsafeBufferPointer(start: handles, count: Int(count))
    .compactMap(Node.behind)
  return nodes.count == Int(count) ? nodes : nil
}

/// The extents at `shape`; a negative one fails when the tensor is made.
func extents(
  _ name: String, _ rank: Int32, _ shape: UnsafePointer<Int64>?
) throws -> [Int] {
  try require(
    rank >= 0 && rank <= Int32(Shape.maximumRank)
      && (rank == 0 || shape != nil), name, "rank \(rank) is not from 0 to 4")
  return UnsafeBufferPointer(start: shape, count: Int(rank)).map {
    Int(clamping: $0)
  }
}

/// A copy of what a task passes by address and number.
func values<T>(
  _ name: String, _ pointer: UnsafePointer<T>?, _ count: Int64
) throws -> [T] {
  try require(
    count >= 0 && count < Int64(Int32.max) && (pointer != nil || count == 0),
    name, "no array of \(count) numbers")
  return Array(UnsafeBufferPointer(start: pointer, count: Int(count)))
}

/// The `count` + 1 numbers between which `count` utterances lie.
func bounds(
  _ name: String, _ pointer: UnsafePointer<Int64>?, _ count: Int64
) throws -> [Int] {
  try require(
    count >= 0 && count < Int64(Int32.max), name,
    "no offsets for \(count) utterances")
  return try numbers(name, pointer, count + 1)
}

/// A copy of offsets or row numbers.
func numbers(
  _ name: String, _ pointer: UnsafePointer<Int64>?, _ count: Int64
) throws -> [Int] {
  try values(name, pointer, count).map { Int(clamping: $0) }
}

/// Refuses an array that would be read past its end.
func requireCount(
  _ name: String, _ count: Int64, _ wanted: Int, _ x: Node
) throws {
  try require(
    count == Int64(wanted), name,
    "x is \(x.shape), and there are \(count) labels or targets")
}
