import TaskABI

/// Memory that C structs and texts of this object's owner live in: allocated
/// piece by piece, freed together.
final class CrossingMemory {
  private var pieces: [UnsafeMutableRawPointer] = []

  deinit {
    for piece in pieces { piece.deallocate() }
  }

  func text(_ string: String) -> UnsafePointer<CChar> {
    let bytes = string.utf8CString
    return bytes.withUnsafeBufferPointer { list($0) }
  }

  func value<Value>(_ value: Value) -> UnsafePointer<Value> {
    withUnsafePointer(to: value) {
      list(UnsafeBufferPointer(start: $0, count: 1))
    }
  }

  /// A copy of `values`, which hold nothing that is counted.
  func list<Value>(
    _ values: UnsafeBufferPointer<Value>
  ) -> UnsafePointer<Value> {
    let place = UnsafeMutableRawPointer.allocate(
      byteCount: max(values.count, 1) * MemoryLayout<Value>.stride,
      alignment: MemoryLayout<Value>.alignment)
    pieces.append(place)
    let copy = place.bindMemory(to: Value.self, capacity: max(values.count, 1))
    if let start = values.baseAddress {
      copy.initialize(from: start, count: values.count)
    }
    return UnsafePointer(copy)
  }

  /// In the order of names, so that the same attributes cross the same way.
  func attributes(
    _ attributes: [String: String]
  ) -> UnsafePointer<UnsafePointer<superb_attribute>?> {
    let structs: [UnsafePointer<superb_attribute>?] = attributes.sorted {
      $0.key < $1.key
    }.map { name, text in
      var attribute = superb_attribute()
      attribute.struct_size = sizeField(of: superb_attribute.self)
      attribute.name = self.text(name)
      attribute.value = self.text(text)
      return value(attribute)
    }
    return structs.withUnsafeBufferPointer { list($0) }
  }
}

/// The C structs of one prediction, freed with it.
final class PredictionMemory {
  let prediction: UnsafePointer<superb_prediction>
  private let memory = CrossingMemory()

  init(
    id: String?, predicted: String, truth: String?,
    scores: [String: [Double]] = [:], attributes: [String: String] = [:]
  ) {
    var table = superb_prediction()
    table.struct_size = sizeField(of: superb_prediction.self)
    table.id = id.map(memory.text)
    table.predicted = memory.text(predicted)
    table.truth = truth.map(memory.text)
    if !scores.isEmpty {
      let structs: [UnsafePointer<superb_score>?] = scores.sorted {
        $0.key < $1.key
      }.map { [memory] label, values in
        var score = superb_score()
        score.struct_size = sizeField(of: superb_score.self)
        score.label = memory.text(label)
        score.values = values.withUnsafeBufferPointer(memory.list)
        score.count = Int64(values.count)
        return memory.value(score)
      }
      table.score_count = UInt32(clamping: structs.count)
      table.scores = structs.withUnsafeBufferPointer(memory.list)
    }
    if !attributes.isEmpty {
      table.attribute_count = UInt32(clamping: attributes.count)
      table.attributes = memory.attributes(attributes)
    }
    prediction = memory.value(table)
  }
}
