import Diagnostics
import Foundation
import Testing

@testable import Speech

@Suite struct SpectralFeaturesTests {
  private func features(_ kind: String) throws -> SpectralFeatures {
    switch kind {
    case "hamming": try SpectralFeatures(.hammingFbank())
    case "log_stft_mag":
      try SpectralFeatures(.stftMagnitude(isLogarithmic: true))
    default: try SpectralFeatures(named: kind)
    }
  }

  @Test func everyKindAgreesWithTorchaudio() throws {
    let signals = try Fixtures.json(
      "features.json", as: [Fixtures.Signal].self)
    let expected = try Fixtures.floats("features.f32")
    var count = 0
    for signal in signals {
      for matrix in signal.matrices {
        let output = try features(matrix.kind)(signal.waveform)
        #expect(output.frames == matrix.frames)
        #expect(output.dimension == matrix.dimension)
        let worst = output.values.enumerated().reduce(Float(0)) {
          max($0, abs($1.element - expected[matrix.offset + $1.offset]))
        }
        // The fixtures are in double precision. Where bins are all but
        // empty, single precision cannot be as near, torchaudio's neither.
        #expect(
          worst < max(1e-4, 2 * matrix.roundoff),
          "\(matrix.kind) of \(signal.name)")
        count += 1
      }
    }
    #expect(count == 41)
  }

  /// x[n] = 0.5 ((7919 n mod 1000) / 1000 − 0.4995).
  private static let goldenSignal: [Float] = (0..<16_000).map {
    Float(0.5 * (Double(7_919 * $0 % 1_000) / 1_000 - 0.4995))
  }

  private func expectGolden(
    _ matrix: FeatureMatrix, _ frame: Int, _ column: Int, _ values: [Float],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (offset, value) in values.enumerated() {
      let found = matrix.values[frame * matrix.dimension + column + offset]
      #expect(
        abs(found - value) < 2e-4, "[\(frame), \(column + offset)]",
        sourceLocation: sourceLocation)
    }
  }

  private func mean(_ matrix: FeatureMatrix, columns: Int) -> Double {
    let sum = (0..<matrix.frames).reduce(0.0) { sum, frame in
      sum + matrix[frame].prefix(columns).reduce(0) { $0 + Double($1) }
    }
    return sum / Double(matrix.frames * columns)
  }

  @Test func fbankHasItsGoldenNumbers() throws {
    let raw = try SpectralFeatures(named: "fbank_no_cmvn")(Self.goldenSignal)
    #expect((raw.frames, raw.dimension) == (98, 240))
    expectGolden(raw, 0, 0, [-9.08386, -9.03767, -10.50352, -10.65131])
    expectGolden(raw, 50, 40, [-3.46005])
    expectGolden(raw, 97, 79, [3.93540])
    expectGolden(raw, 0, 80, [0.03961, 0.10383, 0.23771])
    expectGolden(raw, 1, 160, [-0.02316, -0.03546, -0.06866])
    #expect(abs(mean(raw, columns: 80) + 1.897044) < 1e-5)

    let normalized = try SpectralFeatures(named: "fbank")(Self.goldenSignal)
    expectGolden(normalized, 0, 0, [-1.01565, -0.70735, -0.70725])
    expectGolden(normalized, 50, 120, [-1.84924])
    expectGolden(normalized, 97, 239, [-0.80343])
  }

  @Test func theOtherKaldiKindsHaveTheirGoldenNumbers() throws {
    var mfcc = SpectralFeatures.Configuration.mfcc()
    mfcc.normalizes = false
    let cepstra = try SpectralFeatures(mfcc)(Self.goldenSignal)
    #expect((cepstra.frames, cepstra.dimension) == (98, 39))
    expectGolden(cepstra, 0, 0, [1.58719, -45.67997, -29.60401, -22.82431])
    expectGolden(cepstra, 97, 12, [-15.57261])

    var spectrogram = SpectralFeatures.Configuration.spectrogram
    spectrogram.normalizes = false
    let power = try SpectralFeatures(spectrogram)(Self.goldenSignal)
    #expect((power.frames, power.dimension) == (98, 257))
    expectGolden(power, 0, 0, [2.12702, -8.57832, -8.89181])
    expectGolden(power, 97, 256, [-1.79435])
    #expect(abs(mean(power, columns: 257) + 2.285927) < 1e-5)

    let hamming = try SpectralFeatures(.hammingFbank(normalizes: false))(
      Self.goldenSignal)
    expectGolden(hamming, 0, 0, [-8.97725, -7.56394, -9.27618])
    #expect(abs(mean(hamming, columns: 80) + 1.730394) < 1e-5)
  }

  @Test func theCentredKindsHaveTheirGoldenNumbers() throws {
    var linear = SpectralFeatures.Configuration.linear
    linear.normalizes = false
    let power = try SpectralFeatures(linear)(Self.goldenSignal)
    #expect((power.frames, power.dimension) == (101, 201))
    expectGolden(power, 0, 0, [-4.84378, -3.73075, -1.20556])
    expectGolden(power, 50, 100, [-1.73937])

    var mel = SpectralFeatures.Configuration.mel
    mel.normalizes = false
    let energies = try SpectralFeatures(mel)(Self.goldenSignal)
    #expect((energies.frames, energies.dimension) == (101, 80))
    expectGolden(energies, 0, 0, [-5.26116, -3.97467, -1.84881])
    expectGolden(energies, 50, 40, [0.35103])
  }

  @Test(arguments: SpectralFeatures.names)
  func everyLengthGivesItsFramesOrIsTooShort(name: String) throws {
    let features = try SpectralFeatures(named: name)
    let isCentred = ["mel", "linear", "stft_mag"].contains(name)
    let fewest =
      switch name {
      case "fbank_no_cmvn", "mfcc_no_cmvn": 400
      case "mel", "linear": 201
      case "stft_mag": 257
      default: 560
      }
    let signal = Fixtures.waveform([[2_000, 16_384]])
    // Every length where something changes, and a seventh of the others.
    for count in 0...2_000
    where count % 7 == 0 || (190...260).contains(count)
      || abs(count - 400) < 4 || abs(count % 160 - 80) < 3
    {
      let samples = Array(signal.prefix(count))
      guard count >= fewest else {
        #expect(throws: UserError.self, "\(count)") { try features(samples) }
        continue
      }
      let output = try features(samples)
      let expected =
        isCentred
        ? 1 + count / features.samplesPerFrame : 1 + (count - 400) / 160
      #expect(output.frames == expected, "\(count)")
      #expect(output.dimension == features.dimension)
      #expect(output.values.allSatisfy { $0.isFinite }, "\(count)")
    }
  }

  @Test(arguments: SpectralFeatures.names)
  func digitalSilenceIsFiniteAndNormalisesToZero(name: String) throws {
    let features = try SpectralFeatures(named: name)
    let output = try features([Float](repeating: 0, count: 3_200))
    #expect(output.values.allSatisfy { $0.isFinite })
    if features.configuration.normalizes {
      #expect(output.values.allSatisfy { $0 == 0 })
    }
  }

  @Test func trailingZerosArePaddingToMelAlone() throws {
    let signal = Fixtures.waveform([[1_600, 16_384]])
    let padded = signal + [Float](repeating: 0, count: 800)
    let mel = try SpectralFeatures(named: "mel")
    #expect(try mel(padded) == mel(signal))
    let fbank = try SpectralFeatures(named: "fbank")
    #expect(try fbank(padded).frames == 13)
  }

  @Test func everyThreadGetsTheSameBits() async throws {
    let signal = Fixtures.waveform([[3_000, 16_384]])
    for name in SpectralFeatures.names {
      let features = try SpectralFeatures(named: name)
      let expected = try features(signal)
      try await withThrowingTaskGroup(of: FeatureMatrix.self) { group in
        for count in 0..<16 {
          group.addTask {
            // Plans made meanwhile must not disturb those in use, nor may
            // a plan made later compute other bits.
            let own = try SpectralFeatures(named: name)
            return try count % 2 == 0 ? own(signal) : features(signal)
          }
        }
        for try await output in group { #expect(output == expected) }
      }
    }
  }

  @Test func identifiersTellConfigurationsApart() throws {
    let identifiers =
      try SpectralFeatures.names.map {
        try SpectralFeatures(named: $0).identifier
      } + [
        SpectralFeatures(.hammingFbank()).identifier,
        SpectralFeatures(.stftMagnitude(isLogarithmic: true)).identifier,
      ]
    #expect(Set(identifiers).count == identifiers.count)
    #expect(
      identifiers[0]
        == "spectral/2 kaldi(400,160,povey,preemphasis=0.97) fft(512) "
        + "mel(80,20-8000) ln(max=1.1920929e-07) delta(2,window=5) "
        + "cmvn(1e-10)")
  }

  @Test func anUnknownNameIsMetWithTheNearest() {
    #expect {
      try SpectralFeatures(named: "fbnak")
    } throws: { error in
      (error as? UserError)?.fix == "did you mean 'fbank'?"
    }
  }

  @Test func dimensionsAndRatesAreThoseOfTheProtocol() throws {
    let expected = [
      "fbank": (240, 160), "fbank_no_cmvn": (240, 160), "mfcc": (39, 160),
      "mfcc_no_cmvn": (39, 160),
      "spectrogram": (257, 160), "mel": (80, 160), "linear": (201, 160),
      "stft_mag": (257, 320),
    ]
    #expect(Set(expected.keys) == Set(SpectralFeatures.names))
    for (name, (dimension, rate)) in expected {
      let features = try SpectralFeatures(named: name)
      #expect(features.dimension == dimension)
      #expect(features.samplesPerFrame == rate)
    }
  }
}
