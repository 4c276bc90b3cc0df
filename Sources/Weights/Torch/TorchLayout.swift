import Diagnostics
import Files

/// A PyTorch file taken apart: its pickle, and where its storages lie.
struct TorchLayout {
  let heap: PickleHeap
  let value: PickleValue
  /// The bytes of each of the heap's storages.
  private let places: [Range<Int>]
  /// What an archive says of each storage, to be compared when it is read.
  private(set) var contents: [ZipDirectory.Content] = []

  /// The zip format: `NAME/data.pkl` and, for each storage, `NAME/data/KEY`.
  init(archive file: UnsafeRawBufferPointer) throws(WeightsRefusal) {
    let directory = try ZipDirectory(file)
    let pickles = directory.entries.keys.filter {
      $0.hasSuffix("/data.pkl") && $0.split(separator: "/").count == 2
    }
    guard pickles.count == 1, let name = pickles.first,
      let pickle = directory.entries[name]
    else {
      throw WeightsRefusal("it holds \(pickles.count) pickles, not one")
    }
    let folder = name.dropLast("data.pkl".count)
    if let order = directory.entries[folder + "byteorder"],
      !file[order.bytes].elementsEqual("little".utf8)
    {
      throw WeightsRefusal("its numbers are not little-endian")
    }
    try pickle.check(in: file)
    var reader = PickleReader(file.part(pickle.bytes))
    value = try reader.read()
    heap = reader.heap
    var places: [Range<Int>] = []
    for storage in heap.storages {
      let content = directory.entries["\(folder)data/\(storage.key)"]
      places.append(try storage.checked(content?.bytes))
      if let content { contents.append(content) }
    }
    self.places = places
  }

  /// The older format: pickles of a magic number, a version, the machine, the
  /// content and the storages' keys; then each storage, a count before it.
  init(legacy file: UnsafeRawBufferPointer) throws(WeightsRefusal) {
    guard Self.isLegacy(file) else {
      throw WeightsRefusal("it is neither a zip archive nor a row of pickles")
    }
    var position = 0
    func next() throws(WeightsRefusal) -> (PickleHeap, PickleValue) {
      var reader = PickleReader(file.part(position...))
      let value = try reader.read()
      position += reader.position
      return (reader.heap, value)
    }
    _ = try next()
    _ = try next()
    let machine = try next()
    let isLittle = PickleNode(heap: machine.0, value: machine.1)[
      "little_endian"]
    guard isLittle?.bool != false else {
      throw WeightsRefusal("its numbers are not little-endian")
    }
    let content = try next()
    heap = content.0
    value = content.1
    let keys = try next()
    var found: [String: Range<Int>] = [:]
    var widths: [String: Int] = [:]
    for storage in heap.storages {
      widths[storage.key] = storage.element.byteCount
    }
    for key in keys.0.items(keys.1) ?? [] {
      guard case .text(let key) = key, let width = widths[key],
        found[key] == nil
      else { throw WeightsRefusal("the list of its storages is damaged") }
      guard position <= file.count - 8 else {
        throw WeightsRefusal("it ends before the storage '\(key.shown)'")
      }
      let count = file.number(at: position, as: Int.self)
      position += 8
      guard count >= 0, count <= (file.count - position) / width else {
        throw WeightsRefusal("it ends within the storage '\(key.shown)'")
      }
      found[key] = position..<position + count * width
      position += count * width
    }
    var places: [Range<Int>] = []
    for storage in heap.storages {
      places.append(try storage.checked(found[storage.key]))
    }
    self.places = places
  }

  /// The tensors, each held against its storage.
  func tensors() throws(WeightsRefusal) -> [TorchCheckpoint.Tensor] {
    var tensors: [TorchCheckpoint.Tensor] = []
    for tensor in heap.tensors {
      let storage = heap.storages[tensor.storage]
      let place = places[tensor.storage]
      let width = storage.element.byteCount
      guard let last = tensor.lastElement(of: storage.count) else {
        throw WeightsRefusal(
          "a tensor of shape \(tensor.shape), strides \(tensor.strides) and "
            + "offset \(tensor.offset) does not fit the \(storage.count) "
            + "elements of the storage '\(storage.key.shown)'")
      }
      let start = place.lowerBound + tensor.offset * width
      tensors.append(
        .init(
          storage: tensor.storage, element: storage.element,
          shape: tensor.shape,
          strides: tensor.strides,
          bytes: start..<place.lowerBound + last * width))
    }
    return tensors
  }

  static func isArchive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: ZipDirectory.firstBytes)
  }

  static func isLegacy(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: magic)
  }

  /// The pickle of 0x1950a86a20f9469cfc6c.
  static let magic: [UInt8] = [
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8,
    0x50, 0x19, 0x2e,
  ]
}

extension PickleHeap.Storage {
  /// Where it was found, if that is all that it should be.
  func checked(_ place: Range<Int>?) throws(WeightsRefusal) -> Range<Int> {
    guard let place else {
      throw WeightsRefusal("there is no storage '\(key.shown)'")
    }
    guard element.byteCount(of: [count]) == place.count else {
      throw WeightsRefusal(
        "the storage '\(key.shown)' of \(count) \(element.rawValue) has "
          + "\(place.count) bytes")
    }
    return place
  }
}

extension PickleHeap.Tensor {
  /// One past the place of its last element in a storage of `count`, or nil
  /// if it does not fit, or if it holds an element more than once.
  func lastElement(of count: Int) -> Int? {
    guard offset <= count else { return nil }
    if shape.contains(0) { return offset }
    var elements = 1
    var last = offset
    for (extent, stride) in zip(shape, strides) {
      let (product, a) = elements.multipliedReportingOverflow(by: extent)
      let (way, b) = (extent - 1).multipliedReportingOverflow(by: stride)
      let (sum, c) = last.addingReportingOverflow(way)
      if a || b || c || product > count || sum >= count { return nil }
      elements = product
      last = sum
    }
    return last < count ? last + 1 : nil
  }
}
