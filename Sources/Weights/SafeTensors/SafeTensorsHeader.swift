import Diagnostics

/// What the header of a safetensors file says, checked against the file.
struct SafeTensorsHeader {
  var metadata: [String: String] = [:]
  var tensors: [String: SafeTensors.Tensor] = [:]

  /// Why a header is refused.
  struct Refusal: HeaderRefusal {
    var reason: String

    init(reason: String) { self.reason = reason }

    init(unreadable reason: String, at position: Int) {
      // Eight bytes of length come before the header.
      self.reason =
        "the header is not as it should be at byte \(position + 8): \(reason)"
    }
  }

  /// As the format's reference reader limits it.
  static let maximumBytes = 100_000_000

  /// - Parameters:
  ///   - json: the header, without its length.
  ///   - dataBytes: the bytes behind it.
  init(json: UnsafeRawBufferPointer, dataBytes: Int) throws(Refusal) {
    var scanner = HeaderScanner<Refusal>(bytes: json)
    var hasMetadata = false
    try scanner.expect("{")
    if !scanner.take("}") {
      repeat {
        let name = try scanner.string()
        try scanner.expect(":")
        if name == "__metadata__" {
          guard !hasMetadata else {
            throw Refusal(reason: "the metadata are there twice")
          }
          hasMetadata = true
          metadata = try SafeTensorsHeader.metadata(&scanner)
        } else {
          let tensor = try SafeTensorsHeader.tensor(name, &scanner)
          guard tensors.updateValue(tensor, forKey: name) == nil else {
            throw Refusal(reason: "the tensor '\(name.shown)' is there twice")
          }
        }
      } while scanner.take(",")
      try scanner.expect("}")
    }
    try scanner.expectEnd("there is more than one value")
    try checkPlaces(dataBytes)
  }

  /// The tensors fill the data from its first byte to its last, so that no
  /// two overlap and nothing is hidden between them.
  private func checkPlaces(_ dataBytes: Int) throws(Refusal) {
    var end = 0
    let ordered = tensors.sorted {
      ($0.value.bytes.lowerBound, $0.value.bytes.upperBound, $0.key)
        < ($1.value.bytes.lowerBound, $1.value.bytes.upperBound, $1.key)
    }
    for (name, tensor) in ordered {
      let start = tensor.bytes.lowerBound
      guard tensor.bytes.upperBound <= dataBytes else {
        throw Refusal(
          reason: "the tensor '\(name.shown)' ends at byte "
            + "\(tensor.bytes.upperBound) of \(dataBytes)")
      }
      guard start >= end else {
        throw Refusal(reason: "the tensor '\(name.shown)' overlaps another")
      }
      guard start == end else {
        throw Refusal(
          reason: "there is a gap before the tensor '\(name.shown)'")
      }
      guard start % tensor.element.byteCount == 0 else {
        throw Refusal(reason: "the tensor '\(name.shown)' is not aligned")
      }
      end = tensor.bytes.upperBound
    }
    guard end == dataBytes else {
      throw Refusal(
        reason: "\(dataBytes - end) bytes at the end belong to no tensor")
    }
  }

  private static func metadata(_ scanner: inout HeaderScanner<Refusal>)
    throws(Refusal) -> [String: String]
  {
    var metadata: [String: String] = [:]
    try scanner.expect("{")
    if scanner.take("}") { return metadata }
    repeat {
      let key = try scanner.string()
      try scanner.expect(":")
      let value = try scanner.string()
      guard metadata.updateValue(value, forKey: key) == nil else {
        throw Refusal(reason: "the metadata '\(key.shown)' are there twice")
      }
    } while scanner.take(",")
    try scanner.expect("}")
    return metadata
  }

  private static func tensor(
    _ name: String, _ scanner: inout HeaderScanner<Refusal>
  )
    throws(Refusal) -> SafeTensors.Tensor
  {
    var element: TensorElement?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.expect("{")
    repeat {
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "dtype" where element == nil:
        let type = try scanner.string()
        element = TensorElement(rawValue: type)
        guard element != nil else {
          throw Refusal(
            reason:
              "the tensor '\(name.shown)' is of an unknown type '\(type.shown)'"
          )
        }
      case "shape" where shape == nil: shape = try scanner.integers()
      case "data_offsets" where offsets == nil:
        offsets = try scanner.integers()
      default:
        throw Refusal(
          reason: "the tensor '\(name.shown)' has a stray '\(key.shown)'")
      }
    } while scanner.take(",")
    try scanner.expect("}")
    guard let element, let shape, let offsets, offsets.count == 2,
      offsets[0] <= offsets[1]
    else {
      throw Refusal(
        reason: "the tensor '\(name.shown)' lacks a dtype, a shape or offsets")
    }
    var size = element.byteCount
    for extent in shape {
      let (product, overflows) = size.multipliedReportingOverflow(by: extent)
      guard !overflows else {
        throw Refusal(reason: "the shape of '\(name.shown)' is too large")
      }
      size = product
    }
    guard size == offsets[1] - offsets[0] else {
      throw Refusal(
        reason:
          "the tensor '\(name.shown)' takes \(offsets[1] - offsets[0]) bytes "
          + "where its shape \(shape) and type ask for \(size)")
    }
    return SafeTensors.Tensor(
      element: element, shape: shape, bytes: offsets[0]..<offsets[1])
  }
}
