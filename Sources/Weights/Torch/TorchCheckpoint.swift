import Diagnostics
import Files
import Foundation
import Synchronization

/// What `torch.save` wrote, mapped into memory: a tree of settings and
/// tensors. Nothing in the file is run.
///
/// Both of PyTorch's formats are read: the zip archive, and the older row of
/// pickles with the storages behind them.
package struct TorchCheckpoint: Sendable {
  /// A tensor's place in the file; it lies inside the file for certain.
  package struct Tensor: Sendable, Equatable {
    /// Which of the file's storages it is part of.
    var storage: Int
    package var element: TensorElement
    package var shape: [Int]
    /// In elements.
    var strides: [Int]
    /// Bytes of the storage, from the tensor's first element on.
    var bytes: Range<Int>
  }

  package let path: String
  /// What the pickle holds.
  package let content: PickleNode
  private let tensors: [Tensor]
  private let mapping: FileMapping
  private let storages: CheckedStorages

  /// Whose checksums have been compared. Each is, once, when a tensor of it
  /// is read: what nobody reads may be damaged.
  private final class CheckedStorages: Sendable {
    let contents: [ZipDirectory.Content]
    private let done = Mutex<Set<Int>>([])

    init(_ contents: [ZipDirectory.Content]) { self.contents = contents }

    func check(
      _ storage: Int, in file: UnsafeRawBufferPointer
    ) throws(WeightsRefusal) {
      guard contents.indices.contains(storage),
        !done.withLock({ $0.contains(storage) })
      else { return }
      try contents[storage].check(in: file)
      done.withLock { _ = $0.insert(storage) }
    }
  }

  /// - Throws: `UserError` that names the file and the reason.
  package init(path: String) throws {
    self.path = path
    mapping = try FileMapping(path: path)
    do throws(WeightsRefusal) {
      let layout =
        TorchLayout.isArchive(mapping.bytes)
        ? try TorchLayout(archive: mapping.bytes)
        : try TorchLayout(legacy: mapping.bytes)
      tensors = try layout.tensors()
      storages = CheckedStorages(layout.contents)
      content = PickleNode(heap: layout.heap, value: layout.value)
    } catch {
      throw error.userError(mapping.bytes, at: path, "PyTorch", fix: Self.fix)
    }
    if lacksChecksums {
      StandardError.note(
        "\(path): its writer has left the checksums out, so damage to its "
          + "numbers would not be noticed")
    }
  }

  private var lacksChecksums: Bool {
    storages.contents.contains { $0.checksum == nil && !$0.bytes.isEmpty }
  }

  private static let fix =
    "get the file again, or save it again as safetensors"

  /// Whether the file begins as one of PyTorch's does.
  package static func isCheckpoint(_ path: String) -> Bool {
    guard let file = try? RawFile(path, O_RDONLY) else { return false }
    var start = [UInt8](repeating: 0, count: TorchLayout.magic.count)
    let count = start.withUnsafeMutableBytes {
      (try? file.read(into: $0, at: 0)) ?? 0
    }
    return start.prefix(count).withUnsafeBytes {
      TorchLayout.isArchive($0) || TorchLayout.isLegacy($0)
    }
  }

  /// The tensor that a node of ``content`` stands for, or nil.
  package func tensor(_ node: PickleNode) -> Tensor? {
    if case .tensor(let index) = node.value { return tensors[index] }
    return nil
  }

  /// The values, row-major, or nil for those that are no floating-point
  /// numbers.
  ///
  /// - Throws: `UserError` if the file's bytes are not those that were
  ///   written, by their checksum.
  package func floats(_ tensor: Tensor) throws -> [Float]? {
    do throws(WeightsRefusal) {
      try storages.check(tensor.storage, in: mapping.bytes)
    } catch {
      throw error.userError(path, "PyTorch", fix: Self.fix)
    }
    return withExtendedLifetime(mapping) {
      let bytes = mapping.bytes.part(tensor.bytes)
      if tensor.isContiguous {
        let size = tensor.shape.reduce(tensor.element.byteCount, *)
        return tensor.element.floats(bytes.part(..<size))
      }
      return tensor.element.floats(bytes)?
        .rowMajor(shape: tensor.shape, strides: tensor.strides)
    }
  }
}

extension TorchCheckpoint.Tensor {
  /// Whether the elements lie in row-major order without gaps.
  var isContiguous: Bool {
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() {
      if extent != 1 && stride != expected { return false }
      expected *= extent
    }
    return true
  }
}
