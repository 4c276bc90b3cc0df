import Diagnostics
import Foundation
import Hosting
import TaskABI
import Tensors

/// What a library says of its tasks.
extension TaskCheck {
  static let descriptors: [TaskCheck] = [
    TaskCheck(
      "descriptors", "descriptors are complete and well formed",
      scope: .library, needs: ["factory"]
    ) { run in
      let factory = try run.library().factory
      for index in 0..<factory.pointee.count {
        guard let descriptor = factory.pointee.descriptor?(factory, index)
        else { continue }
        try checkDescriptor(descriptor.pointee, run)
      }
    },
    TaskCheck(
      "scan", "is listed within 100 ms", scope: .library, needs: ["descriptors"]
    ) { run in
      var time = Duration.seconds(1)
      // A busy machine is slow now and then, a slow task always.
      for _ in 0..<5 where time >= .milliseconds(100) {
        let start = ContinuousClock.now
        run.descriptions = try run.library().descriptions()
        time = ContinuousClock.now - start
      }
      try hold(
        time < .milliseconds(100),
        "listing it takes \(Int(time / .milliseconds(1))) ms; no file is opened"
          + " and no data read before create")
    },
    TaskCheck(
      "names", "ids and aliases are distinct", scope: .library,
      needs: ["scan"]
    ) { run in
      var seen: Set<String> = []
      for task in try run.library().descriptions() {
        for name in task.names {
          try hold(
            seen.insert(name).inserted, "two tasks go by the name '\(name)'")
        }
      }
    },
    TaskCheck(
      "unknown-task",
      "create of an unknown task is SUPERB_NOT_FOUND and leaves out alone",
      scope: .library, needs: ["scan"], checkUnknownTask),
  ]

  private static func checkDescriptor(
    _ descriptor: superb_task_descriptor, _ run: CheckRun
  ) throws {
    try holdSize(
      descriptor.struct_size, superb_task_descriptor.self,
      "superb_task_descriptor")
    let id = try text(descriptor.id, "id")
    try hold(
      !id.isEmpty
        && id.utf8.allSatisfy {
          (0x61...0x7a).contains($0) || (0x30...0x39).contains($0)
            || $0 == 0x5f
        },
      "the id '\(id)' is not made of lower-case letters, digits and _")
    for (name, pointer) in [
      ("title", descriptor.title), ("summary", descriptor.summary),
      ("scalar_prefix", descriptor.scalar_prefix),
    ] {
      try hold(
        try !text(pointer, "\(id): \(name)").isEmpty, "\(id): \(name) is empty")
    }
    if descriptor.version == 0 {
      run.warn("\(id): the task's version is 0; count from 1")
    }
    for (name, list) in [
      ("aliases", descriptor.aliases), ("corpora", descriptor.corpora),
      ("test_splits", descriptor.test_splits),
    ] {
      let texts = try texts(list, "\(id): \(name)")
      try hold(
        Set(texts).count == texts.count && !texts.contains(""),
        "\(id): \(name) holds a name twice, or an empty one")
      try hold(
        name != "test_splits" || !texts.isEmpty, "\(id): no test splits")
    }
    guard let metrics = descriptor.metrics else {
      throw Violation("\(id): metrics is null; an empty list ends in null")
    }
    var names: Set<String> = []
    var next = metrics
    while let metric = next.pointee?.pointee {
      try checkMetric(metric, of: id, names: &names)
      next = next.successor()
      try hold(names.count < mostEntries, "\(id): metrics does not end in null")
    }
    try hold(!names.isEmpty, "\(id): declares no metric")
  }

  private static func checkMetric(
    _ metric: superb_metric, of id: String, names: inout Set<String>
  ) throws {
    try holdSize(metric.struct_size, superb_metric.self, "superb_metric")
    let name = try text(metric.name, "\(id): a metric's name")
    try hold(
      !name.isEmpty && names.insert(name).inserted,
      "\(id): the metric '\(name)' is there twice, or has no name")
    try hold(
      try !text(metric.title, "\(id): title of \(name)").isEmpty,
      "\(id): the metric '\(name)' has an empty title")
    try hold(
      [SUPERB_UNIT_FRACTION, SUPERB_UNIT_PERCENT, SUPERB_UNIT_PLAIN]
        .contains(metric.unit),
      "\(id): the metric '\(name)' has the unknown unit \(metric.unit)")
    try hold(
      [0, 1].contains(metric.higher_is_better),
      "\(id): higher_is_better of '\(name)' is neither 0 nor 1")
  }

  /// More than any list of a descriptor will ever hold.
  private static let mostEntries = 1000

  private static func text(
    _ pointer: UnsafePointer<CChar>?, _ what: String
  ) throws -> String {
    guard let pointer else { throw Violation("\(what) is null") }
    guard let text = String(validatingCString: pointer) else {
      throw Violation("\(what) is not UTF-8")
    }
    return text
  }

  private static func texts(
    _ list: UnsafePointer<UnsafePointer<CChar>?>?, _ what: String
  ) throws -> [String] {
    guard var next = list else {
      throw Violation("\(what) is null; an empty list ends in null")
    }
    var result: [String] = []
    while let pointer = next.pointee {
      result.append(try text(pointer, what))
      next = next.successor()
      try hold(result.count < mostEntries, "\(what) does not end in null")
    }
    return result
  }

  private static func checkUnknownTask(_ run: CheckRun) throws {
    let factory = try run.library().factory
    let host = run.host(
      engine: Engine(threads: 1, seed: 1337), config: .init(.map(.init())))
    for id in ["no_such_task", "", "../ks", "KS "] {
      run.doing("create(\(id))")
      let untouched = UnsafeMutablePointer<superb_expert>.allocate(capacity: 1)
      defer { untouched.deallocate() }
      var out: UnsafeMutablePointer<superb_expert>? = untouched
      let status = factory.pointee.create?(factory, host.table, id, &out)
      try hold(
        status == SUPERB_NOT_FOUND,
        "create of the unknown task '\(id)' gives status \(status ?? -1), not"
          + " SUPERB_NOT_FOUND")
      try hold(
        out == untouched, "create of the unknown task '\(id)' changed out")
      do {
        try host.check(SUPERB_NOT_FOUND, during: "create")
      } catch let failure as TaskFailure
        where failure.message.contains("gave no reason")
      {
        run.warn("create of an unknown task gives no reason: use host.fail")
      } catch {}
    }
  }
}
