import Alignment
import Foundation
import Testing

/// Fixtures/make_fixtures.py: SciPy's distances and dtw-python's paths.
@Suite struct AlignerFixtureTests {
  struct Fixture: Decodable {
    let pairs: [Pair]
  }

  struct Pair: Decodable {
    let dim: Int
    let query: [Float]
    let document: [Float]
    let cases: [Case]
  }

  /// [distance, pattern, open begin, open end, min–max, value, end]
  struct Case: Decodable {
    let settings: DTWSettings
    let value: Double?
    let end: Int

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      let distance = try list.decode(String.self)
      let pattern = try list.decode(String.self)
      let flags = try (0..<3).map { _ in try list.decode(Int.self) != 0 }
      settings = DTWSettings(
        distance: try #require(FrameDistance(rawValue: distance)),
        pattern: try #require(StepPattern(rawValue: pattern)),
        openBegin: flags[0], openEnd: flags[1], minMax: flags[2])
      value = try list.decodeIfPresent(Double.self)
      end = try list.decode(Int.self)
    }
  }

  @Test func everyDistanceAndPatternEqualsDtwPython() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "alignments", withExtension: "json",
        subdirectory: "Fixtures"))
    let fixture = try JSONDecoder().decode(
      Fixture.self, from: Data(contentsOf: url))
    var count = 0
    for pair in fixture.pairs {
      for expected in pair.cases {
        let aligner = try Aligner(
          queries: FrameArrays([pair.query]), dim: pair.dim,
          settings: expected.settings, threads: 1)
        try aligner.align(FrameArrays([pair.document])) { result in
          let value = Double(result.distances[0])
          if let exact = expected.value {
            #expect(
              abs(value - exact) <= 1e-5 * exact + 1e-7,
              "\(expected.settings): \(value), not \(exact)")
          } else {
            #expect(value == .infinity)
          }
          #expect(result.ends[0] == expected.end, "\(expected.settings)")
        }
        count += 1
      }
    }
    #expect(count == 448)
  }
}
