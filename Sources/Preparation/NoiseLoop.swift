import Foundation

/// Noise that goes on after its end: each repetition fades in over the end of
/// the one before, half a second of a Hann window of a second, as LibriMix
/// lengthens WHAM's.
enum NoiseLoop {
  private static let fade = 8001

  static func extended(_ noise: [Float], to length: Int) -> [Float] {
    guard noise.count > fade, noise.count < length else {
      return Array(noise.prefix(length))
    }
    let rising = (0..<fade).map {
      Float(0.5 - 0.5 * cos(Double.pi * Double($0) / Double(fade - 1)))
    }
    var whole = noise
    while whole.count < length {
      let start = whole.count - fade
      for index in 0..<fade {
        whole[start + index] =
          whole[start + index] * rising[fade - 1 - index]
          + noise[index] * rising[index]
      }
      whole += noise[fade...]
    }
    return Array(whole.prefix(length))
  }
}
