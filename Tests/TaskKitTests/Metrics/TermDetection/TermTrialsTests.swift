import Testing

@testable import TaskKit

@Suite struct TermTrialsTests {
  private struct Case: Decodable {
    var beta: Double
    var scores: [[Double]]
    var truth: [[Bool]]
    var accepted: [[Bool]]
    var atwv: Double
    var mtwv: Double
    var threshold: Double?
    var cnxe: Double
    var minCnxe: Double

    var reference: TermReference {
      get throws {
        try TermReference(
          terms: truth.indices.map { "q\($0)" },
          documents: truth[0].indices.map { "d\($0)" },
          occurrences: Dictionary(
            uniqueKeysWithValues: truth.enumerated().map { row, truth in
              (
                "q\(row)",
                Set(truth.indices.filter { truth[$0] }.map { "d\($0)" })
              )
            }))
      }
    }

    var detections: TermDetections {
      TermDetections(
        terms: scores.indices.map { row in
          TermDetections.Term(
            id: "q\(row)",
            detections: scores[row].indices.map {
              TermDetections.Detection(
                document: "d\($0)", score: scores[row][$0],
                isAccepted: accepted[row][$0])
            })
        })
    }
  }

  private func near(_ x: Double, _ y: Double, _ gap: Double = 1e-9) -> Bool {
    abs(x - y) <= gap
  }

  @Test func figuresAreThoseOfTheDefinitions() throws {
    for (index, expected) in try metricFixture("terms", of: Case.self)
      .enumerated()
    {
      let trials = try TermTrials(
        expected.detections, reference: expected.reference)
      let beta = expected.beta
      let best = trials.maximumTermWeightedValue(beta: beta)
      #expect(near(best.value, expected.mtwv), "case \(index)")
      #expect(best.threshold == expected.threshold, "case \(index)")
      #expect(
        near(trials.actualTermWeightedValue(beta: beta), expected.atwv),
        "case \(index)")
      let prior = TermTrials.effectivePrior(beta: beta)
      #expect(
        near(trials.crossEntropy(prior: prior), expected.cnxe),
        "case \(index)")
      #expect(
        near(trials.minimumCrossEntropy(prior: prior), expected.minCnxe, 1e-6),
        "case \(index)")
    }
  }

  @Test func nothingDependsOnTheOrderOfDetections() throws {
    let sample = try #require(try metricFixture("terms", of: Case.self).last)
    var shuffled = sample.detections
    var numbers = SeededNumbers(3)
    shuffled.terms.shuffle(using: &numbers)
    for t in shuffled.terms.indices {
      shuffled.terms[t].detections.shuffle(using: &numbers)
    }
    #expect(
      try TermTrials(shuffled, reference: sample.reference)
        == TermTrials(sample.detections, reference: sample.reference))
  }

  @Test func missingTrialsHaveTheDefaultScore() throws {
    let sample = try #require(try metricFixture("terms", of: Case.self).first)
    var explicit = sample.detections
    var partial = explicit
    for t in explicit.terms.indices {
      for d in explicit.terms[t].detections.indices where d % 3 == 0 {
        explicit.terms[t].detections[d].score = -10
        explicit.terms[t].detections[d].isAccepted = false
      }
      partial.terms[t].detections = explicit.terms[t].detections.enumerated()
        .filter { $0.offset % 3 != 0 }.map(\.element)
    }
    let whole = try TermTrials(explicit, reference: sample.reference)
    let filled = try TermTrials(
      partial, reference: sample.reference, defaultScore: -10)
    #expect(filled.missing > 0 && whole.missing == 0)
    #expect(filled.targets == whole.targets)
    for beta in [1, 12.49] {
      let prior = TermTrials.effectivePrior(beta: beta)
      #expect(
        near(
          filled.maximumTermWeightedValue(beta: beta).value,
          whole.maximumTermWeightedValue(beta: beta).value))
      #expect(
        near(
          filled.actualTermWeightedValue(beta: beta),
          whole.actualTermWeightedValue(beta: beta)))
      #expect(
        near(
          filled.crossEntropy(prior: prior), whole.crossEntropy(prior: prior)))
    }
    #expect(throws: MetricError.self) {
      try TermTrials(partial, reference: sample.reference)
    }
  }

  private let reference = try? TermReference(
    terms: ["q1", "q2"], documents: ["d1", "d2", "d3"],
    occurrences: ["q1": ["d1"]])

  private func trials(_ scores: [Double]) throws -> TermTrials {
    try TermTrials(
      TermDetections(terms: [
        TermDetections.Term(
          id: "q1",
          detections: scores.enumerated().map {
            TermDetections.Detection(
              document: "d\($0 + 1)", score: $1, isAccepted: false)
          }, line: 4)
      ]), reference: #require(reference))
  }

  @Test func termsThatOccurNowhereAreNoTrials() throws {
    let trials = try trials([1, 0, 0])
    #expect(trials.termCount == 1 && trials.absentTerms == 1)
    #expect(trials.maximumTermWeightedValue(beta: 12.49).value == 1)
  }

  @Test func perfectScoresLeaveNoEntropyAndEqualOnesAllOfIt() throws {
    #expect(try trials([1, 0, 0.5]).minimumCrossEntropy(prior: 0.1) < 1e-6)
    #expect(try trials([3, 3, 3]).minimumCrossEntropy(prior: 0.1) == 1)
    #expect(try trials([-1, 0, 0.5]).minimumCrossEntropy(prior: 0.1) == 1)
    let zero = try trials([0, 0, 0])
    #expect(near(zero.crossEntropy(prior: 0.1), 1))
    #expect(zero.maximumTermWeightedValue(beta: 12.49).threshold == nil)
  }

  @Test func parametersAreTheEvaluations() {
    #expect(near(TermTrials.quesstBeta, 12.49))
    // As the database's scoring script computes it.
    #expect(
      near(
        TermTrials.effectivePrior(beta: TermTrials.quesstBeta), 0.0741289,
        1e-7))
  }

  @Test func strangersAndRepeatsAreRefusedWithTheirLine() throws {
    func line(_ terms: [TermDetections.Term]) -> Int? {
      let error = #expect(throws: MetricError.self) {
        try TermTrials(
          TermDetections(terms: terms), reference: #require(reference),
          defaultScore: -10)
      }
      #expect(error?.source == .scores)
      return error?.line
    }
    func term(
      _ id: String, _ documents: [String], line: Int
    ) -> TermDetections.Term {
      TermDetections.Term(
        id: id,
        detections: documents.enumerated().map {
          TermDetections.Detection(
            document: $1, score: 0, isAccepted: false, line: line + $0 + 1)
        }, line: line)
    }
    #expect(line([term("q9", [], line: 2)]) == 2)
    #expect(line([term("q1", ["d1", "d9"], line: 2)]) == 4)
    #expect(line([term("q1", ["d1", "d1"], line: 2)]) == 4)
    #expect(line([term("q1", [], line: 2), term("q1", [], line: 4)]) == 4)
  }

  @Test func restrictionLeavesWhatWasSearched() throws {
    let reference = try TermReference(
      terms: ["q1", "q2"], documents: ["d1", "d2", "d3"],
      occurrences: ["q1": ["d1", "d3"], "q2": ["d2"]])
    let searched = try reference.restricted(
      to: TermDetections(terms: [
        TermDetections.Term(
          id: "q1",
          detections: ["d1", "d2"].map {
            TermDetections.Detection(
              document: $0, score: 0, isAccepted: false)
          })
      ]))
    #expect(searched.terms == ["q1"] && searched.documents == ["d1", "d2"])
    #expect(searched.occurrences == ["q1": ["d1"]])
  }
}
