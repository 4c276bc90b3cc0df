import Diagnostics
import Foundation
import Hosting
import TaskABI

/// Experts beside and after one another, and stopping.
extension TaskCheck {
  static let life: [TaskCheck] = [
    TaskCheck(
      "two-experts", "two experts live in one process and do not meet",
      needs: ["loss"], checkTwoExperts),
    TaskCheck(
      "leaks", "experts leave no memory behind", needs: ["loss"], checkLeaks),
    TaskCheck(
      "one-thread", "the host is called on the expert's thread alone",
      needs: ["loss"], checkThread),
    TaskCheck(
      "cancelled", "stops when it is asked to", needs: ["create"],
      checkCancelled),
  ]

  private static func checkTwoExperts(_ run: CheckRun) throws {
    func losses(_ expert: CheckedExpert) throws -> [Float] {
      try expert.splits.map {
        try expert.loss(of: expert.batch(of: $0), split: $0)
      }
    }
    let alone = try run.withExpert(losses)
    try run.withExpert { first in
      try run.withExpert { second in
        for expert in [first, second, first] {
          try hold(
            try losses(expert) == alone,
            "an expert has other losses beside another one: do they share"
              + " state?")
        }
      }
      try hold(
        try losses(first) == alone,
        "an expert has other losses after another one is gone")
    }
  }

  /// Growth over twenty experts that is taken for a leak: below what a
  /// quarter of a megabyte each would make.
  private static let mostGrowth = 5 << 20

  private static func checkLeaks(_ run: CheckRun) throws {
    func cycle() throws {
      try run.withExpert { expert in
        let split = expert.settings.trainSplit
        for _ in 0..<3 {
          let batch = try expert.batch(of: split)
          _ = try expert.gradients(of: batch, split: split)
        }
        _ = try expert.records(split)
      }
    }
    for _ in 0..<5 { try cycle() }
    let before = try residentBytes()
    for _ in 0..<20 { try cycle() }
    let growth = try residentBytes() - before
    try hold(
      growth < mostGrowth,
      "twenty experts leave \(growth >> 10) KiB behind")
  }

  private static func residentBytes() throws -> Int {
    // Pages of the process, of which the second number is resident.
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else {
      throw InternalError("cannot read /proc/self/statm")
    }
    return pages * Int(getpagesize())
  }

  private static func checkThread(_ run: CheckRun) throws {
    HostThreadGuard.begin()
    try run.forEachSplit { expert, split in
      let batch = try expert.batch(of: split)
      _ = try expert.gradients(of: batch, split: split)
      _ = try expert.records(split)
    }
    if let call = HostThreadGuard.strayCall {
      throw Violation("\(call) was called from another thread")
    }
  }

  /// What may pass between being asked to stop and stopping: the contract
  /// says that loops longer than a second poll.
  private static let mostPatience = Duration.seconds(3)

  private static func checkCancelled(_ run: CheckRun) throws {
    var polls = 0
    let start = ContinuousClock.now
    do {
      try run.withExpert(isCancelled: {
        polls += 1
        return true
      }) { expert in
        for split in expert.splits { _ = try expert.dataloader(split) }
      }
    } catch let failure as TaskFailure {
      try hold(
        failure.status == SUPERB_CANCELLED,
        "asked to stop, \(failure.call) gives status \(failure.status)"
          + " instead of SUPERB_CANCELLED: \(failure.message)")
    }
    let time = ContinuousClock.now - start
    try hold(
      time < mostPatience,
      "asked to stop, it went on for \(time.components.seconds) s"
        + (polls == 0 ? " and never polled 'cancelled'" : ""))
  }
}
