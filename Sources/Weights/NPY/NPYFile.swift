import Diagnostics
import Files
import Foundation

/// The array of a NumPy `.npy` file, in single precision.
package struct NPYFile {
  package var shape: [Int]
  /// Row-major, whatever the file's order is.
  package var values: [Float]

  /// - Throws: `UserError` that names the file and the reason.
  package init(path: String) throws {
    let file = try RawFile(path, O_RDONLY)
    let mapping = try FileMapping(file, count: try file.size())
    do {
      defer { withExtendedLifetime(mapping) {} }
      self = try NPYFile(bytes: mapping.bytes)
    } catch {
      throw UserError(
        "this is no proper .npy file: \(error.reason)", at: path,
        fix: "write the file again with numpy.save, as float32")
    }
  }

  /// - Parameter bytes: the whole file.
  init(bytes: UnsafeRawBufferPointer) throws(NPYHeader.Refusal) {
    let header = try NPYHeader(file: bytes)
    shape = header.shape
    let data = UnsafeRawBufferPointer(rebasing: bytes[header.dataStart...])
    let stored = NPYFile.floats(header.element, data, header.count)
    values =
      header.isFortran && shape.count > 1
      ? NPYFile.rowMajor(stored, shape) : stored
  }

  private static func floats(
    _ element: NPYHeader.Element, _ data: UnsafeRawBufferPointer, _ count: Int
  ) -> [Float] {
    func values<T>(_ type: T.Type, _ value: (T) -> Float) -> [Float] {
      (0..<count).map {
        value(
          data.loadUnaligned(
            fromByteOffset: $0 * MemoryLayout<T>.size, as: type))
      }
    }
    switch element {
    case .float16:
      return values(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .float64: return values(Double.self) { Float($0) }
    case .float32:
      return [Float](unsafeUninitializedCapacity: count) {
        UnsafeMutableRawBufferPointer($0).copyMemory(from: data)
        $1 = count
      }
    }
  }

  /// Values whose first index runs fastest, as values whose last does.
  private static func rowMajor(_ values: [Float], _ shape: [Int]) -> [Float] {
    var steps = [1]
    for (axis, extent) in shape.dropLast().enumerated() {
      steps.append(steps[axis] * extent)
    }
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for _ in values.indices {
      result.append(values[place])
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        place += steps[axis]
        if index[axis] < shape[axis] { break }
        place -= steps[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}
