import CFFTW
import Diagnostics
import Foundation

/// The spectrum of a real frame: `size` floats in, size / 2 + 1 complex
/// floats out.
///
/// The plan is estimated, not timed, and has none of the codelets that FFTW
/// keeps for one processor or another, so that every run computes the same
/// bits on each. It never changes once made, and may be executed from many threads
/// at once, each on ``Buffers`` of its own.
final class RealFFT: @unchecked Sendable {
  /// FFTW's planner shares tables between plans and is not thread-safe.
  private static let planner = NSLock()
  /// FFTW_NO_SIMD, whose definition Swift does not import.
  private static let noSIMD: UInt32 = 1 << 17

  let size: Int
  var bins: Int { size / 2 + 1 }
  private let plan: fftwf_plan

  init(size: Int) throws {
    let buffers = Buffers(size: size)
    defer { buffers.deallocate() }
    RealFFT.planner.lock()
    defer { RealFFT.planner.unlock() }
    guard
      let plan = fftwf_plan_dft_r2c_1d(
        CInt(size), buffers.frame, buffers.spectrum,
        FFTW_ESTIMATE | FFTW_PRESERVE_INPUT | Self.noSIMD)
    else { throw InternalError("no FFT plan for \(size) samples") }
    self.size = size
    self.plan = plan
  }

  deinit {
    RealFFT.planner.lock()
    defer { RealFFT.planner.unlock() }
    fftwf_destroy_plan(plan)
  }

  /// From `buffers.frame`, which is left as it is, to `buffers.spectrum`.
  func transform(_ buffers: Buffers) {
    fftwf_execute_dft_r2c(plan, buffers.frame, buffers.spectrum)
  }

  /// Where one thread's frames are transformed, aligned for the plan.
  struct Buffers {
    private static let alignment = 64

    /// `size` samples, zeros at first.
    let frame: UnsafeMutablePointer<Float>
    /// size / 2 + 1 values.
    let spectrum: UnsafeMutablePointer<fftwf_complex>

    init(size: Int) {
      frame = Buffers.allocate(size, of: Float.self)
      frame.initialize(repeating: 0, count: size)
      spectrum = Buffers.allocate(size / 2 + 1, of: fftwf_complex.self)
      spectrum.initialize(repeating: fftwf_complex(0, 0), count: size / 2 + 1)
    }

    func deallocate() {
      frame.deallocate()
      spectrum.deallocate()
    }

    private static func allocate<Element>(
      _ count: Int, of type: Element.Type
    ) -> UnsafeMutablePointer<Element> {
      UnsafeMutableRawPointer.allocate(
        byteCount: count * MemoryLayout<Element>.stride, alignment: alignment
      ).bindMemory(to: type, capacity: count)
    }
  }
}
