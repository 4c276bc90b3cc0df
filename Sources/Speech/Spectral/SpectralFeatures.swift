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
      configuration.dimension / configuration.stacked
    let samples =
      configuration.scale == 1
      ? samples : samples.map { $0 * configuration.scale }
    let values = samples.withUnsafeBufferPointer { samples in
      let signal = UnsafeBufferPointer(rebasing: samples[..<count])
      return [Float](unsafeUninitializedCapacity: rows * width) {
        output, filled in
        if let output = output.baseAddress {
          computeStatic(signal, frames: rows, stride: width, into: output)
          FeatureMatrix.addDeltas(
            order: configuration.deltaOrder, to: output, frames: rows,
            dimension: width / (configuration.deltaOrder + 1))
        }
        filled = rows * width
      }
    }
    var features = FeatureMatrix(
      frames: rows, dimension: width, values: values)
    if configuration.normalizes { try features.normalize() }
    if let finish = configuration.finish { try features.finish(finish) }
    return try features.stacked(configuration.stacked)
  }

  /// Everything that one frame decides alone, in rows that are `stride`
  /// apart.
  private func computeStatic(
    _ signal: UnsafeBufferPointer<Float>, frames rows: Int, stride: Int,
    into output: UnsafeMutablePointer<Float>
  ) {
    let block = SpectrumBlock(
      size: transform.size, scratch: filterbank?.count ?? 0)
    for start in Swift.stride(
      from: 0, to: rows, by: SpectrumBlock.capacity)
    {
      let range = start..<min(rows, start + SpectrumBlock.capacity)
      frames.extract(
        range, of: signal, into: block.frames, stride: block.frameStride,
        energies: block.energies)
      transform.transform(block, count: range.count)
      reduce(
        block, frames: range.count, into: output + start * stride,
        stride: stride)
    }
  }

  /// Rows of a block's frames from their power spectra.
  private func reduce(
    _ block: borrowing SpectrumBlock, frames: Int,
    into rows: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let bins = transform.bins
    let (power, apart) = (block.power, block.powerStride)
    let energies = block.energies
    func eachFrame(
      _ body: (
        _ row: UnsafeMutablePointer<Float>, _ power: UnsafePointer<Float>,
        _ frame: Int
      ) -> Void
    ) {
      for frame in 0..<frames {
        body(rows + frame * stride, power + frame * apart, frame)
      }
    }
    switch configuration.spectrum {
    case .power, .powerWithEnergy:
      eachFrame { row, power, frame in
        row.update(from: power, count: bins)
        applyLogarithm(row, count: bins)
        if configuration.spectrum == .powerWithEnergy {
          // Kaldi's energy floor of 1.
          row[0] = Float(log(max(energies[frame], 1)))
        }
      }
    case .magnitude:
      eachFrame { row, power, _ in
        for bin in 0..<bins { row[bin] = power[bin].squareRoot() }
        applyLogarithm(row, count: bins)
      }
    case .kaldiMel, .hertzMel, .slaneyMel:
      filterbank?.apply(to: block, frames: frames, into: rows, stride: stride)
      eachFrame { row, _, _ in
        applyLogarithm(row, count: filterbank?.count ?? 0)
      }
    case .cepstrum:
      guard let filterbank, let cepstra else { return }
      filterbank.apply(
        to: block, frames: frames, into: block.middle,
        stride: filterbank.count)
      applyLogarithm(block.middle, count: frames * filterbank.count)
      cepstra.apply(
        to: block.middle, frames: frames, into: rows, stride: stride)
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
