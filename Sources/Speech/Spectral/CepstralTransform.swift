import Foundation
import Kernels

/// Kaldi's cosine transform of log mel energies with its lifter:
/// orthonormal DCT-II whose rows are scaled by 1 + (L / 2) sin(π k / L).
struct CepstralTransform: Sendable {
  let count: Int
  let inputs: Int
  /// [inputs, count rounded up to a multiple of 8].
  private let basis: [Double]

  init(count: Int, inputs: Int, lifter: Double) {
    self.count = count
    self.inputs = inputs
    let width = (count + 7) / 8 * 8
    var basis = [Double](repeating: 0, count: inputs * width)
    for k in 0..<count {
      let lift = 1 + lifter / 2 * sin(.pi * Double(k) / lifter)
      let norm = (k == 0 ? 1 : 2) / Double(inputs)
      for n in 0..<inputs {
        let angle = .pi / Double(inputs) * (Double(n) + 0.5) * Double(k)
        basis[n * width + k] = lift * norm.squareRoot() * cos(angle)
      }
    }
    self.basis = basis
  }

  /// ``count`` cepstra of each of `frames` rows of ``inputs`` energies.
  func apply(
    to energies: UnsafePointer<Float>, frames: Int,
    into rows: UnsafeMutablePointer<Float>, stride: Int
  ) {
    superb_cepstra(
      frames, inputs, count, basis, inputs, energies, stride, rows)
  }
}
