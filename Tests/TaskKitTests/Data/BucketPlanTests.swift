import TaskKit
import Testing

@Suite struct BucketPlanTests {
  private func items(_ count: Int) -> [Item] {
    (0..<count).map {
      Item(id: "\($0)", tag: $0, audio: AudioSource(path: "\($0).flac"))
    }
  }

  private func sizes(
    _ samples: [Int], bucketSize: Int, total: Int = .max
  ) throws -> [Int] {
    let plan = try BucketPlan(
      items(samples.count), samples: samples, bucketSize: bucketSize,
      limits: .init(total: total))
    return try (0..<plan.batchCount).map { try plan.batch($0).count }
  }

  @Test func fullGroupsOfLongAudioAreHalved() throws {
    let sizes = try sizes(
      Array(repeating: 2001, count: 64), bucketSize: 32)
    #expect(sizes == [16, 16, 16, 16])
    let short = try self.sizes(
      Array(repeating: 2000, count: 64), bucketSize: 32)
    #expect(short == [32, 32])
  }

  @Test func theRestIsOneBatchUnlessItIsOneItem() throws {
    #expect(
      try sizes(Array(repeating: 9000, count: 59), bucketSize: 32)
        == [16, 16, 27])
    #expect(
      try sizes(Array(repeating: 9000, count: 33), bucketSize: 32)
        == [16, 16])
    #expect(try sizes([9000, 8000, 7000], bucketSize: 1) == [1, 1, 1])
  }

  /// The protocol's own count for train-clean-100.
  @Test func trainClean100Makes1783Batches() throws {
    let sizes = try sizes(
      Array(repeating: 100_000, count: 28_539), bucketSize: 32)
    #expect(sizes.count == 1783)
    #expect(sizes.last == 27)
    #expect(sizes.dropLast().allSatisfy { $0 == 16 })
  }

  @Test func aBatchThatIsTooLongIsCutAndNothingIsLost() throws {
    let samples = [50, 40, 30, 30, 20, 20]
    let plan = try BucketPlan(
      items(6), samples: samples, bucketSize: 6, limits: .init(total: 70))
    let batches = try (0..<plan.batchCount).map {
      try plan.batch($0).map(\.tag)
    }
    #expect(batches == [[0], [1, 2], [3, 4, 5]])
    #expect(try sizes([90, 80], bucketSize: 2, total: 10) == [1, 1])
  }

  @Test func shufflingMovesBatchesAndNotTheirItems() throws {
    let plan = try BucketPlan(
      items(64), samples: Array(repeating: 5000, count: 64), bucketSize: 8,
      limits: .init(total: .max),
      random: RandomStream { $0 &* 0x9e37_79b9_7f4a_7c15 })
    let batches = try (0..<plan.batchCount).map {
      try plan.batch($0).map(\.tag)
    }
    #expect(batches.flatMap { $0 } != Array(0..<64))
    #expect(batches.sorted { $0[0] < $1[0] }.flatMap { $0 } == Array(0..<64))
  }
}
