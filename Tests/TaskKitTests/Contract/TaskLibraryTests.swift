import Foundation
import TaskABI
import TaskKit
import Testing

/// A task whose objects can be counted.
final class CountedTask: DownstreamExpert {
  nonisolated(unsafe) static var experts = 0
  nonisolated(unsafe) static var loaders = 0

  static let descriptor = TaskDescriptor(
    id: "counted", version: 3, title: "counted", summary: "Counts.",
    aliases: ["c", "d"],
    metrics: [
      .accuracy,
      Metric("err", title: "error", unit: .percent, higherIsBetter: false),
    ], corpora: ["one"], scalarPrefix: "counted")

  final class Loader: Dataloader {
    let batchCount = 2

    init() { CountedTask.loaders += 1 }
    deinit { CountedTask.loaders -= 1 }

    func batch(_ index: Int) throws -> [Item] {
      if index == 1 { throw TaskError(.io, "the second batch is lost") }
      return [
        Item(
          id: "ünïcode", tag: -5,
          audio: AudioSource(
            path: "/a.wav", gain: -3, trimsSilence: true, span: 10..<25,
            crop: Crop(length: 7, number: 2), rate: 8000),
          attributes: ["speaker": "s1", "group": "f"])
      ]
    }
  }

  init(_ context: TaskContext) throws {
    CountedTask.experts += 1
    if context.config.has("fails") {
      throw TaskError(.invalidArgument, "told to fail")
    }
  }

  deinit { CountedTask.experts -= 1 }

  func dataloader(for pass: Pass) throws -> any Dataloader {
    Loader()
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    batch.frames.sum()
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {
    struct Odd: Error {}
    throw Odd()
  }
}

/// A task with everything that is optional.
final class OtherTask: DownstreamExpert {
  static let descriptor = TaskDescriptor(
    id: "other", title: "other", summary: "Another.", metrics: [.accuracy],
    scalarPrefix: "other")
  static let folds: Folds? = Folds(configKey: "a.b", names: ["f1", "f2"])

  let pooling = Pooling.mean

  init(_ context: TaskContext) throws {}

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try BatchPlan.sequential([], batchSize: 1)
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    batch.frames.sum()
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {}
}

@Suite(.serialized)
struct TaskLibraryTests {
  @Test func entryNamesTheContractItWasCompiledWith() {
    let entry = TaskLibrary.entry([CountedTask.self]).pointee
    #expect(Int(entry.struct_size) == MemoryLayout<superb_task_entry>.size)
    #expect(Int32(entry.abi_major) == SUPERB_ABI_MAJOR)
    #expect(Int32(entry.abi_minor) == SUPERB_ABI_MINOR)
    #expect(entry.magic == UInt64(SUPERB_ENTRY_MAGIC))
    withUnsafeBytes(of: entry.magic.littleEndian) {
      #expect(String(decoding: $0, as: UTF8.self) == "SUPERB10")
    }
  }

  @Test func sameTasksHaveTheSameEntry() {
    #expect(
      TaskLibrary.entry([CountedTask.self])
        == TaskLibrary.entry([CountedTask.self]))
    #expect(
      TaskLibrary.entry([CountedTask.self])
        != TaskLibrary.entry([OtherTask.self]))
  }

  private func factory(
    _ experts: [any DownstreamExpert.Type]
  ) -> UnsafePointer<superb_task_factory> {
    let entry = TaskLibrary.entry(experts)
    return entry.pointee.factory(entry)!
  }

  /// More than a table of functions that carry nothing with them would hold.
  @Test func aProcessHoldsAnyNumberOfLibraries() {
    let types: [any DownstreamExpert.Type] = [
      CountedTask.self, OtherTask.self, BulkTask.self,
    ]
    for length in 1...100 {
      let made = factory((0..<length).map { types[$0 % 3] })
      #expect(Int(made.pointee.count) == length)
      let last = made.pointee.descriptor(made, UInt32(length - 1))!.pointee
      #expect(
        String(cString: last.id) == types[(length - 1) % 3].descriptor.id)
    }
  }

  @Test func twoLibrariesOfOneProcessKeepApart() {
    let first = factory([CountedTask.self])
    let second = factory([OtherTask.self, CountedTask.self])
    func ids(_ factory: UnsafePointer<superb_task_factory>) -> [String] {
      (0...factory.pointee.count).compactMap {
        factory.pointee.descriptor(factory, $0).map {
          String(cString: $0.pointee.id)
        }
      }
    }
    #expect(ids(first) == ["counted"])
    #expect(ids(second) == ["other", "counted"])
    func hasFolds(
      _ factory: UnsafePointer<superb_task_factory>, _ task: String?
    ) -> Bool {
      factory.pointee.get_extension(factory, task, SUPERB_FOLDS_EXTENSION)
        != nil
    }
    #expect(!hasFolds(first, "counted") && !hasFolds(first, "other"))
    #expect(hasFolds(second, "other") && !hasFolds(second, "counted"))
    #expect(!hasFolds(second, nil))

    let host = TestHost()
    var expert: UnsafeMutablePointer<superb_expert>?
    #expect(
      first.pointee.create(first, host.table, "other", &expert)
        == SUPERB_NOT_FOUND)
    #expect(expert == nil)
    #expect(host.failures.first?.message.contains("counted") == true)
  }

  @Test func descriptorCrossesWhole() {
    let factory = factory([CountedTask.self])
    let table = factory.pointee.descriptor(factory, 0)!.pointee
    #expect(table.version == 3)
    #expect(String(cString: table.aliases[1]!) == "d")
    #expect(table.aliases[2] == nil)
    let second = table.metrics[1]!.pointee
    #expect(String(cString: second.name) == "err")
    #expect(second.unit == SUPERB_UNIT_PERCENT)
    #expect(second.higher_is_better == 0)
    #expect(table.metrics[2] == nil)
    #expect(String(cString: table.corpora[0]!) == "one")
    #expect(String(cString: table.test_splits[0]!) == "test")
    #expect(table.test_splits[1] == nil)
  }

  @Test func foldsAndPoolingAreExtensions() throws {
    let factory = factory([OtherTask.self])
    let found = factory.pointee.get_extension(
      factory, "other", SUPERB_FOLDS_EXTENSION)
    let folds = try #require(found).assumingMemoryBound(
      to: superb_folds.self
    ).pointee
    #expect(String(cString: folds.config_key) == "a.b")
    #expect(folds.count == 2)
    #expect(String(cString: folds.names[1]!) == "f2")
    #expect(
      factory.pointee.get_extension(factory, "other", "superb.unknown/1")
        == nil)

    let experiment = try TestExperiment(OtherTask.self, TestHost())
    let pooling = experiment.expert.pointee.get_extension(
      experiment.expert, SUPERB_POOLING_EXTENSION)
    #expect(
      try #require(pooling).assumingMemoryBound(to: superb_pooling.self)
        .pointee.kind == SUPERB_POOLING_MEAN)
  }

  @Test func errorsBecomeAStatusAndAMessage() throws {
    let host = TestHost(config: ["fails": .bool(true)])
    #expect {
      _ = try TestExperiment(CountedTask.self, host)
    } throws: { error in
      let failure = error as? TestExperiment.Failure
      return failure?.status == SUPERB_INVALID_ARGUMENT
        && failure?.message == "told to fail"
    }
    let other = TestHost()
    let experiment = try TestExperiment(CountedTask.self, other)
    #expect {
      _ = try experiment.report("dev")
    } throws: { error in
      (error as? TestExperiment.Failure)?.status == SUPERB_INTERNAL
    }
  }

  @Test func itemCrossesWholeAndStaysUntilDestroy() throws {
    let experiment = try TestExperiment(CountedTask.self, TestHost())
    let loader = try experiment.loader("train")
    let first = try experiment.batch(loader, 0)
    #expect(throws: TestExperiment.Failure.self) {
      try experiment.batch(loader, 1)
    }
    for index in [-1, 2, Int64.max] {
      #expect(throws: TestExperiment.Failure.self) {
        try experiment.batch(loader, index)
      }
    }
    #expect(try experiment.batch(loader, 0) == first)
    #expect(
      TestExperiment.utterances(first) == [
        TestExperiment.Utterance(
          id: "ünïcode", tag: -5, path: "/a.wav", gain: -3, effects: 1,
          start: 10, length: 15, cropLength: 7, crop: 2, rate: 8000,
          attributes: ["speaker": "s1", "group": "f"])
      ])
    loader.pointee.destroy(loader)
  }

  @Test func destroyFreesExpertsAndDataloaders() throws {
    let experts = CountedTask.experts
    let loaders = CountedTask.loaders
    do {
      let experiment = try TestExperiment(CountedTask.self, TestHost())
      #expect(CountedTask.experts == experts + 1)
      let first = try experiment.loader("train")
      let second = try experiment.loader("train")
      _ = try experiment.batch(first, 0)
      #expect(CountedTask.loaders == loaders + 2)
      first.pointee.destroy(first)
      #expect(CountedTask.loaders == loaders + 1)
      second.pointee.destroy(second)
    }
    #expect(CountedTask.experts == experts)
    #expect(CountedTask.loaders == loaders)

    let failing = TestHost(config: ["fails": .bool(true)])
    #expect(throws: TestExperiment.Failure.self) {
      try TestExperiment(CountedTask.self, failing)
    }
    #expect(CountedTask.experts == experts)
  }

  @Test func dataloadersLeaveNoMemoryBehind() throws {
    let experiment = try TestExperiment(BulkTask.self, TestHost())
    /// Resident memory in bytes.
    func used() throws -> Int {
      let text = try String(
        contentsOfFile: "/proc/self/statm", encoding: .utf8)
      let pages = text.split(separator: " ").dropFirst().first
      return try #require(pages.flatMap { Int($0) }) * 4096
    }
    _ = try experiment.batches("train")
    let before = try used()
    // 2000 × 200 items of 200 bytes and more would be 80 MB.
    for epoch in 0..<2000 {
      let loader = try experiment.loader("train", epoch: epoch)
      _ = try experiment.batch(loader, 0)
      loader.pointee.destroy(loader)
    }
    #expect(try used() - before < 30_000_000)
  }
}

/// A task with one large batch.
final class BulkTask: DownstreamExpert {
  static let descriptor = TaskDescriptor(
    id: "bulk", title: "bulk", summary: "A large batch.",
    metrics: [.accuracy], scalarPrefix: "bulk")

  private static let items = (0..<200).map {
    Item(
      id: "\($0)", tag: $0,
      audio: AudioSource(path: String(repeating: "p", count: 100)))
  }

  init(_ context: TaskContext) throws {}

  func dataloader(for pass: Pass) throws -> any Dataloader {
    try BatchPlan.sequential(Self.items, batchSize: 200)
  }

  func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
    batch.frames.sum()
  }

  func logRecords(of pass: Pass, into log: RecordLog) throws {}
}
