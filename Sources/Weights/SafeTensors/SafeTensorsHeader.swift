import Diagnostics

/// What the header of a safetensors file says, checked against the file.
struct SafeTensorsHeader {
  let metadata: [String: String]
  let tensors: [String: SafeTensors.Tensor]

  /// As the format's reference reader limits it.
  static let maximumBytes = 100_000_000

  /// - Parameters:
  ///   - json: the header, without its length.
  ///   - dataBytes: the bytes behind it.
  init(json: UnsafeRawBufferPointer, dataBytes: Int) throws(WeightsRefusal) {
    var scanner = HeaderScanner(bytes: json) {
      // Eight bytes of length come before the header.
      "the header is not as it should be at byte \($0 + 8)"
    }
    var metadata: [String: String]?
    var tensors: [String: SafeTensors.Tensor] = [:]
    try scanner.object { (scanner, name) throws(WeightsRefusal) in
      if name == "__metadata__" {
        guard metadata == nil else {
          throw WeightsRefusal("the metadata are there twice")
        }
        metadata = try Self.metadata(&scanner)
      } else {
        let tensor = try Self.tensor(name, &scanner)
        guard tensors.updateValue(tensor, forKey: name) == nil else {
          throw WeightsRefusal("the tensor '\(name.shown)' is there twice")
        }
      }
    }
    self.metadata = metadata ?? [:]
    self.tensors = tensors
    try scanner.expectEnd("there is more than one value")
    try checkPlaces(dataBytes)
  }

  /// The tensors fill the data from its first byte to its last, so that no
  /// two overlap and nothing is hidden between them.
  private func checkPlaces(_ dataBytes: Int) throws(WeightsRefusal) {
    var end = 0
    let ordered = tensors.sorted {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
        < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
    }
    for (name, tensor) in ordered {
      let start = tensor.bytes.lowerBound
      guard tensor.bytes.upperBound <= dataBytes else {
        throw WeightsRefusal(
          "the tensor '\(name.shown)' ends at byte "
            + "\(tensor.bytes.upperBound) of \(dataBytes)")
      }
      guard start >= end else {
        throw WeightsRefusal("the tensor '\(name.shown)' overlaps another")
      }
      guard start == end else {
        throw WeightsRefusal(
          "there is a gap before the tensor '\(name.shown)'")
      }
      guard start % tensor.element.byteCount == 0 else {
        throw WeightsRefusal("the tensor '\(name.shown)' is not aligned")
      }
      end = tensor.bytes.upperBound
    }
    guard end == dataBytes else {
      throw WeightsRefusal(
        "\(dataBytes - end) bytes at the end belong to no tensor")
    }
  }

  private static func metadata(
    _ scanner: inout HeaderScanner
  ) throws(WeightsRefusal) -> [String: String] {
    var metadata: [String: String] = [:]
    try scanner.object { (scanner, key) throws(WeightsRefusal) in
      let value = try scanner.string()
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw WeightsRefusal("the metadata '\(key.shown)' are there twice")
      }
    }
    return metadata
  }

  private static func tensor(
    _ name: String, _ scanner: inout HeaderScanner
  ) throws(WeightsRefusal) -> SafeTensors.Tensor {
    let subject = "the tensor '\(name.shown)'"
    var element: TensorElement?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object(mayBeEmpty: false) {
      (scanner, key) throws(WeightsRefusal) in
      switch key {
      case "dtype" where element == nil:
        let type = try scanner.string()
        element = TensorElement(rawValue: type)
        if element == nil {
          throw WeightsRefusal(
            "\(subject) is of an unknown type '\(type.shown)'")
        }
      case "shape" where shape == nil: shape = try scanner.integers()
      case "data_offsets" where offsets == nil:
        offsets = try scanner.integers()
      default: throw WeightsRefusal("\(subject) has a stray '\(key.shown)'")
      }
    }
    guard let element, let shape, let offsets, offsets.count == 2,
      offsets[0] <= offsets[1]
    else {
      throw WeightsRefusal("\(subject) lacks a dtype, a shape or offsets")
    }
    guard let size = element.byteCount(of: shape) else {
      throw WeightsRefusal("the shape of '\(name.shown)' is too large")
    }
    guard size == offsets[1] - offsets[0] else {
      throw WeightsRefusal(
        "\(subject) takes \(offsets[1] - offsets[0]) bytes "
          + "where its shape \(shape) and type ask for \(size)")
    }
    return SafeTensors.Tensor(
      element: element, shape: shape, bytes: offsets[0]..<offsets[1])
  }
}

/// The entries of a header as they are written.
extension SafeTensorsHeader {
  static func entry(_ metadata: [String: String]) -> String {
    let pairs = metadata.sorted { $0.key < $1.key }
      .map { "\($0.key.quoted):\($0.value.quoted)" }
    return "\"__metadata__\":{\(pairs.joined(separator: ","))}"
  }

  /// - Parameter bytes: where the tensor lies behind the header.
  static func entry(
    _ name: String, _ element: TensorElement, _ shape: [Int],
    _ bytes: Range<Int>
  ) -> String {
    let shape = shape.map(String.init).joined(separator: ",")
    return "\(name.quoted):{\"dtype\":\"\(element.rawValue)\","
      + "\"shape\":[\(shape)],"
      + "\"data_offsets\":[\(bytes.lowerBound),\(bytes.upperBound)]}"
  }
}
