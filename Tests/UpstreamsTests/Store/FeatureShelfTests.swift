import Diagnostics
import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Upstreams

struct FeatureShelfTests {
  let folder: TemporaryFolder
  let toy = ToyUpstream().description

  init() throws { folder = try TemporaryFolder() }

  func store(
    packSize: Int = 1 << 20,
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> FeatureStore {
    try FeatureStore(
      root: folder.path, packSize: packSize, report: report)
  }

  func key(_ number: Int) -> FeatureKey {
    let hasher = DigestHasher()
    hasher.combine(number)
    return FeatureKey(digest: hasher.finish())
  }

  func states(_ number: Int) -> HiddenStates {
    HiddenStates(
      layers: 3, frames: 5, dimension: 4,
      values: (0..<60).map { Float(number) + Float($0) / 64 })
  }

  func append(_ numbers: some Sequence<Int>, to shelf: FeatureShelf) throws {
    for number in numbers {
      try shelf.append(
        states(number), samples: 1600, precision: .float32, for: key(number))
    }
  }

  @Test func whatIsAppendedIsThereForThisAndTheNextProcess() throws {
    let shelf = try store().shelf(for: toy)
    try append(0..<10, to: shelf)
    let later = try store().shelf(for: toy)
    for shelf in [shelf, later] {
      for number in 0..<10 {
        let stored = try #require(try shelf.states(for: key(number)))
        #expect(stored.floats() == states(number).values)
        #expect(stored.layers == 3 && stored.frames == 5)
        #expect(stored.dimension == 4 && stored.samples == 1600)
        let isAligned = stored.withUnsafeBytes {
          Int(bitPattern: $0.baseAddress) % 64 == 0
        }
        #expect(isAligned)
      }
      #expect(try shelf.states(for: key(99)) == nil)
    }
  }

  @Test func whatOthersAppendShowsAfterARefresh() throws {
    let mine = try store().shelf(for: toy)
    let theirs = try store().shelf(for: toy)
    for round in 0..<5 {
      // Their pack grows beneath the mapping that an earlier round made.
      try append(round * 10..<round * 10 + 10, to: theirs)
      #expect(!mine.contains(key(round * 10)))
      try mine.refresh()
      for number in 0..<(round + 1) * 10 {
        #expect(
          try mine.states(for: key(number))?.floats()
            == states(number).values)
      }
    }
  }

  @Test func packsAreOfABoundedSize() throws {
    let shelf = try store(packSize: 1000).shelf(for: toy)
    try append(0..<20, to: shelf)
    #expect(folder.files(endingIn: ".blocks").count == 5)
    let later = try store().shelf(for: toy)
    #expect((0..<20).allSatisfy { later.contains(key($0)) })
  }

  @Test func aDamagedBlockIsNeverServed() throws {
    try append(0..<3, to: store().shelf(for: toy))
    let blocks = try #require(folder.files(endingIn: ".blocks").first)
    try flipByte(256 + 17, of: blocks)

    let told = Mutex<[String]>([])
    let shelf = try store { text in told.withLock { $0.append(text) } }
      .shelf(for: toy)
    #expect(try shelf.states(for: key(0)) != nil)
    #expect(try shelf.states(for: key(1)) == nil)
    #expect(try shelf.states(for: key(1)) == nil)
    #expect(!shelf.contains(key(1)))
    #expect(shelf.damaged == 1)
    #expect(told.withLock { $0.count } == 1)
    #expect(told.withLock { $0.first?.contains(blocks) } == true)

    // Appended again, it is whole, also for the next process, which finds
    // both.
    try append([1], to: shelf)
    #expect(try shelf.states(for: key(1))?.floats() == states(1).values)
    let later = try store().shelf(for: toy)
    #expect(try later.states(for: key(1))?.floats() == states(1).values)
  }

  @Test func damagedAndTornEntriesAreOverlooked() throws {
    try append(0..<4, to: store().shelf(for: toy))
    let index = try #require(folder.files(endingIn: ".index").first)
    try flipByte(96 + 50, of: index)
    let handle = try #require(FileHandle(forUpdatingAtPath: index))
    try handle.truncate(atOffset: 96 * 3 + 40)
    try handle.close()
    let shelf = try store().shelf(for: toy)
    #expect(
      (0..<4).map { shelf.contains(key($0)) } == [true, false, true, false])
    #expect(try shelf.states(for: key(2))?.floats() == states(2).values)
  }

  @Test func blocksThatAreShorterThanTheirIndexAreMissing() throws {
    try append(0..<3, to: store().shelf(for: toy))
    let blocks = try #require(folder.files(endingIn: ".blocks").first)
    let handle = try #require(FileHandle(forUpdatingAtPath: blocks))
    try handle.truncate(atOffset: 300)
    try handle.close()
    let shelf = try store().shelf(for: toy)
    #expect(try shelf.states(for: key(0)) != nil)
    #expect(try shelf.states(for: key(2)) == nil)
  }

  @Test func halvesAreWithinAThousandth() throws {
    let shelf = try store().shelf(for: toy)
    try shelf.append(
      states(2), samples: 1, precision: .float16, for: key(2))
    let stored = try #require(try shelf.states(for: key(2)))
    #expect(stored.precision == .float16)
    #expect(stored.withUnsafeBytes { $0.count } == 120)
    for (a, b) in zip(stored.floats(), states(2).values) {
      #expect(abs(a - b) <= 1e-3 * abs(b))
    }
    var large = states(0)
    large.values[3] = 70_000
    #expect(throws: UserError.self) {
      try shelf.append(large, samples: 1, precision: .float16, for: key(3))
    }
    #expect(!shelf.contains(key(3)))
  }

  @Test func threadsOfTwoStoresMayAppendTogether() async throws {
    let shelves = try (0..<2).map { _ in
      try store(packSize: 4000).shelf(for: toy)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<8 {
        group.addTask {
          try append(
            stride(from: worker, to: 400, by: 8), to: shelves[worker % 2])
        }
      }
      try await group.waitForAll()
    }
    for shelf in shelves {
      try shelf.refresh()
      for number in 0..<400 {
        #expect(
          try shelf.states(for: key(number))?.floats()
            == states(number).values)
      }
    }
  }

  @Test func aDiskThatRefusesLeavesNothingVisible() async throws {
    // In a process of its own, whose files may not grow beyond 2000 bytes.
    setenv("SUPERB_TEST_FULL", folder.path, 1)
    await #expect(processExitsWith: .success) {
      let root = String(cString: getenv("SUPERB_TEST_FULL"))
      signal(SIGXFSZ, SIG_IGN)
      let shelf = try FeatureStore(root: root)
        .shelf(for: ToyUpstream().description)
      var limit = rlimit(rlim_cur: 2000, rlim_max: 2000)
      let isLimited = setrlimit(__rlimit_resource_t(1), &limit) == 0
      let tests = try FeatureShelfTests()
      var error: UserError?
      do {
        try tests.append(0..<20, to: shelf)
      } catch let refusal as UserError {
        error = refusal
      }
      let there = (0..<20).filter { shelf.contains(tests.key($0)) }
      // Leaving this way runs no deinitialiser.
      try FileManager.default.removeItem(atPath: tests.folder.path)
      exit(
        isLimited && error?.location?.hasSuffix(".blocks") == true
          && there == Array(0..<7) ? EXIT_SUCCESS : EXIT_FAILURE)
    }
    let shelf = try store().shelf(for: toy)
    let there = (0..<20).filter { shelf.contains(key($0)) }
    #expect(there == Array(0..<7))
    for number in there {
      #expect(
        try shelf.states(for: key(number))?.floats() == states(number).values)
    }
  }
}
