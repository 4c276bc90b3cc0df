import Testing

@testable import Speech

@Suite struct FrameAlignmentTests {
  @Test(arguments: [160, 320, 1_600])
  func keepsSamplesOverRateRoundedHalfToEven(rate: Int) {
    for samples in 0..<5_000 {
      let expected = (Double(samples) / Double(rate))
        .rounded(.toNearestOrEven)
      #expect(
        FrameAlignment.keptFrames(samples: samples, samplesPerFrame: rate)
          == Int(expected))
    }
  }

  @Test func prefixNeverGrows() {
    let matrix = FeatureMatrix(frames: 2, dimension: 2, values: [1, 2, 3, 4])
    #expect(matrix.prefix(1).values == [1, 2])
    #expect(matrix.prefix(3) == matrix)
  }
}
