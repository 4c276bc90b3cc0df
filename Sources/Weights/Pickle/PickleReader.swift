import Files

/// Reads one pickle of protocols 2 to 5, without ever running what it says.
///
/// The bytes are foreign: what would overrun a limit, what is mistyped and
/// what is named and not known is refused with its place.
struct PickleReader {
  /// What a pickle may ask for, far above what weights need.
  struct Limits {
    /// Bytes of the pickle itself; the tensors lie elsewhere.
    var bytes = 16 << 20
    /// Values on the stack, and in the memo.
    var stack = 1 << 20
    /// Containers, tensors and objects.
    var containers = 1 << 20
    /// Values in all containers together.
    var items = 1 << 22
  }

  private let bytes: UnsafeRawBufferPointer
  private let limits: Limits
  /// The first byte that was not read.
  var position: Int
  var stack: [PickleValue] = []
  /// How high the stack was at each open mark.
  var marks: [Int] = []
  var memo: [Int: PickleValue] = [:]
  var heap = PickleHeap()
  private var itemCount = 0

  /// - Parameter bytes: the pickle begins at their first one; there may be
  ///   more behind it.
  init(_ bytes: UnsafeRawBufferPointer, limits: Limits = Limits()) {
    self.bytes = bytes.part(..<min(bytes.count, limits.bytes))
    self.limits = limits
    position = 0
  }

  /// The value, to be looked up in ``heap``.
  mutating func read() throws(WeightsRefusal) -> PickleValue {
    while true {
      let start = position
      let code = try byte()
      guard let operation = PickleOperation(rawValue: code) else {
        throw refusal("0x\(String(code, radix: 16)) is no operation", start)
      }
      if operation == .stop {
        guard stack.count == 1, marks.isEmpty, let value = stack.last else {
          throw refusal("it stops with \(stack.count) values", start)
        }
        return value
      }
      try perform(operation, at: start)
      guard stack.count <= limits.stack, memo.count <= limits.stack,
        marks.count <= limits.stack
      else { throw refusal("it holds too much at once", start) }
      let containers =
        heap.sequences.count + heap.dictionaries.count + heap.tensors.count
        + heap.storages.count + heap.objects.count
      guard containers <= limits.containers, itemCount <= limits.items else {
        throw refusal("it builds too many values", start)
      }
    }
  }

  func refusal(_ reason: String, _ place: Int? = nil) -> WeightsRefusal {
    WeightsRefusal("\(reason), at byte \(place ?? position) of its pickle")
  }

  // MARK: Bytes

  mutating func byte() throws(WeightsRefusal) -> UInt8 {
    guard position < bytes.count else { throw ended() }
    position += 1
    return bytes[position - 1]
  }

  /// The next `count` bytes.
  mutating func take(_ count: Int) throws(WeightsRefusal)
    -> UnsafeRawBufferPointer
  {
    guard count >= 0, count <= bytes.count - position else { throw ended() }
    position += count
    return bytes.part(position - count..<position)
  }

  /// A little-endian number of `width` bytes, without sign.
  mutating func unsigned(_ width: Int) throws(WeightsRefusal) -> Int {
    let number = try take(width).unsigned(at: 0, width: width)
    guard let result = Int(exactly: number) else {
      throw refusal("a length is too large")
    }
    return result
  }

  mutating func text(_ count: Int) throws(WeightsRefusal) -> String {
    let start = position
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw refusal("a string is not UTF-8", start)
    }
    return text
  }

  /// A string that ends with its line.
  mutating func line() throws(WeightsRefusal) -> String {
    guard let end = bytes[position...].firstIndex(of: 0x0a) else {
      throw ended()
    }
    let line = try text(end - position)
    position += 1
    return line
  }

  private func ended() -> WeightsRefusal {
    bytes.count == limits.bytes
      ? refusal("it is longer than \(limits.bytes) bytes")
      : refusal("it ends too early")
  }

  // MARK: Stack

  mutating func pop() throws(WeightsRefusal) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  /// The values behind the last mark, which is taken away.
  mutating func popMark() throws(WeightsRefusal) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw refusal("a mark is missing") }
    let values = Array(stack[mark...])
    stack.removeLast(stack.count - mark)
    return values
  }

  /// The value on top, which stays.
  func top() throws(WeightsRefusal) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.last else {
      throw refusal("a value is missing")
    }
    return value
  }

  mutating func pushSequence(_ items: [PickleValue]) {
    itemCount += items.count
    heap.sequences.append(items)
    stack.append(.sequence(heap.sequences.count - 1))
  }

  mutating func pushDictionary(_ pairs: [PickleValue]) {
    itemCount += pairs.count
    heap.dictionaries.append(pairs)
    stack.append(.dictionary(heap.dictionaries.count - 1))
  }

  /// Adds values to the list or set on top.
  mutating func extend(_ items: [PickleValue]) throws(WeightsRefusal) {
    itemCount += items.count
    switch try top() {
    case .sequence(let index): heap.sequences[index] += items
    case .object: break
    default: throw refusal("items are added to what is no list")
    }
  }

  /// Sets keys, which stand before their values, in the dictionary on top.
  mutating func set(_ pairs: [PickleValue]) throws(WeightsRefusal) {
    guard pairs.count.isMultiple(of: 2) else {
      throw refusal("a key has no value")
    }
    itemCount += pairs.count
    switch try top() {
    case .dictionary(let index): heap.dictionaries[index] += pairs
    case .object: break
    default: throw refusal("keys are set in what is no dictionary")
    }
  }
}
