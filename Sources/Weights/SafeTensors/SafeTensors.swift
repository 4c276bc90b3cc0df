import Diagnostics
import Files

/// A safetensors file, mapped into memory: named tensors and a few strings.
///
/// The format: eight bytes with the header's length, little-endian; the
/// header, a JSON object; the tensors' bytes. The header is foreign and is
/// believed only after it has been checked against the file.
package struct SafeTensors: Sendable {
  /// One tensor's type, shape and place.
  package struct Tensor: Sendable, Equatable {
    package var element: TensorElement
    /// Row-major; empty for a single number.
    package var shape: [Int]
    /// Its bytes, counted from the end of the header.
    var bytes: Range<Int>

    /// Elements in all.
    package var count: Int { bytes.count / element.byteCount }
  }

  package let path: String
  package let metadata: [String: String]
  package let tensors: [String: Tensor]

  private let mapping: FileMapping
  private let dataStart: Int

  /// - Throws: `UserError` that names the file and the reason.
  package init(path: String) throws {
    self.path = path
    mapping = try FileMapping(path: path)
    let file = mapping.bytes
    let header: SafeTensorsHeader
    do throws(WeightsRefusal) {
      guard file.count >= 8 else {
        throw WeightsRefusal("it ends within its first number")
      }
      let length = file.number(at: 0, as: UInt64.self)
      guard length <= UInt64(SafeTensorsHeader.maximumBytes) else {
        throw WeightsRefusal("its header is too long")
      }
      dataStart = 8 + Int(length)
      guard dataStart <= file.count else {
        throw WeightsRefusal("it ends within its header")
      }
      header = try SafeTensorsHeader(
        json: file.part(8..<dataStart), dataBytes: file.count - dataStart)
    } catch {
      throw error.userError(
        file, at: path, "safetensors", fix: "get or write the file again")
    }
    metadata = header.metadata
    tensors = header.tensors
  }

  /// The names, sorted.
  package var names: [String] { tensors.keys.sorted() }

  /// - Throws: `UserError` if there is no such tensor.
  package func tensor(_ name: String) throws -> Tensor {
    guard let tensor = tensors[name] else { throw missing(name) }
    return tensor
  }

  /// The bytes of a tensor, little-endian and perhaps not aligned. The
  /// pointer must not leave the closure.
  package func withUnsafeBytes<R>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> R
  ) throws -> R {
    let place = try tensor(name).bytes
    return try withExtendedLifetime(mapping) {
      try body(
        mapping.bytes.part(
          dataStart + place.lowerBound..<dataStart + place.upperBound))
    }
  }

  /// The values of a tensor of floating-point numbers, in single precision.
  ///
  /// - Throws: `UserError` for tensors of another type.
  package func floats(_ name: String) throws -> [Float] {
    let tensor = try tensor(name)
    return try withUnsafeBytes(of: name) { bytes in
      guard let values = tensor.element.floats(bytes) else {
        throw mismatch(name, tensor.element, "floating-point")
      }
      return values
    }
  }

  /// The values of a tensor of whole numbers or truth values.
  ///
  /// - Throws: `UserError` for tensors of another type, and for values of
  ///   2⁶³ and more.
  package func integers(_ name: String) throws -> [Int64] {
    let tensor = try tensor(name)
    return try withUnsafeBytes(of: name) { bytes in
      func values<T: FixedWidthInteger>(_ type: T.Type) throws -> [Int64] {
        let width = MemoryLayout<T>.size
        return try (0..<tensor.count).map { index in
          let value = bytes.number(at: index * width, as: type)
          guard let value = Int64(exactly: value) else {
            throw UserError(
              "the tensor '\(name.shown)' holds the number \(value), which is too "
                + "large", at: path)
          }
          return value
        }
      }
      switch tensor.element {
      case .bool, .uint8: return try values(UInt8.self)
      case .int8: return try values(Int8.self)
      case .int16: return try values(Int16.self)
      case .uint16: return try values(UInt16.self)
      case .int32: return try values(Int32.self)
      case .uint32: return try values(UInt32.self)
      case .int64: return try values(Int64.self)
      case .uint64: return try values(UInt64.self)
      default:
        throw mismatch(name, tensor.element, "whole")
      }
    }
  }
}
