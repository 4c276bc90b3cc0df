import Alignment
import Testing

@testable import Runs

@Suite struct AlignmentSurveyTests {
  private let queries = FrameArrays([[1, 2, 3, 4], [5, 6]])
  private let documents = FrameArrays([[1, 2], [3, 4, 5, 6], [7, 8]])

  @Test func itCountsWhatIsAskedForAndNothingIsAligned() throws {
    let survey = AlignmentSurvey()
    let aligner = try Aligner(queries: queries, dim: 2, threads: 1)
    let distances = try aligner.distances(
      to: documents,
      record: survey.record(.benchmark, 2, queries, documents),
      progress: { _ in Issue.record("a document is aligned") })
    #expect(distances[0, 1] == 0 && distances[1, 2] == 0)
    let call = try #require(survey.calls.first)
    #expect(survey.calls.count == 1)
    #expect(call.queries == [2, 1])
    #expect(call.documents == [1, 2, 1])
    #expect(call.dim == 2)
  }

  @Test func timeGrowsWithTheNumberOfFrames() throws {
    var call = AlignmentSurvey.Call(
      settings: .benchmark, dim: 16,
      queries: Array(repeating: 5, count: 8),
      documents: Array(repeating: 30, count: 8))
    let few = try call.seconds(threads: 1, scale: 10)
    call.documents = Array(repeating: 30, count: 80_000)
    let many = try call.seconds(threads: 1, scale: 10)
    #expect(few > 0)
    // Ten thousand times as many, at a rate that is measured anew.
    #expect(many > 100 * few)
    call.queries = []
    #expect(try call.seconds(threads: 1, scale: 10) == 0)
  }
}
