import Alignment
import Diagnostics
import Foundation
import Synchronization
import Testing

@Suite struct AlignerTests {
  private func distance(
    _ query: [Float], _ document: [Float], dim: Int,
    _ settings: DTWSettings = .benchmark
  ) throws -> Float {
    try Aligner(
      queries: FrameArrays([query]), dim: dim, settings: settings
    ).distances(to: FrameArrays([document]))[0, 0]
  }

  // MARK: Frames out of the ordinary

  @Test func aFrameOfZerosIsLikeNoOther() throws {
    let plain = DTWSettings(distance: .cosine, minMax: false)
    #expect(try distance([0, 0], [3, 4], dim: 2, plain) == 1)
    #expect(try distance([0, 0], [0, 0], dim: 2, plain) == 1)
    let value = try distance(
      [0, 0], [3, 4], dim: 2, DTWSettings(minMax: false))
    #expect(abs(Double(value) - (exp(1.0) - 1)) < 1e-6)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity, 1e19])
  func framesThatCannotBeComparedAreNamed(_ bad: Float) throws {
    for settings in FrameDistance.allCases.map({ DTWSettings(distance: $0) }) {
      var frames = Array(repeating: Float(1), count: 20 * 3)
      frames[17 * 3 + 1] = bad
      let good = FrameArrays([[1, 2, 3]])
      let query = #expect(throws: UserError.self) {
        try Aligner(
          queries: FrameArrays([[1, 2, 3], frames]), dim: 3,
          settings: settings)
      }
      #expect(query?.what.hasPrefix("query 1 has numbers in frame 17") == true)
      let document = #expect(throws: UserError.self) {
        try Aligner(queries: good, dim: 3, settings: settings)
          .distances(to: FrameArrays([[1, 2, 3], [], frames]))
      }
      #expect(
        document?.what.hasPrefix("document 2 has numbers in frame 17") == true)
    }
  }

  @Test func lengthsFromTinyToLargeDoNotChangeACosine() throws {
    var noise = Noise(3)
    let query = noise.frames(9, dim: 24)
    let document = noise.frames(40, dim: 24)
    let expected = try distance(query, document, dim: 24)
    for factor in [Float(0x1p-60), 0x1p-20, 8, 0x1p55] {
      let scaled = document.map { $0 * factor }
      #expect(try distance(query, scaled, dim: 24) == expected)
    }
  }

  @Test func matricesOfAnotherWidthAreRefused() throws {
    #expect(throws: UserError("query 0 has 7 numbers, not frames of 3")) {
      try Aligner(queries: FrameArrays([Array(repeating: 1, count: 7)]), dim: 3)
    }
    let aligner = try Aligner(queries: FrameArrays([[1, 2, 3]]), dim: 3)
    #expect(throws: UserError("document 1 has 4 numbers, not frames of 3")) {
      try aligner.distances(to: FrameArrays([[1, 2, 3], [1, 2, 3, 4]]))
    }
    #expect(throws: UserError.self) {
      try Aligner(queries: FrameArrays([]), dim: 0)
    }
  }

  // MARK: Lengths out of the ordinary

  @Test func whatIsEmptyIsInfinitelyFar() throws {
    #expect(try distance([], [1, 2], dim: 2) == .infinity)
    #expect(try distance([1, 2], [], dim: 2) == .infinity)
    let none = try Aligner(queries: FrameArrays([]), dim: 2)
      .distances(to: FrameArrays([[1, 2]]))
    #expect(none.values.isEmpty)
    let nothing = try Aligner(queries: FrameArrays([[1, 2]]), dim: 2)
      .distances(to: FrameArrays([]))
    #expect(nothing.values.isEmpty)
  }

  @Test func closedEndsTooFarApartAreInfinitelyFar() throws {
    let closed = DTWSettings(
      distance: .cityblock, openBegin: false, openEnd: false, minMax: false)
    // Two frames reach three, and no further.
    #expect(try distance([0, 0], [1, 1, 1], dim: 1, closed) == 1)
    #expect(try distance([0, 0], [1, 1, 1, 1], dim: 1, closed) == .infinity)
  }

  @Test func aQueryLongerThanTheDocumentStaysInItsFrames() throws {
    let plain = DTWSettings(distance: .cityblock, minMax: false)
    #expect(try distance([1, 1, 1, 1, 2], [1, 2], dim: 1, plain) == 0)
  }

  // MARK: What must hold for any frames

  @Test func aPieceOfTheDocumentIsFoundWhereItLies() throws {
    var noise = Noise(5)
    let dim = 20
    let document = noise.frames(200, dim: dim)
    let query = Array(document[70 * dim..<110 * dim])
    for settings in [
      DTWSettings(distance: .euclidean, pattern: .subsequence),
      DTWSettings(distance: .euclidean), DTWSettings(distance: .cityblock),
      DTWSettings.benchmark,
    ] {
      let aligner = try Aligner(
        queries: FrameArrays([query]), dim: dim, settings: settings)
      try aligner.align(FrameArrays([document])) { result in
        #expect(result.distances[0] < 1e-6)
        #expect(result.ends[0] == 109)
      }
    }
  }

  @Test func mappedDistancesDoNotSeeTheUnitOfTheFrames() throws {
    var noise = Noise(6)
    let query = noise.frames(30, dim: 10)
    let document = noise.frames(77, dim: 10)
    for kind in [FrameDistance.cityblock, .euclidean] {
      let settings = DTWSettings(distance: kind)
      let one = try distance(query, document, dim: 10, settings)
      let four = try distance(
        query.map { $0 * 4 }, document.map { $0 * 4 }, dim: 10, settings)
      #expect(one.bitPattern == four.bitPattern)
    }
  }

  @Test func aQueryOfManyBlocksCostsWhatItsDistancesSay() throws {
    var noise = Noise(12)
    let dim = 5
    let query = noise.frames(389, dim: dim)
    let document = noise.frames(241, dim: dim)
    var distances: [Float] = []
    for i in 0..<389 {
      for j in 0..<241 {
        distances.append(
          Float(
            (0..<dim).reduce(0.0) {
              $0
                + abs(
                  Double(query[i * dim + $1]) - Double(document[j * dim + $1]))
            }))
      }
    }
    for var settings in DTWSettings.everyPattern {
      settings.distance = .cityblock
      let found = try self.distance(query, document, dim: dim, settings)
      let expected = try settings.align(
        distances: distances, documentFrames: 241)
      #expect(abs(found - expected.distance) <= 1e-5 * expected.distance)
    }
  }

  @Test func symmetricPatternsDoNotSeeWhichIsTheQuery() throws {
    var noise = Noise(9)
    let a = noise.frames(31, dim: 6)
    let b = noise.frames(50, dim: 6)
    for pattern in [StepPattern.symmetric1, .symmetric2] {
      let settings = DTWSettings(
        distance: .euclidean, pattern: pattern, minMax: false)
      let there = try distance(a, b, dim: 6, settings)
      let back = try distance(b, a, dim: 6, settings)
      #expect(abs(there - back) < 1e-5 * there)
    }
  }

  @Test func openingAnEndCostsNothing() throws {
    var noise = Noise(10)
    for _ in 0..<20 {
      let query = noise.frames(1 + noise.below(30), dim: 8)
      let document = noise.frames(1 + noise.below(60), dim: 8)
      let values = try [(true, true), (true, false), (false, false)].map {
        try distance(
          query, document, dim: 8,
          DTWSettings(openBegin: $0.0, openEnd: $0.1))
      }
      #expect(values[0] <= values[1] && values[1] <= values[2])
    }
  }

  // MARK: Running

  @Test func settingsThatDoNotGoTogetherAreRefused() {
    for settings in [
      DTWSettings(pattern: .symmetric1, openBegin: true),
      DTWSettings(pattern: .symmetric1, openEnd: true),
      DTWSettings(pattern: .symmetric2, openBegin: true),
      DTWSettings(pattern: .subsequence, openEnd: false),
    ] {
      #expect(throws: UserError.self) {
        try Aligner(queries: FrameArrays([]), dim: 1, settings: settings)
      }
    }
  }

  @Test func everyDocumentIsFinishedOnceAndAloneAtATime() throws {
    var noise = Noise(11)
    let documents = noise.matrices(Array(repeating: 7, count: 150), dim: 4)
    let aligner = try Aligner(
      queries: FrameArrays(noise.matrices([3, 9], dim: 4)), dim: 4, threads: 3)
    let seen = Mutex<[Int]>([])
    let inside = Atomic(0)
    try aligner.align(FrameArrays(documents)) { result in
      #expect(inside.add(1, ordering: .relaxed).newValue == 1)
      seen.withLock { $0.append(result.document) }
      inside.subtract(1, ordering: .relaxed)
    }
    #expect(seen.withLock { $0.sorted() } == Array(0..<150))
  }

  @Test func aStopLeavesTheRestAlone() throws {
    struct Stop: Error {}
    let aligner = try Aligner(queries: FrameArrays([[1, 2]]), dim: 2)
    let documents = FrameArrays(Array(repeating: [1, 2], count: 1000))
    let finished = Atomic(0)
    #expect(throws: Stop.self) {
      try aligner.align(documents) { _ in
        if finished.add(1, ordering: .relaxed).newValue == 3 { throw Stop() }
      }
    }
    #expect(finished.load(ordering: .relaxed) == 3)
    #expect(throws: CancellationError.self) {
      try aligner.distances(to: documents, isCancelled: { true })
    }
  }
}
