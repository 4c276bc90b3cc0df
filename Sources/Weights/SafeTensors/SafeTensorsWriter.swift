import Diagnostics
import Files
import Foundation

/// Writes safetensors files. The same content gives the same bytes.
package struct SafeTensorsWriter {
  /// Strings beside the tensors.
  package var metadata: [String: String]
  private var tensors: [String: Tensor] = [:]

  private struct Tensor {
    var element: TensorElement
    var shape: [Int]
    var byteCount: Int
    var write: (_ sink: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  }

  package init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// Adds a tensor of single-precision numbers, row-major.
  ///
  /// - Throws: `InternalError` if the name is taken or the shape does not
  ///   hold as many values.
  package mutating func add(
    _ name: String, shape: [Int], floats: [Float]
  ) throws {
    try add(name, .float32, shape, floats)
  }

  /// Adds a tensor of 64-bit whole numbers, row-major.
  ///
  /// - Throws: `InternalError` if the name is taken or the shape does not
  ///   hold as many values.
  package mutating func add(
    _ name: String, shape: [Int], integers: [Int64]
  ) throws {
    try add(name, .int64, shape, integers)
  }

  private mutating func add<Value>(
    _ name: String, _ element: TensorElement, _ shape: [Int], _ values: [Value]
  ) throws {
    try add(name, element, shape) { sink in
      try values.withUnsafeBytes { try sink($0) }
    }
    guard shape.reduce(1, *) == values.count else {
      throw InternalError(
        "the tensor '\(name)' of shape \(shape) is given \(values.count) values"
      )
    }
  }

  /// Adds a tensor whose bytes are asked for when the file is written.
  ///
  /// - Parameter write: calls its argument with one piece of the
  ///   little-endian bytes after the other.
  /// - Throws: `InternalError` if the name is taken.
  package mutating func add(
    _ name: String, _ element: TensorElement, _ shape: [Int],
    write:
      @escaping (
        _ sink: (UnsafeRawBufferPointer) throws -> Void
      ) throws -> Void
  ) throws {
    guard name != "__metadata__", tensors[name] == nil else {
      throw InternalError("the tensor name '\(name)' is taken")
    }
    tensors[name] = Tensor(
      element: element, shape: shape,
      byteCount: shape.reduce(element.byteCount, *), write: write)
  }

  /// Writes the file: beside its place first, flushed to the disk, then
  /// renamed, so that there is never half a file.
  ///
  /// - Parameter flushed: false for what may be lost with the machine's power.
  /// - Throws: `UserError` if the disk refuses.
  package func write(to path: String, flushed: Bool = true) throws {
    let file = try AtomicFile(path)
    var header = Array(headerJSON.utf8)
    // The data begin at a multiple of eight.
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    try withUnsafeBytes(of: UInt64(header.count).littleEndian) {
      try file.append($0)
    }
    try header.withUnsafeBytes { try file.append($0) }
    for (name, tensor) in ordered {
      var left = tensor.byteCount
      try tensor.write { piece in
        left -= piece.count
        try file.append(piece)
      }
      guard left == 0 else {
        throw InternalError("the tensor '\(name)' is \(left) bytes short")
      }
    }
    try file.commit(flushed: flushed)
  }

  /// Wide elements first, so that every tensor is aligned without gaps, then
  /// by name.
  private var ordered: [(String, Tensor)] {
    tensors.sorted { a, b in
      let widths = (a.value.element.byteCount, b.value.element.byteCount)
      return widths.0 != widths.1 ? widths.0 > widths.1 : a.key < b.key
    }
    .map { ($0.key, $0.value) }
  }

  private var headerJSON: String {
    var fields: [String] = []
    if !metadata.isEmpty {
      fields.append(SafeTensorsHeader.entry(metadata))
    }
    var start = 0
    for (name, tensor) in ordered {
      let end = start + tensor.byteCount
      fields.append(
        SafeTensorsHeader.entry(
          name, tensor.element, tensor.shape, start..<end))
      start = end
    }
    return "{\(fields.joined(separator: ","))}"
  }
}

extension String {
  /// As a JSON string.
  var quoted: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
