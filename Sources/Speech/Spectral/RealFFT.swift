import CFFTW
import Diagnostics
import Foundation
import Kernels

/// The spectrum of a real frame: `size` floats in, size / 2 + 1 complex
/// floats out.
///
/// The plan is estimated, not timed, and has none of the codelets that FFTW
/// keeps for one processor or another, so that every run computes the same
/// bits on each. It never changes once made, and may be executed from many threads
/// at once, each on a ``SpectrumBlock`` of its own.
final class RealFFT: @unchecked Sendable {
  /// FFTW's planner shares tables between plans and is not thread-safe.
  private static let planner = NSLock()
  /// FFTW_NO_SIMD, whose definition Swift does not import.
  private static let noSIMD: UInt32 = 1 << 17

  let size: Int
  var bins: Int { size / 2 + 1 }
  private let plan: fftwf_plan

  init(size: Int) throws {
    let block = SpectrumBlock(size: size, scratch: 0)
    RealFFT.planner.lock()
    defer { RealFFT.planner.unlock() }
    guard
      let plan = fftwf_plan_dft_r2c_1d(
        CInt(size), block.frames, block.spectra,
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

  /// From the first `count` of the block's frames, which are left as they
  /// are, to its power spectra.
  func transform(_ block: borrowing SpectrumBlock, count: Int) {
    for index in 0..<count {
      fftwf_execute_dft_r2c(
        plan, block.frames + index * block.frameStride,
        block.spectra + index * block.powerStride)
    }
    block.spectra.withMemoryRebound(
      to: Float.self, capacity: 2 * count * block.powerStride
    ) {
      superb_power_spectra(
        count, bins, block.powerStride, $0, block.powerStride, block.power)
    }
  }
}
