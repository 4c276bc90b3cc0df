import TaskABI
import Testing

@testable import TaskKit

@Suite struct DynamicTimeWarpingTests {
  private let host = TestHost(dim: 2)

  private func packed(_ utterances: [[Float]]) -> PackedFrames {
    var frames = PackedFrames(dim: 2)
    utterances.forEach { frames.append($0) }
    return frames
  }

  @Test func framesOfAllUtterancesAreLent() throws {
    host.extensions[SUPERB_DTW_EXTENSION] = TestWarping.table
    let warping = try TaskContext(host.table).dynamicTimeWarping()
    let queries = [[1, 0, 0, 1], [1, 1, -1, 1, 1, 0]] as [[Float]]
    let documents =
      [[0, 1, 1, 0, 0, 1, -1, 0], [1, 0], [1, 2, 3, 4, -1, 0]] as [[Float]]
    let result = try warping.distances(
      queries: packed(queries), documents: packed(documents))
    let rows = { (values: [Float]) in
      stride(from: 0, to: values.count, by: 2).map {
        [Double(values[$0]), Double(values[$0 + 1])]
      }
    }
    let expected = queries.flatMap { query in
      documents.map { Float(TestWarping.distance(rows(query), rows($0))) }
    }
    #expect(result == expected)
    // The query stands in the first document as it is.
    #expect(result[0] == 0)
  }

  @Test func emptyUtterancesAndListsAreAllowed() throws {
    host.extensions[SUPERB_DTW_EXTENSION] = TestWarping.table
    let warping = try TaskContext(host.table).dynamicTimeWarping()
    let some = packed([[1, 0]])
    #expect(
      try warping.distances(queries: some, documents: packed([[]]))
        == [.infinity])
    #expect(
      try warping.distances(queries: packed([]), documents: some).isEmpty)
  }

  @Test func settingsReachTheHostAndItsReasonComesBack() throws {
    host.extensions[SUPERB_DTW_EXTENSION] = TestWarping.table
    let warping = try TaskContext(host.table).dynamicTimeWarping(
      DynamicTimeWarping.Settings(
        distance: .euclidean, pattern: .symmetric2, openBegin: false,
        openEnd: true, minMax: false))
    let some = packed([[1, 0]])
    let error = #expect(throws: TaskError.self) {
      try warping.distances(queries: some, documents: some)
    }
    #expect(error?.status == .invalidArgument)
    #expect(host.failures.map(\.message) == ["settings 3 2 2"])
  }

  @Test func namesAreTheContracts() {
    #expect(
      DynamicTimeWarping.Distance.allCases.map(\.rawValue) == [
        SUPERB_DTW_COSINE_EXP, SUPERB_DTW_COSINE, SUPERB_DTW_CITYBLOCK,
        SUPERB_DTW_EUCLIDEAN,
      ])
    #expect(
      DynamicTimeWarping.StepPattern.allCases.map(\.rawValue) == [
        SUPERB_DTW_ASYMMETRIC, SUPERB_DTW_SYMMETRIC1, SUPERB_DTW_SYMMETRIC2,
        SUPERB_DTW_SUBSEQUENCE,
      ])
  }

  @Test func aHostWithoutItIsRefused() throws {
    let context = try TaskContext(host.table)
    let error = #expect(throws: TaskError.self) {
      try context.dynamicTimeWarping()
    }
    #expect(error?.status == .unsupported)
  }
}
