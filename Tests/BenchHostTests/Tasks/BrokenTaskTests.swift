import Foundation
import Records
import Testing

/// A task that is broken costs its own cell, and the reason is on record.
@Suite struct BrokenTaskTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var task: TaskSources.CTask
    /// Part of the reason.
    var reason: String
    var kind: ExperimentResult.Failure.Kind
    var testDescription: String { task.id }
  }

  /// These cannot be loaded.
  static let unloadable = [
    Case(
      task: TaskSources.CTask(id: "no_compile", atEnd: "int x = ;"),
      reason: "error: expected expression", kind: .task),
    Case(
      task: TaskSources.CTask(
        id: "other_major",
        replacing: [
          "SUPERB_LIBRARY(": "#undef SUPERB_ABI_MAJOR\n"
            + "#define SUPERB_ABI_MAJOR 2\nSUPERB_LIBRARY("
        ]),
      reason: "speaks ABI 2.0, this program 1.0", kind: .task),
    Case(
      task: TaskSources.CTask(
        id: "draft",
        replacing: [
          "SUPERB_LIBRARY(": "#undef SUPERB_ENTRY_MAGIC\n"
            + "#define SUPERB_ENTRY_MAGIC SUPERB_ENTRY_MAGIC_DRAFT\n"
            + "SUPERB_LIBRARY("
        ]),
      reason: "built against a draft (0.x) of the task contract; rebuild it"
        + " with the headers of this program: superb task build DIR",
      kind: .task),
    Case(
      task: TaskSources.CTask(
        id: "load_crash",
        atEnd: "__attribute__((constructor)) static void f(void) { abort(); }"),
      reason: "crashes on load (signal 6)", kind: .contract),
    Case(
      task: TaskSources.CTask(
        id: "no_entry",
        replacing: [
          "SUPERB_LIBRARY(":
            "#define superb_task_entry_point entry_point\nSUPERB_LIBRARY("
        ]),
      reason: "does not export superb_task_entry_point", kind: .task),
    Case(
      task: TaskSources.CTask(
        id: "no_title", replacing: [#""two words""#: "NULL"]),
      reason: "broke the contract in its descriptor: it has no title",
      kind: .contract),
  ]

  /// These break in training.
  static let unrunnable = [
    Case(
      task: TaskSources.CTask(
        id: "forward_crash", inForward: "*(volatile int *)8 = 1;"),
      reason: "crashed with signal 11, Segmentation fault, in forward(train)",
      kind: .crashed),
    Case(
      task: TaskSources.CTask(
        id: "forward_hang", inForward: "for (;;) usleep(1000);"),
      reason: "no sign of life for 10 s, ended, in forward(train)", kind: .hung),
    Case(
      task: TaskSources.CTask(id: "forward_abort", inForward: "abort();"),
      reason: "crashed with signal 6", kind: .crashed),
    Case(
      task: TaskSources.CTask(
        id: "forward_loop", inForward: "for (volatile int i = 0;; i++) {}"),
      reason: "no sign of life for 10 s", kind: .hung),
    Case(
      task: TaskSources.CTask(
        id: "forward_eats",
        inForward: """
          for (;;) {
            char *piece = malloc(16 << 20);
            if (piece) memset(piece, 1, 16 << 20);
            usleep(20000);
          }
          """),
      reason: "more than 600 MB of memory, ended, in forward(train)",
      kind: .memory),
    Case(
      task: TaskSources.CTask(
        id: "forward_exit", inForward: "_exit(9);"),
      reason: "exit code 9, in forward(train)", kind: .crashed),
    Case(
      task: TaskSources.CTask(
        id: "forward_fail",
        inForward: """
          {
            expert *e = self->context;
            return e->host->fail(e->host, SUPERB_INTERNAL, "out of luck");
          }
          """),
      reason: "forward(train): out of luck", kind: .task),
    Case(
      task: TaskSources.CTask(
        id: "forward_null", inForward: "*loss = NULL; return SUPERB_OK;"),
      reason: """
        the task 'forward_null' broke the contract in forward(train): it gave \
        no loss
        """, kind: .contract),
    Case(
      task: TaskSources.CTask(
        id: "no_figure",
        replacing: [#"records->metric(records, "acc""#: #"(void)("acc""#]),
      reason: "in log_records(test): it reports no acc", kind: .contract),
    Case(
      task: TaskSources.CTask(
        id: "not_a_number",
        replacing: ["(double)accuracy)": "(double)accuracy / 0.0 * 0.0)"]),
      reason: "it reports acc = ", kind: .contract),
  ]

  @Test(arguments: unloadable)
  func libraryThatCannotBeLoadedIsListedAsBroken(broken: Case) throws {
    let folder = try BenchmarkFolder()
    try broken.task.write(to: folder)
    let tasks = try folder.superb("tasks")
    #expect(tasks.exitCode == 0)
    #expect(tasks.output.contains("keyword spotting"))
    #expect(!tasks.output.contains(broken.task.id))
    #expect(tasks.errors.contains("broken: \(broken.task.id)"))
    #expect(tasks.errors.contains(broken.reason), "\(tasks.errors)")
    try expectOneCellLost(folder, broken)
  }

  @Test(arguments: unrunnable)
  func taskThatBreaksInTrainingLosesItsCellAlone(broken: Case) throws {
    let folder = try BenchmarkFolder()
    try broken.task.write(to: folder)
    let tasks = try folder.superb("tasks")
    #expect(tasks.output.contains(broken.task.id), "\(tasks.errors)")
    try expectOneCellLost(folder, broken)
  }

  private func expectOneCellLost(
    _ folder: BenchmarkFolder, _ broken: Case
  ) throws {
    let run = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--tasks", "\(broken.task.id),ks",
      "--stall-timeout", "10", "--memory-limit", "0.6")
    #expect(run.exitCode == 1, "\(run.errors)")
    let lost = try folder.result("fbank_no_cmvn", broken.task.id)
    #expect(lost.status == .failed)
    #expect(lost.failure?.kind == broken.kind)
    let reason = try #require(lost.failure?.reason)
    #expect(reason.contains(broken.reason), "\(reason)")
    #expect(!reason.contains("\n"))
    #expect(try folder.result("fbank_no_cmvn").status == .done)

    let report = try folder.superb("report")
    #expect(report.exitCode == 0)
    #expect(report.output.contains("✗"), "\(report.output)")
    // Long reasons are cut; the beginning is there.
    #expect(
      report.output.contains(reason.prefix(20)), "\(report.output)")
  }

  /// Of a task that cannot be configured: the text of its file, nil for none,
  /// and a part of the reason.
  static let unusable: [(String?, String)] = [
    (nil, "Plugins/lost/config.yaml: the task 'lost' has no configuration"),
    (
      "runner: [", "Plugins/lost/config.yaml:2:1: the configuration of the task"
    ),
    ("runner: {}", "the key 'total_steps' is missing in 'runner'"),
    (
      "{runner: {total_steps: 1}, optimizer: {name: Adam}, x: 1}",
      "unknown key 'x'"
    ),
  ]

  @Test(arguments: unusable)
  func taskWithoutAUsableConfigurationLosesItsCellAlone(
    config: String?, reason: String
  ) throws {
    let folder = try BenchmarkFolder()
    try TaskSources.CTask(id: "lost").write(to: folder)
    let file = "Plugins/lost/config.yaml"
    if let config {
      try folder.write(file, config + "\n")
    } else {
      try FileManager.default.removeItem(atPath: folder.path + "/" + file)
    }
    let run = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--tasks", "lost,ks", "--profile", "smoke")
    #expect(run.exitCode == 1, "\(run.errors)")
    let lost = try #require(
      try folder.result("fbank_no_cmvn", "lost").failure?.reason)
    #expect(lost.contains(reason), "\(lost)")
    #expect(lost.contains("lost"))
    #expect(try folder.result("fbank_no_cmvn").status == .done)
  }

  @Test func mendedTaskGetsItsNumber() throws {
    let folder = try BenchmarkFolder()
    try TaskSources.CTask(id: "mended", atEnd: "int x = ;").write(to: folder)
    let run = ["run", "-u", "fbank_no_cmvn", "--tasks", "mended"]
    #expect(try folder.superb(run).exitCode == 1)
    #expect(try folder.superb("report").output.contains("✗"))
    try TaskSources.CTask(id: "mended").write(to: folder)
    #expect(try folder.superb(run).exitCode == 0)
    let report = try folder.superb("report").output
    #expect(report.contains("100"), "\(report)")
    #expect(!report.contains("failed"), "\(report)")
  }
}
