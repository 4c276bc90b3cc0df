import Diagnostics
import Files

/// The array of a NumPy `.npy` file, in single precision.
package struct NPYFile {
  package var shape: [Int]
  /// Row-major, whatever the file's order is.
  package var values: [Float]

  /// - Throws: `UserError` that names the file and the reason.
  package init(path: String) throws {
    let mapping = try FileMapping(path: path)
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
  init(bytes: UnsafeRawBufferPointer) throws(WeightsRefusal) {
    let header = try NPYHeader(file: bytes)
    shape = header.shape
    values = header.element.floats(bytes.part(header.dataStart...)) ?? []
    guard header.isFortran, shape.count > 1 else { return }
    var strides = [1]
    for extent in shape.dropLast() {
      strides.append(strides[strides.count - 1] * extent)
    }
    values = values.rowMajor(shape: shape, strides: strides)
  }
}
