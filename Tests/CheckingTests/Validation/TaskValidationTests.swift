import Files
import Foundation
import Testing

@testable import Checking
@testable import Hosting
@testable import Runs

/// A defect of the toy task and what must be found.
struct Defect: CustomTestStringConvertible, Sendable {
  let macro: String
  let check: String
  let status: CheckStatus
  /// A part of the message; empty if any will do.
  let says: String

  init(_ macro: String, _ check: String, _ status: CheckStatus, _ says: String)
  {
    self.macro = macro
    self.check = check
    self.status = status
    self.says = says
  }

  var testDescription: String { macro }

  static let all: [Defect] = [
    Defect("UNDEFINED", "load", .failed, "not_there_anywhere"),
    Defect("NO_ENTRY", "load", .failed, "superb_task_entry_point"),
    Defect("CRASH_ON_LOAD", "load", .crashed, "'loading'"),
    Defect("CRASH_AT_EXIT", "load", .crashed, "'ending the process'"),
    Defect("WRONG_MAGIC", "entry", .failed, "magic is 42"),
    Defect("DRAFT", "entry", .failed, "superb task build DIR"),
    Defect("SHORT_ENTRY", "entry", .failed, "struct_size is 8"),
    Defect("WRONG_MAJOR", "version", .failed, "ABI 99.0"),
    Defect("NEWER_MINOR", "version", .warning, "1.77"),
    Defect("INIT_FAILS", "factory", .failed, "status 3"),
    Defect("NO_CREATE", "factory", .failed, "create is null"),
    Defect("ENDLESS", "factory", .failed, "descriptor(1) is not null"),
    Defect("MOVING", "factory", .failed, "another pointer"),
    Defect("WRONG_ID", "descriptors", .failed, "'Toy-1'"),
    Defect("NO_TITLE", "descriptors", .failed, "title is empty"),
    Defect("NOT_UTF8", "descriptors", .failed, "not UTF-8"),
    Defect("NULL_LIST", "descriptors", .failed, "aliases is null"),
    Defect("WRONG_UNIT", "descriptors", .failed, "unit 9"),
    Defect("SLOW_SCAN", "scan", .failed, "takes 1"),
    Defect("ALIAS_IS_ID", "names", .failed, "'toy'"),
    Defect("UNKNOWN_IS_A_BUG", "unknown-task", .failed, "status 8"),
    Defect("OUT_ON_UNKNOWN", "unknown-task", .failed, "changed out"),
    Defect("CRASH_IN_CREATE", "create", .crashed, "'create(toy)'"),
    Defect("EXIT_IN_CREATE", "create", .crashed, "code 3"),
    Defect("HANG_IN_CREATE", "create", .hung, "'create(toy)'"),
    Defect("OUT_NULL", "create", .failed, "gives no expert"),
    Defect("SHORT_EXPERT", "create", .failed, "struct_size is 0"),
    Defect("NO_DESTROY", "create", .failed, "destroy is null"),
    Defect("CRASH_IN_DESTROY", "create", .crashed, "'destroy'"),
    Defect("EVERY_EXTENSION", "create", .failed, "does not exist"),
    Defect("UNREAD_KEY", "config-keys", .failed, "'batch_size'"),
    Defect("DIVIDE_BY_ZERO", "wrong-values", .crashed, "batch_size: "),
    Defect("CRASH_ON_TYPE", "wrong-values", .crashed, "rubbish"),
    Defect("UNREAD_FOLDS", "folds", .failed, "'test_fold'"),
    Defect("NO_BATCHES", "dataloader", .failed, "no batches"),
    Defect("NULL_ITEM", "dataloader", .failed, "null item"),
    Defect("SHORT_ITEM", "dataloader", .failed, "struct_size is 4"),
    Defect("NEGATIVE_SPAN", "dataloader", .failed, "negative"),
    Defect("NO_FILE", "dataloader", .failed, "cannot be read"),
    Defect("ANY_SPLIT", "unknown-split", .failed, "accepts"),
    Defect("OUT_ON_FAILURE", "unknown-split", .failed, "changed out"),
    Defect("OTHER_EVERY_TIME", "repeatable", .failed, "different batches"),
    Defect("STATEFUL_BATCH", "batch-order", .failed, "backwards"),
    Defect("SAME_IDS", "item-ids", .failed, "'train-0'"),
    Defect("CRASH_IN_FORWARD", "loss", .crashed, "'forward(train)'"),
    Defect("ABORT_IN_FORWARD", "loss", .crashed, "signal 6"),
    Defect("NAN_LOSS", "loss", .failed, "nan"),
    Defect("VECTOR_LOSS", "loss", .failed, "not rank 0"),
    Defect("NULL_LOSS", "loss", .failed, "gave no loss"),
    Defect("BAD_OPERATOR", "loss", .failed, ""),
    Defect("LATE_PARAMETER", "loss", .failed, ""),
    Defect("NOISY_LOSS", "loss-repeatable", .failed, "has the loss"),
    Defect("SHARED_STATE", "threads", .failed, "on one thread"),
    Defect("SHARED_STATE", "two-experts", .failed, "share"),
    Defect("UNUSED_PARAMETER", "gradients", .warning, "'unused'"),
    Defect("NAN_GRADIENT", "gradients", .failed, "not finite"),
    Defect("WRONG_BACKWARD", "slope", .warning, "'weight'"),
    Defect("ASCENDING", "slope", .warning, "'weight'"),
    Defect("WRONG_POOLING", "pooling", .failed, "mean pooling"),
    Defect("NO_METRIC", "records", .failed, "'acc'"),
    Defect("NAN_METRIC", "records", .failed, "nan"),
    Defect("PERCENT_AS_FRACTION", "records", .warning, "fraction"),
    Defect("FOLDER_IN_NAME", "records", .failed, "escape.txt"),
    Defect("FOLDER_IN_CHECKPOINT", "records", .failed, "best/dev.ckpt"),
    Defect("PREDICTS_TWICE", "records", .failed, "twice"),
    Defect("PREDICTS_STRANGERS", "records", .failed, "'nobody'"),
    Defect("REMEMBERS", "records-forgotten", .failed, "forget"),
    Defect("MIXES_SPLITS", "records-apart", .failed, "another split"),
    Defect("MIXES_TRAINING", "records-apart", .failed, "training's"),
    Defect("RESTLESS_STATE", "state", .failed, "different bytes"),
    Defect("FORGETFUL", "state", .failed, "does not remember"),
    Defect("SWALLOWS_ANYTHING", "state", .failed, "accepts"),
    Defect("TAKES_ANOTHER", "predict", .failed, "changed the path"),
    Defect("NO_ANSWER", "predict", .failed, "0 answers"),
    Defect("TWO_ANSWERS", "predict", .failed, "2 answers"),
    Defect("NAN_SCORE", "predict", .failed, "no number"),
    Defect("MOODY", "predict", .failed, "second time"),
    Defect("UNNORMALISED", "emissions", .failed, "add up to"),
    Defect("SHORT_OFFSETS", "emissions", .failed, "[offsets[count]"),
    Defect("SAME_TOKENS", "emissions", .failed, "there twice"),
    Defect("LEAKING", "leaks", .failed, "KiB"),
    Defect("STRAY_THREAD", "one-thread", .failed, "host.progress"),
    Defect("WRONG_CANCELLED", "cancelled", .failed, "status 3"),
    Defect("DEAF", "cancelled", .failed, "never polled"),
  ]
}

@Suite struct TaskValidationTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
  }

  private func validation(of path: String) throws -> TaskValidation {
    try TaskValidation(
      path: path, benchmark: Benchmark(),
      builder: TaskBuilder(
        installation: try TestProgram.installation(),
        cache: CacheFolder(path: folder.path + "/cache")))
  }

  @Test func aTaskThatKeepsTheContractPassesEverything() throws {
    let library = try BrokenTask.build([], in: folder.path)
    let results = try validation(of: library).run()
    let expected = TaskCheck.all.count
    #expect(results.count == expected)
    for result in results where result.check != "folds" {
      #expect(result.status == .passed, "\(result)")
    }
    #expect(results.contains { $0.check == "folds" && $0.status == .skipped })
  }

  @Test(arguments: Defect.all) func findsTheDefect(_ defect: Defect) throws {
    let library = try BrokenTask.build([defect.macro], in: folder.path)
    var validation = try validation(of: library)
    validation.only = [defect.check]
    validation.timeLimit = defect.status == .hung ? 1 : 60
    let results = try validation.run()
    // A library that does not load fails for that, whatever was asked.
    let asked = results.filter { $0.check == defect.check }
    let result = try #require(asked.first)
    #expect(asked.count == 1)
    #expect(result.status == defect.status, "\(result)")
    #expect(
      defect.says.isEmpty || result.message.contains(defect.says), "\(result)")
  }

  @Test func exportedHelpersAreAWarning() throws {
    let library = try BrokenTask.build(["OPEN"], flags: [], in: folder.path)
    var validation = try validation(of: library)
    validation.only = ["exports"]
    let result = try #require(try validation.run().first)
    #expect(result.status == .warning)
    #expect(result.message.contains("'helper'"))
  }

  @Test func whatNeedsAFailedCheckIsSkipped() throws {
    let library = try BrokenTask.build(["CRASH_IN_CREATE"], in: folder.path)
    let results = try validation(of: library).run()
    #expect(results.count == TaskCheck.all.count)
    let failures = results.filter { $0.status.isFailure }
    #expect(failures.map(\.check) == ["create"])
    let leaks = results.first { $0.check == "leaks" }
    #expect(leaks?.status == .skipped)
  }

  @Test func aLibraryThatDoesNotLoadHasAResultForEveryCheck() throws {
    let library = folder.path + "/text.so"
    try Data("no library".utf8).write(to: URL(fileURLWithPath: library))
    let results = try validation(of: library).run()
    #expect(results.count == TaskCheck.all.count)
    #expect(results.first?.status == .failed)
    let tried: Set<String> = ["load", "null-handles"]
    #expect(
      results.allSatisfy { $0.status == .skipped || tried.contains($0.check) })
  }

  @Test func aMissingConfigurationIsAResult() throws {
    let library = try BrokenTask.build([], in: folder.path)
    try FileManager.default.removeItem(atPath: folder.path + "/toy.yaml")
    var validation = try validation(of: library)
    validation.only = ["config", "create"]
    let results = try validation.run()
    #expect(results.map(\.status) == [.failed, .skipped])
    #expect(results[0].message.contains("no config.yaml"))
  }

  @Test func everyNeedIsAnEarlierCheck() {
    var known: Set<String> = []
    for check in TaskCheck.all {
      for need in check.needs { #expect(known.contains(need), "\(check.id)") }
      #expect(known.insert(check.id).inserted, "\(check.id) is there twice")
    }
  }
}
