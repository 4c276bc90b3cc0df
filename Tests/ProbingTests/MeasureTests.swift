import Statistics
import Testing

@testable import Probing

@Suite struct MeasureTests {
  /// Two classes around two directions, with lengths that differ by thousands.
  private static func clouds(
    _ count: Int, classes: Int = 2, seed: UInt64
  ) -> Embeddings {
    var numbers = SeededNumbers(seed: seed)
    var values: [Float] = []
    for row in 0..<count {
      let length = Float(1 + numbers.below(5000))
      for i in 0..<classes {
        let noise = Float(numbers.below(1000)) / 2000
        values.append(length * ((row % classes == i ? 1 : 0) + noise))
      }
    }
    return Embeddings(
      values: values, dimension: classes,
      classes: (0..<count).map { $0 % classes })
  }

  /// Where each vector is brought to length 1 by itself, each training vector
  /// is its own nearest neighbour, however unequal the lengths are.
  @Test func everyTrainingVectorFindsItself() {
    var numbers = SeededNumbers(seed: 3)
    let values = (0..<40 * 8).map { i in
      Float(numbers.below(2000) - 1000) * (i / 8 % 2 == 0 ? 1000 : 0.01)
    }
    let alone = Embeddings(
      values: values, dimension: 8, classes: Array(0..<40))
    let neighbours = NearestNeighbours(alone, neighbours: 1)
    #expect(neighbours.classes(of: alone) == alone.classes)
    #expect(neighbours.accuracy(on: alone) == 1)
  }

  @Test func neighboursVoteByTheirSimilarity() {
    let training = Embeddings(
      values: [1, 0, 0, 1, 0, 1, 0, 1], dimension: 2, classes: [0, 1, 1, 1])
    let asked = Embeddings(
      values: [2, 0, 0, 3], dimension: 2, classes: [0, 1])
    // One vote of e^(1/0.07) against three of e⁰.
    #expect(NearestNeighbours(training).classes(of: asked) == [0, 1])
  }

  @Test func fewExamplesAreEnoughForWhatIsApart() {
    let shots = FewShotProbe(seed: 1).accuracies(
      training: Self.clouds(60, seed: 1), on: Self.clouds(40, seed: 2))
    #expect(shots.count == 10)
    #expect(shots.allSatisfy { $0 > 0.8 })
    let same = FewShotProbe(seed: 1).accuracies(
      training: Self.clouds(60, seed: 1), on: Self.clouds(40, seed: 2))
    #expect(shots == same)
  }

  @Test func ofManyClassesSomeAreDrawn() {
    let shots = FewShotProbe(draws: 2).accuracies(
      training: Self.clouds(240, classes: 60, seed: 1),
      on: Self.clouds(120, classes: 60, seed: 2))
    #expect(shots.count == 2)
    #expect(shots.allSatisfy { $0 > 0.5 })
  }

  /// By symmetry the border lies in the middle, wherever the points are.
  @Test func regressionDividesALine() {
    func told(_ shift: Float) -> [Int] {
      let examples = Embeddings(
        values: [-3, -2, -1, 1, 2, 3].map { $0 + shift }, dimension: 1,
        classes: [0, 0, 0, 1, 1, 1])
      let regression = LogisticRegression(fitting: examples, classes: 2)
      return regression.classes(
        of: Embeddings(
          values: [-0.5 + shift, 0.5 + shift, 9 + shift], dimension: 1,
          classes: [0, 0, 0]))
    }
    #expect(told(0) == [0, 1, 1])
    #expect(told(100) == [0, 1, 1])
  }

  /// Three vectors of two classes; of the pairs the one of the same class is third.
  @Test func pairsHaveTheirAveragePrecision() throws {
    let vectors = Embeddings(
      values: [1, 0, 0.8, 0.6, 0.6, 0.8], dimension: 2, classes: [0, 1, 0])
    let measures = PairMeasures(vectors)
    // Cosines: 0·1 0.8, 0·2 0.6 (same), 1·2 0.96.
    #expect(abs(try #require(measures.sameDifferent) - 1.0 / 3) < 1e-9)
    // Both of class 0 find each other second.
    #expect(abs(try #require(measures.retrieval) - 0.5) < 1e-9)
  }

  @Test func whatIsAlikeIsFoundTogether() {
    let vectors = Embeddings(
      values: [1, 1, 1, 1], dimension: 1, classes: [0, 0, 1, 1])
    let measures = PairMeasures(vectors)
    #expect(measures.sameDifferent == 2.0 / 6)
    #expect(measures.retrieval == 1.0 / 3)
    let one = Embeddings(values: [1, 2], dimension: 1, classes: [0, 0])
    #expect(PairMeasures(one).sameDifferent == nil)
  }
}
