import Testing

@testable import Alignment

/// Processes that align some of the documents each have, all of them, what one
/// process finds.
@Suite struct AlignmentShareTests {
  private final class Journal: AlignmentRecord, @unchecked Sendable {
    var kept: [Int: [Float]] = [:]
    func distances(toDocument index: Int) -> [Float]? { kept[index] }
    func keep(_ distances: [Float], toDocument index: Int) {
      kept[index] = distances
    }
  }

  private let documents = FrameArrays(
    (1...5).map { count in (0..<count * 2).map { Float($0 * count % 7) } })
  private let queries = FrameArrays([[1, 2, 3, 4], [0, 1]])

  private func aligner() throws -> Aligner {
    try Aligner(queries: queries, dim: 2, settings: .benchmark, threads: 1)
  }

  @Test func partsOfThreeMakeUpTheWhole() throws {
    let whole = try aligner().distances(to: documents)
    let journals = (0..<3).map { _ in Journal() }
    // [documents, queries], as each has made its own.
    var parts: [[Float]] = []
    func share(_ rank: Int, _ gather: @escaping (inout [Float]) -> Bool)
      -> AlignmentShare
    {
      AlignmentShare(
        own: { $0 * rank / 3..<$0 * (rank + 1) / 3 },
        gather: { numbers, _, _ in gather(&numbers) })
    }
    for rank in 0..<3 {
      _ = try? aligner().distances(
        to: documents,
        sharedBy: share(rank) {
          parts.append($0)
          return false
        }, record: journals[rank], progress: nil, isCancelled: { false })
    }
    // Nothing was kept of what did not come.
    #expect(journals.map(\.kept.count) == [1, 2, 2])
    let all = parts[0].indices.map { index in
      parts.map { $0[index] }.min() ?? .nan
    }
    for rank in 0..<3 {
      let matrix = try aligner().distances(
        to: documents,
        sharedBy: share(rank) {
          $0 = all
          return true
        }, record: journals[rank], progress: nil, isCancelled: { false })
      #expect(matrix == whole)
      #expect(journals[rank].kept.count == 5)
    }
  }
}
