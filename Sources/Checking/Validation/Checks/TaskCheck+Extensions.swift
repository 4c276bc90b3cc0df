import Foundation
import Hosting
import TaskABI

/// What an expert offers besides training: "superb.state/1",
/// "superb.predict/1" and "superb.emissions/1". A task may leave each out.
extension TaskCheck {
  static let extensions: [TaskCheck] = [
    TaskCheck(
      "state", "what it remembers survives a checkpoint", needs: ["records"],
      checkState),
    TaskCheck(
      "predict",
      "recordings of no corpus get one answer each, always the"
        + " same", needs: ["loss"], checkPredict),
    TaskCheck(
      "emissions", "each frame's log probabilities are those of its tokens",
      needs: ["loss"], checkEmissions),
  ]

  @Sendable
  private static func checkEmissions(_ run: CheckRun) throws {
    try run.withExpert { expert in
      guard let tokens = try expert.expert.emissionTokens() else {
        throw Skipped(
          reason: "no superb.emissions/1: superb decode --from cannot ask it")
      }
      let split = expert.expert.description.testSplits.first ?? "test"
      let batch = try expert.batch(of: split)
      let found = try expert.emissions(of: batch)
      let width = tokens.names.count
      for one in found {
        for start in stride(from: 0, to: one.values.count, by: width) {
          let sum = one.values[start..<start + width].reduce(0.0) {
            $0 + exp(Double($1))
          }
          try hold(
            abs(sum - 1) < 1e-3,
            "the probabilities of frame \(start / width) of '\(one.id)' add up"
              + " to \(sum)")
        }
      }
      try hold(
        try expert.emissions(of: batch) == found,
        "the same batch gives other emissions the second time")
    }
  }

  /// One expert sees batches and saves what it remembers; another loads it.
  /// They must report the same.
  private static func checkState(_ run: CheckRun) throws {
    try run.withExpert { first in
      guard first.expert.saysWhatItRemembers else {
        throw Skipped(
          reason: "no superb.state/1: training that was cut short goes on"
            + " from steps right after a report")
      }
      let split = first.settings.trainSplit
      for index in 0..<2 {
        _ = try first.loss(of: first.batch(index, of: split), split: split)
      }
      run.doing("state.save")
      let bytes = try first.expert.remembered() ?? []
      try hold(
        try first.expert.remembered() == bytes,
        "the same memory gives different bytes")
      try run.withExpert { second in
        run.doing("state.load")
        try second.expert.remember(bytes)
        try hold(
          try second.expert.remembered() == bytes,
          "state.load does not remember what state.save has given")
        let (one, other) = (try first.records(split), try second.records(split))
        try hold(
          one.predictions == other.predictions
            && one.metrics.map(\.name) == other.metrics.map(\.name)
            && one.metrics.map(\.value.bitPattern)
              == other.metrics.map(\.value.bitPattern),
          "'\(split)' is reported differently after state.save and state.load")
        try checkForeignBytes(second, run)
      }
    }
  }

  private static func checkForeignBytes(
    _ expert: CheckedExpert, _ run: CheckRun
  ) throws {
    for bytes in [[], Array("another task's".utf8)] as [[UInt8]] {
      run.doing("state.load of \(bytes.count) foreign bytes")
      do {
        try expert.expert.remember(bytes)
      } catch let failure as TaskFailure {
        let status = failure.status
        try hold(
          failure.status == SUPERB_CORRUPT_DATA,
          "state.load refuses foreign bytes with status \(status), which is"
            + " not that of corrupt data")
        continue
      }
      throw Violation("state.load accepts \(bytes.count) foreign bytes")
    }
  }

  private static func checkPredict(_ run: CheckRun) throws {
    try run.withExpert { expert in
      guard let count = expert.expert.recordingsPerAnswer else {
        throw Skipped(reason: "no superb.predict/1: nobody can ask it")
      }
      try hold(count > 0, "superb_predict.recordings is 0")
      let split = expert.expert.description.testSplits.first ?? "test"
      run.doing("predict.prepare")
      let item = try expert.batch(of: split).items[0]
      _ = try expert.expert.span(of: item.span.path)
      let items = Array(repeating: item, count: count)
      let answer = try expert.prediction(on: items)
      try hold(!answer.text.isEmpty, "the answer is empty")
      try hold(
        try expert.prediction(on: items) == answer,
        "the same recording gets another answer the second time")
    }
  }
}
