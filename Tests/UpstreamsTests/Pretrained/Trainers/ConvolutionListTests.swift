import Testing

@testable import Upstreams

struct ConvolutionListTests {
  @Test func pythonsListsAreAddedAndRepeated() {
    let list = ConvolutionList(
      "[(512, 10, 5)] + [(512, 3, 2)] * 4 + [(512,2,2)] + [(512, 2, 2)]")
    #expect(list?.channels == [Int](repeating: 512, count: 7))
    #expect(list?.kernels == [10, 3, 3, 3, 3, 2, 2])
    #expect(list?.strides == [5, 2, 2, 2, 2, 2, 2])
    #expect(ConvolutionList("[(1,2,3),(4,5,6)]")?.kernels == [2, 5])
  }

  @Test(arguments: [
    "", "[]", "[(512, 10)]", "[(512, 10, 5, 1)]", "[(512, 10, 5)",
    "[(512, 10, 5)] * 1000000000", "[(512, 10, 5)] * -1", "[(0, 10, 5)]",
    "[(512, 10, 5)] +", "__import__('os')", "[(512, 10, 5)]; x",
    "[(99999999999999999999, 10, 5)]", "[(512, 10, 5)] * 4 * 4 * 4 * 4",
  ])
  func anythingElseIsRefused(_ text: String) {
    #expect(ConvolutionList(text) == nil)
  }
}
