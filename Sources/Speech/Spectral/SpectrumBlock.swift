import CFFTW
import Kernels

/// Where one thread's frames become spectra, a few at a time. Aligned for
/// FFTW's plans.
struct SpectrumBlock: ~Copyable {
  /// Frames in it at most.
  static let capacity = Int(SUPERB_FRAMES_PER_BLOCK)
  private static let alignment = 64

  /// Samples, ``frameStride`` apart, zeros at first.
  let frames: UnsafeMutablePointer<Float>
  /// size / 2 + 1 values each, ``powerStride`` apart, zeros at first.
  let spectra: UnsafeMutablePointer<fftwf_complex>
  /// The same of their power.
  let power: UnsafeMutablePointer<Float>
  /// As much as ``power``, for whoever reduces it.
  let scratch: UnsafeMutablePointer<Float>
  /// Numbers of a reduction's middle, for all frames.
  let middle: UnsafeMutablePointer<Float>
  /// One a frame.
  let energies: UnsafeMutablePointer<Double>
  let frameStride: Int
  let powerStride: Int

  /// - Parameters:
  ///   - size: samples of a transform.
  ///   - scratch: numbers a frame in ``middle``.
  init(size: Int, scratch count: Int) {
    let capacity = Self.capacity
    frameStride = (size + 15) / 16 * 16
    powerStride = (size / 2 + 16) / 16 * 16
    frames = Self.zeros(capacity * frameStride, 0)
    spectra = Self.zeros(capacity * powerStride, fftwf_complex(0, 0))
    power = Self.zeros(capacity * powerStride, 0)
    scratch = Self.zeros(capacity * powerStride, 0)
    middle = Self.zeros(capacity * count, 0)
    energies = Self.zeros(capacity, 0)
  }

  deinit {
    for part in [frames, power, scratch, middle] { part.deallocate() }
    spectra.deallocate()
    energies.deallocate()
  }

  private static func zeros<Element>(
    _ count: Int, _ zero: Element
  ) -> UnsafeMutablePointer<Element> {
    let place = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Element>.stride, alignment: alignment
    ).bindMemory(to: Element.self, capacity: count)
    place.initialize(repeating: zero, count: count)
    return place
  }
}
