extension PickleReader {
  mutating func perform(
    _ operation: PickleOperation, at start: Int
  ) throws(WeightsRefusal) {
    switch operation {
    case .stop: break
    case .proto:
      let version = try byte()
      guard (2...5).contains(version) else {
        throw refusal("it is of protocol \(version)", start)
      }
    case .frame: _ = try unsigned(8)

    case .none: stack.append(.none)
    case .yes: stack.append(.bool(true))
    case .no: stack.append(.bool(false))
    case .integer8: stack.append(.integer(try unsigned(1)))
    case .integer16: stack.append(.integer(try unsigned(2)))
    case .integer32:
      let bits = UInt32(truncatingIfNeeded: try unsigned(4))
      stack.append(.integer(Int(Int32(bitPattern: bits))))
    case .long8: stack.append(long(try take(try unsigned(1))))
    case .long32: stack.append(long(try take(try unsigned(4))))
    case .real64:
      let bits = try take(8).loadUnaligned(as: UInt64.self)
      stack.append(.real(Double(bitPattern: UInt64(bigEndian: bits))))
    case .shortText, .shortString:
      stack.append(.text(try text(try unsigned(1))))
    case .text32, .string32: stack.append(.text(try text(try unsigned(4))))
    case .text64: stack.append(.text(try text(try unsigned(8))))
    case .shortBytes: stack.append(.bytes(count: try skip(try unsigned(1))))
    case .bytes32: stack.append(.bytes(count: try skip(try unsigned(4))))
    case .bytes64, .byteArray64:
      stack.append(.bytes(count: try skip(try unsigned(8))))

    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popMark()
    case .duplicate: stack.append(try top())
    case .put8: memo[try unsigned(1)] = try top()
    case .put32: memo[try unsigned(4)] = try top()
    case .memoize: memo[memo.count] = try top()
    case .get8: stack.append(try remembered(try unsigned(1)))
    case .get32: stack.append(try remembered(try unsigned(4)))

    case .emptyList, .emptyTuple, .emptySet: pushSequence([])
    case .list, .tuple, .frozenSet: pushSequence(try popMark())
    case .tuple1: try pushTuple(of: 1)
    case .tuple2: try pushTuple(of: 2)
    case .tuple3: try pushTuple(of: 3)
    case .append:
      let item = try pop()
      try extend([item])
    case .appends, .addItems:
      let items = try popMark()
      try extend(items)
    case .emptyDictionary: pushDictionary([])
    case .dictionary:
      pushDictionary([])
      // Under the new dictionary lie the pairs.
      let made = try pop()
      let pairs = try popMark()
      stack.append(made)
      try set(pairs)
    case .setItem:
      let value = try pop()
      let key = try pop()
      try set([key, value])
    case .setItems:
      let pairs = try popMark()
      try set(pairs)

    case .global:
      let module = try line()
      stack.append(try global(module, try line(), start))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop()
      else { throw refusal("a global has no name", start) }
      stack.append(try global(module, name, start))
    case .persistent:
      let identity = try pop()
      try pushStorage(identity, start)
    case .reduce:
      let arguments = try pop()
      guard case .global(let callee) = try pop() else {
        throw refusal("it calls what is no global", start)
      }
      try reduce(callee, arguments, start)
    case .newObject:
      _ = try pop()
      try instantiate(try pop(), start)
    case .newObjectWithKeywords:
      _ = try pop()
      _ = try pop()
      try instantiate(try pop(), start)
    case .build: try build(start)
    }
  }

  private mutating func skip(_ count: Int) throws(WeightsRefusal) -> Int {
    try take(count).count
  }

  private mutating func pushTuple(of count: Int) throws(WeightsRefusal) {
    var items: [PickleValue] = []
    for _ in 0..<count { items.append(try pop()) }
    pushSequence(items.reversed())
  }

  private func remembered(_ index: Int) throws(WeightsRefusal) -> PickleValue {
    guard let value = memo[index] else {
      throw refusal("nothing is remembered under \(index)")
    }
    return value
  }

  /// A little-endian number in two's complement.
  private func long(_ bytes: UnsafeRawBufferPointer) -> PickleValue {
    guard bytes.count <= 8 else { return .largeInteger }
    let negative = (bytes.last ?? 0) >= 0x80
    var bits: UInt64 = negative ? .max : 0
    for (index, byte) in bytes.enumerated() {
      bits &= ~(0xff << UInt64(8 * index))
      bits |= UInt64(byte) << UInt64(8 * index)
    }
    return .integer(Int(Int64(bitPattern: bits)))
  }

  private func global(
    _ module: String, _ name: String, _ start: Int
  ) throws(WeightsRefusal) -> PickleValue {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw refusal(
        "it names \(module.prefix(80)).\(name.prefix(80)), which weights have "
          + "no need of and which is not run", start)
    }
    return .global(global)
  }
}
