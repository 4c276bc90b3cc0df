import Testing

@testable import Cluster

/// What squeue says is understood element by element.
@Suite struct QueueListingTests {
  @Test func rangesOfAnArrayAreItsElements() {
    #expect(QueueListing.elements(of: "7") == ["7"])
    #expect(QueueListing.elements(of: "7_3") == ["7_3"])
    #expect(
      QueueListing.elements(of: "7_[1,4-6%2]")
        == ["7_1", "7_4", "7_5", "7_6"])
    #expect(QueueListing.elements(of: "7_[0-4:2]") == ["7_0", "7_2", "7_4"])
    #expect(QueueListing.elements(of: "7_[x]") == [])
    #expect(QueueListing.elements(of: "") == [])
  }

  @Test func statesNodesAndReasonsAreKept() {
    let listing = QueueListing(
      """
      7_[0-1]|PENDING||Priority
      7_2|RUNNING|node4|None
      7_3|PENDING||JobHeldUser
      7_4|PENDING||launch failed requeued held
      8|REQUEUE_HOLD||None
      not a line

      """)
    #expect(listing.entries.count == 6)
    #expect(listing.entries["7_1"]?.state == "PENDING")
    #expect(listing.entries["7_2"]?.runs == true)
    #expect(listing.entries["7_2"]?.nodes == "node4")
    #expect(
      listing.entries.filter(\.value.isHeld).keys.sorted()
        == ["7_3", "7_4", "8"])
  }
}
