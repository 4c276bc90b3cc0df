import Diagnostics
import Foundation

/// The acoustic baselines: what a spectrum says of speech, frame by frame.
///
/// An utterance's features are those that s3prl 0.4.18 gives it in a batch
/// of one, before its Featurizer cuts them to
/// ``FrameAlignment/keptFrames(samples:samplesPerFrame:)``. They depend on
/// its samples alone: the same bits on any thread and in any order.
///
/// A value never changes once made, and may be called from many threads at
/// once. Making one plans a Fourier transform: make it once.
package struct SpectralFeatures: Sendable {
  private static let configurations: KeyValuePairs<String, Configuration> = [
    "fbank": .fbank(),
    "fbank_no_cmvn": .fbank(normalizes: false),
    "mfcc": .mfcc(),
    "mfcc_no_cmvn": .mfcc(normalizes: false),
    "spectrogram": .spectrogram,
    "mel": .mel,
    "linear": .linear,
    "stft_mag": .stftMagnitude(),
  ]

  /// The names that ``init(named:)`` knows.
  package static let names: [String] = configurations.map(\.key)

  /// Raised when the numbers change though no parameter did.
  private static let revision = 2

  package let configuration: Configuration
  private let frames: FrameExtractor
  private let transform: RealFFT
  private let filterbank: MelFilterbank?
  private let cepstra: CepstralTransform?

  /// One of the ``names``; an unknown one is a ``UserError``.
  package init(named name: String) throws {
    let known = SpectralFeatures.configurations
    guard let found = known.first(where: { $0.key == name }) else {
      throw UserError(
        "there are no spectral features '\(name)'",
        fix: Suggestion.fix(for: name, among: SpectralFeatures.names))
    }
    try self.init(found.value)
  }

  package init(_ configuration: Configuration) throws {
    self.configuration = configuration
    frames = FrameExtractor(
      configuration.scheme,
      needsEnergy: configuration.spectrum == .powerWithEnergy)
    transform = try RealFFT(size: configuration.fftSize)
    var cepstra: CepstralTransform?
    switch configuration.spectrum {
    case .power, .powerWithEnergy, .magnitude:
      filterbank = nil
    case .kaldiMel(let bins):
      filterbank = .kaldi(bins: bins, fftSize: configuration.fftSize)
    case .hertzMel(let bins):
      filterbank = .hertz(bins: bins, fftSize: configuration.fftSize)
    case .slaneyMel(let bins):
      filterbank = .slaney(bins: bins, fftSize: configuration.fftSize)
    case .cepstrum(let count, let bins, let lifter):
      filterbank = .kaldi(bins: bins, fftSize: configuration.fftSize)
      cepstra = CepstralTransform(count: count, inputs: bins, lifter: lifter)
    }
    self.cepstra = cepstra
  }

  /// Features per frame.
  package var dimension: Int { configuration.dimension }

  /// Samples at 16 kHz from one frame to the next.
  package var samplesPerFrame: Int { frames.shift * configuration.stacked }

  /// All that decides the numbers, as text for digests: two configurations
  /// whose features could differ never share it.
  package var identifier: String {
    "spectral/\(SpectralFeatures.revision) \(configuration.identifier)"
  }

  /// The features of one utterance, mono at 16 kHz in [-1, 1]. Too short a
  /// signal for one frame, or for two where variance is normalised, is a
  /// ``UserError``.
  package func callAsFunction(_ samples: [Float]) throws -> FeatureMatrix {
    var count = samples.count
    if configuration.dropsTrailingZeros {
      // All zeros are a signal in its own right.
      count = samples.lastIndex { $0 != 0 }.map { $0 + 1 } ?? count
    }
    let rows =
      try frames.frameCount(samples: count)
      - (configuration.dropsLastFrame ? 1 : 0)
    let width =
      configuration.dimension / (configuration.deltaOrder + 1)
      / configuration.stacked
    let samples =
      configuration.scale == 1
      ? samples : samples.map { $0 * configuration.scale }
    let values = samples.withUnsafeBufferPointer { samples in
      let signal = UnsafeBufferPointer(rebasing: samples[..<count])
      return [Float](unsafeUninitializedCapacity: rows * width) {
        output, filled in
        output.initialize(repeating: 0)
        computeStatic(signal, frames: rows, width: width, into: output)
        filled = rows * width
      }
    }
    var features = FeatureMatrix(
      frames: rows, dimension: width, values: values
    ).withDeltas(order: configuration.deltaOrder)
    if configuration.normalizes { try features.normalize() }
    if let finish = configuration.finish { try features.finish(finish) }
    return try features.stacked(configuration.stacked)
  }

  /// Everything that one frame decides alone.
  private func computeStatic(
    _ signal: UnsafeBufferPointer<Float>, frames rows: Int, width: Int,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let buffers = RealFFT.Buffers(size: transform.size)
    defer { buffers.deallocate() }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: transform.bins) {
      power in
      withUnsafeTemporaryAllocation(
        of: Float.self, capacity: filterbank?.count ?? 0
      ) { energies in
        guard let power = power.baseAddress, let output = output.baseAddress
        else { return }
        for index in 0..<rows {
          let energy = frames.extract(index, of: signal, into: buffers.frame)
          transform.transform(buffers)
          for bin in 0..<transform.bins {
            let value = buffers.spectrum[bin]
            power[bin] = value.0 * value.0 + value.1 * value.1
          }
          let row = output + index * width
          reduce(
            power, energy: energy, scratch: energies.baseAddress, into: row)
        }
      }
    }
  }

  /// One frame's row from its power spectrum.
  private func reduce(
    _ power: UnsafeMutablePointer<Float>, energy: Double,
    scratch: UnsafeMutablePointer<Float>?,
    into row: UnsafeMutablePointer<Float>
  ) {
    let bins = transform.bins
    switch configuration.spectrum {
    case .power:
      row.update(from: power, count: bins)
      applyLogarithm(row, count: bins)
    case .powerWithEnergy:
      row.update(from: power, count: bins)
      applyLogarithm(row, count: bins)
      // Kaldi's energy floor of 1.
      row[0] = Float(log(max(energy, 1)))
    case .magnitude:
      for bin in 0..<bins { row[bin] = power[bin].squareRoot() }
      applyLogarithm(row, count: bins)
    case .kaldiMel, .hertzMel, .slaneyMel:
      filterbank?.apply(to: power, into: row)
      applyLogarithm(row, count: filterbank?.count ?? 0)
    case .cepstrum:
      guard let filterbank, let cepstra, let scratch else { return }
      filterbank.apply(to: power, into: scratch)
      applyLogarithm(scratch, count: filterbank.count)
      cepstra.apply(to: scratch, into: row)
    }
  }

  private func applyLogarithm(
    _ values: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch configuration.logarithm {
    case .floored(let floor):
      for k in 0..<count { values[k] = log(max(values[k], floor)) }
    case .offset(let offset):
      for k in 0..<count { values[k] = log(values[k] + offset) }
    case .decimal(let floor):
      for k in 0..<count { values[k] = log10(max(values[k], floor)) }
    case nil: break
    }
  }
}
