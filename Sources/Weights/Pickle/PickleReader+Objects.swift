extension PickleReader {
  /// What a call of `callee` would give, for the callees that are known.
  mutating func reduce(
    _ callee: PickleGlobal, _ arguments: PickleValue, _ start: Int
  ) throws(WeightsRefusal) {
    guard let values = heap.items(arguments) else {
      throw refusal("a call has no arguments", start)
    }
    switch callee {
    case .orderedDictionary:
      var pairs: [PickleValue] = []
      for item in values.first.flatMap({ heap.items($0) }) ?? [] {
        guard let pair = heap.items(item), pair.count == 2 else {
          throw refusal("a dictionary is not made of pairs", start)
        }
        pairs += pair
      }
      pushDictionary(pairs)
    case .defaultDictionary: pushDictionary([])
    case .set: pushSequence(values.first.flatMap { heap.items($0) } ?? [])
    case .size:
      guard let first = values.first, heap.integers(first) != nil else {
        throw refusal("a size is not made of whole numbers", start)
      }
      stack.append(first)
    case .rebuildTensor: try pushTensor(values, start)
    case .rebuildParameter:
      guard case .tensor? = values.first, let first = values.first else {
        throw refusal("a parameter is no tensor", start)
      }
      stack.append(first)
    case .storage: throw refusal("it makes a storage of its own", start)
    case .inert: pushObject()
    }
  }

  /// What `type.__new__` would give.
  mutating func instantiate(
    _ type: PickleValue, _ start: Int
  ) throws(WeightsRefusal) {
    switch type {
    case .global(.inert): pushObject()
    case .global(.orderedDictionary), .global(.defaultDictionary):
      pushDictionary([])
    default: throw refusal("it makes an object of what is no class", start)
    }
  }

  /// Gives the object below the top the state on top.
  mutating func build(_ start: Int) throws(WeightsRefusal) {
    let state = try pop()
    switch try top() {
    case .object(let index): heap.objects[index] = state
    // Attributes beside the items, such as a state dictionary's versions.
    case .dictionary, .tensor: break
    default: throw refusal("it sets the state of what has none", start)
    }
  }

  private mutating func pushObject() {
    heap.objects.append(.none)
    stack.append(.object(heap.objects.count - 1))
  }

  /// The arguments: storage, offset, size, strides, and three of no use.
  private mutating func pushTensor(
    _ arguments: [PickleValue], _ start: Int
  ) throws(WeightsRefusal) {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0],
      case .integer(let offset) = arguments[1],
      let shape = heap.integers(arguments[2]),
      let strides = heap.integers(arguments[3])
    else { throw refusal("a tensor is not made as tensors are", start) }
    guard offset >= 0, shape.count == strides.count, shape.count <= 16,
      shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
    else {
      throw refusal(
        "a tensor has the shape \(shape.prefix(16)), the strides "
          + "\(strides.prefix(16)) and the offset \(offset)", start)
    }
    heap.tensors.append(
      .init(storage: storage, offset: offset, shape: shape, strides: strides))
    stack.append(.tensor(heap.tensors.count - 1))
  }

  /// A storage from what names it: "storage", its type, its key, the device,
  /// the number of elements and, in files that are no zip archives, a view.
  mutating func pushStorage(
    _ identity: PickleValue, _ start: Int
  ) throws(WeightsRefusal) {
    guard let fields = heap.items(identity), (5...6).contains(fields.count),
      fields[0] == .text("storage"),
      case .global(.storage(let element)) = fields[1],
      case .text(let key) = fields[2], case .integer(let count) = fields[4],
      count >= 0
    else { throw refusal("a storage is not named as storages are", start) }
    guard fields.count == 5 || fields[5] == .none else {
      throw refusal("the storage '\(key.prefix(40))' is a view", start)
    }
    heap.storages.append(.init(element: element, key: key, count: count))
    stack.append(.storage(heap.storages.count - 1))
  }
}
