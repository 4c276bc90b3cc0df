import Tensors
import Testing

@testable import Training

@Suite struct FeatureAugmentationTests {
  /// Two utterances of 12 and 8 frames, all ones, as a head is shown them.
  private func shown(
    isTraining: Bool, takesMeans: Bool = false
  ) throws -> (values: [Float], offsets: [Int64]) {
    let engine = Engine(threads: 1, seed: 1)
    let augmentation = FeatureAugmentation(
      engine: engine,
      settings: SpecAugment(
        timeWarpWindow: nil, frequencyMasks: nil,
        timeMasks: SpecAugment.Masks(widths: 4..<5, number: 1)),
      takesMeans: takesMeans)
    func show() throws -> (values: [Float], offsets: [Int64]) {
      let (node, offsets) = try augmentation(
        try engine.constant(
          Array(repeating: 1, count: 40), shape: [20, 2],
          requiresGradient: false), offsets: [0, 12, 20])
      return (Array(node.values), offsets)
    }
    return isTraining
      ? try engine.training(show) : try engine.evaluating(show)
  }

  @Test func framesAreMaskedInTrainingAlone() throws {
    let ones = try shown(isTraining: false)
    #expect(ones.values == Array(repeating: 1, count: 40))
    #expect(ones.offsets == [0, 12, 20])
    let masked = try shown(isTraining: true)
    #expect(masked.values.prefix(24).filter { $0 == 0 }.count == 8)
    #expect(masked.offsets == [0, 12, 20])
  }

  @Test func meansAreTakenOfTheMaskedFrames() throws {
    let frames = try shown(isTraining: true).values
    let means = try shown(isTraining: true, takesMeans: true)
    #expect(means.offsets == [0, 1, 2])
    let first = frames.prefix(24).reduce(0, +) / 24
    let second = frames.suffix(16).reduce(0, +) / 16
    #expect(
      zip(means.values, [first, first, second, second]).allSatisfy {
        abs($0 - $1) < 1e-6
      })
  }
}
