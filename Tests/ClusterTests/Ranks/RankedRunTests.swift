import Testing

@testable import Cluster

/// How many ranks do a job together.
@Suite struct RankedRunTests {
  private func team(
    _ jobs: Int, of ranks: Int, _ wanted: Int? = nil, below place: String = "ks"
  ) -> Int {
    RankedRun.team(
      JobGroup(
        name: "demo",
        jobs: (0..<jobs).map {
          JobScript(
            folder: "/runs/fbank/\(place)/\($0)", name: "", arguments: [])
        }), wanted, of: ranks)
  }

  @Test func ranksThatAreLeftOverTrainTogether() {
    #expect(team(4, of: 4) == 1)
    #expect(team(9, of: 4) == 1)
    #expect(team(1, of: 4) == 4)
    #expect(team(3, of: 16) == 5)
    #expect(team(1, of: 64) == 8)
    #expect(team(0, of: 4) == 1)
  }

  @Test func theUserMaySayHowMany() {
    #expect(team(9, of: 4, 2) == 2)
    #expect(team(1, of: 4, 1) == 1)
    #expect(team(1, of: 4, 8) == 4)
  }

  @Test func extractionIsSharedByUtterances() {
    #expect(team(1, of: 4, below: "extraction") == 1)
    #expect(team(1, of: 4, 4, below: "extraction") == 1)
  }
}
