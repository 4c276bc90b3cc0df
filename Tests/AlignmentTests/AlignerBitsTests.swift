import Alignment
import Synchronization
import Testing

/// A pair's bits depend on its frames and the settings alone.
@Suite struct AlignerBitsTests {
  static let queryLengths = [1, 5, 12, 13, 47, 0, 100, 131, 3, 250, 60, 400]
  static let documentLengths = [1, 15, 16, 17, 33, 250, 0, 95, 512]

  struct Problem: Sendable, CustomTestStringConvertible {
    let dim: Int
    let settings: DTWSettings
    var testDescription: String { "\(dim) \(settings)" }
  }

  static let problems: [Problem] =
    FrameDistance.allCases.map {
      Problem(dim: 39, settings: DTWSettings(distance: $0))
    } + [
      Problem(dim: 768, settings: .benchmark),
      Problem(dim: 80, settings: DTWSettings(minMax: false)),
      Problem(dim: 13, settings: DTWSettings(pattern: .symmetric2)),
      Problem(
        dim: 1,
        settings: DTWSettings(distance: .cityblock, pattern: .subsequence)),
    ]

  private static func frames(_ dim: Int) -> (
    queries: [[Float]], documents: [[Float]]
  ) {
    var noise = Noise(UInt64(dim))
    let queries = noise.matrices(queryLengths, dim: dim)
    return (queries, noise.matrices(documentLengths, dim: dim))
  }

  private static func bits(_ matrix: DistanceMatrix) -> [UInt32] {
    matrix.values.map(\.bitPattern)
  }

  @Test(arguments: problems)
  func threadsDoNotChangeThem(_ problem: Problem) throws {
    let (queries, documents) = Self.frames(problem.dim)
    // Many documents and few are shared out in different ways.
    let many = [[Float]](Array(repeating: documents, count: 8).joined())
    for documents in [documents, many] {
      let results = try [1, 2, 3].map { threads in
        Self.bits(
          try Aligner(
            queries: FrameArrays(queries), dim: problem.dim,
            settings: problem.settings, threads: threads
          ).distances(to: FrameArrays(documents)))
      }
      #expect(results[0] == results[1])
      #expect(results[0] == results[2])
    }
  }

  @Test(arguments: problems)
  func companyDoesNotChangeThem(_ problem: Problem) throws {
    let (queries, documents) = Self.frames(problem.dim)
    let together = try Aligner(
      queries: FrameArrays(queries), dim: problem.dim,
      settings: problem.settings
    ).distances(to: FrameArrays(documents))
    for query in queries.indices {
      let alone = try Aligner(
        queries: FrameArrays([queries[query]]), dim: problem.dim,
        settings: problem.settings, threads: 1)
      for document in documents.indices {
        let pair = try alone.distances(to: FrameArrays([documents[document]]))
        #expect(
          pair[0, 0].bitPattern == together[query, document].bitPattern,
          "query \(query), document \(document)")
      }
    }
    let backwards = try Aligner(
      queries: FrameArrays(queries.reversed()), dim: problem.dim,
      settings: problem.settings
    ).distances(to: FrameArrays(documents.reversed()))
    #expect(Self.bits(backwards) == Self.bits(together).reversed())
  }

  @Test func aRunThatIsTakenUpAgainEndsWithTheSameBits() throws {
    let (queries, documents) = Self.frames(39)
    let aligner = try Aligner(queries: FrameArrays(queries), dim: 39)
    let whole = try aligner.distances(to: FrameArrays(documents))
    struct Stop: Error {}
    let stored = Mutex<[Int: [Float]]>([:])
    #expect(throws: Stop.self) {
      try aligner.align(FrameArrays(documents)) { result in
        try stored.withLock { stored in
          if stored.count == 4 { throw Stop() }
          stored[result.document] = result.distances
        }
      }
    }
    let done = stored.withLock { Array($0.keys) }
    #expect(done.count == 4)
    let missing = documents.indices.filter { !done.contains($0) }
    try aligner.align(FrameArrays(documents), indices: missing) { result in
      stored.withLock { stored in
        #expect(stored[result.document] == nil)
        stored[result.document] = result.distances
      }
    }
    stored.withLock { stored in
      for document in documents.indices {
        for query in queries.indices {
          #expect(
            stored[document]?[query].bitPattern
              == whole[query, document].bitPattern)
        }
      }
    }
  }
}
