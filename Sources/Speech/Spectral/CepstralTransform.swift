import Foundation

/// Kaldi's cosine transform of log mel energies with its lifter:
/// orthonormal DCT-II whose rows are scaled by 1 + (L / 2) sin(π k / L).
struct CepstralTransform: Sendable {
  let count: Int
  let inputs: Int
  /// [count, inputs].
  private let basis: [Double]

  init(count: Int, inputs: Int, lifter: Double) {
    self.count = count
    self.inputs = inputs
    basis = (0..<count).flatMap { k in
      let lift = 1 + lifter / 2 * sin(.pi * Double(k) / lifter)
      let norm = (k == 0 ? 1 : 2) / Double(inputs)
      return (0..<inputs).map { n in
        let angle = .pi / Double(inputs) * (Double(n) + 0.5) * Double(k)
        return lift * norm.squareRoot() * cos(angle)
      }
    }
  }

  func apply(
    to energies: UnsafePointer<Float>,
    into cepstrum: UnsafeMutablePointer<Float>
  ) {
    basis.withUnsafeBufferPointer { basis in
      for k in 0..<count {
        var sum = 0.0
        for n in 0..<inputs {
          sum += basis[k * inputs + n] * Double(energies[n])
        }
        cepstrum[k] = Float(sum)
      }
    }
  }
}
