import Files

/// One utterance's features as they lie in the store, mapped into memory, or
/// as they would lie there: `[layers, frames, dimension]`, row-major.
///
/// The bytes stay readable for as long as the value lives, also after the
/// store has been pruned.
package struct StoredStates: Sendable {
  package let layers: Int
  /// 1 in a pooled view.
  package let frames: Int
  package let dimension: Int
  package let precision: FeaturePrecision
  /// The utterance's length in 16 kHz samples.
  package let samples: Int

  private enum Place {
    case store(FileMapping, offset: Int)
    case memory(HeldBytes)
  }

  private let place: Place

  /// - Parameter mapping: holds the entry's payload; the caller has checked.
  init(_ entry: BlockEntry, in mapping: FileMapping) {
    layers = entry.layers
    frames = entry.frames
    dimension = entry.dimension
    precision = entry.precision
    samples = entry.samples
    place = .store(mapping, offset: entry.offset)
  }

  /// States that are not kept.
  ///
  /// - Throws: `UserError` if a value does not fit the precision.
  init(
    _ states: HiddenStates, samples: Int, precision: FeaturePrecision
  ) throws {
    layers = states.layers
    frames = states.frames
    dimension = states.dimension
    self.precision = precision
    self.samples = samples
    place = .memory(try states.withEncoded(as: precision, HeldBytes.init))
  }

  /// Values in all layers together.
  package var count: Int { layers * frames * dimension }

  /// The stored bytes, little-endian, 64-byte aligned. The pointer must not
  /// leave the closure.
  package func withUnsafeBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    switch place {
    case .store(let mapping, let offset):
      try withExtendedLifetime(mapping) {
        try body(
          mapping.bytes.part(offset..<offset + count * precision.byteCount))
      }
    case .memory(let held):
      try withExtendedLifetime(held) {
        try body(UnsafeRawBufferPointer(held.bytes))
      }
    }
  }

  /// Writes all values as float32 to `destination`, which has room for
  /// ``count`` of them.
  package func copy(to destination: UnsafeMutablePointer<Float>) {
    copy(0..<count, to: destination)
  }

  /// Writes the values of one layer, `frames * dimension` of them.
  package func copy(
    layer: Int, to destination: UnsafeMutablePointer<Float>
  ) {
    let size = frames * dimension
    copy(layer * size..<(layer + 1) * size, to: destination)
  }

  private func copy(
    _ range: Range<Int>, to destination: UnsafeMutablePointer<Float>
  ) {
    withUnsafeBytes { bytes in
      let part = bytes.part(
        range.lowerBound * precision.byteCount..<range.upperBound
          * precision.byteCount)
      guard let base = part.baseAddress else { return }
      switch precision {
      case .float32:
        UnsafeMutableRawPointer(destination)
          .copyMemory(from: base, byteCount: part.count)
      case .float16:
        let halves = base.assumingMemoryBound(to: UInt16.self)
        for i in 0..<range.count { destination[i] = Half.value(halves[i]) }
      }
    }
  }

  /// All values as float32.
  package func floats() -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress { copy(to: base) }
      initialized = count
    }
  }
}

/// Bytes in memory that nobody changes, aligned as in a pack.
private final class HeldBytes: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer

  init(_ source: UnsafeRawBufferPointer) {
    bytes = .allocate(byteCount: source.count, alignment: 64)
    bytes.copyMemory(from: source)
  }

  deinit { bytes.deallocate() }
}
