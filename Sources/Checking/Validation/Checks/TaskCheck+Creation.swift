import Configuration
import Diagnostics
import Foundation
import Hosting
import Records
import TaskABI
import Tensors
import Training

/// Making an expert from its configuration.
extension TaskCheck {
  static let creation: [TaskCheck] = [
    TaskCheck(
      "config", "config.yaml says how to train", needs: ["scan"]
    ) { run in
      _ = try TaskConfiguration(try run.config())
    },
    TaskCheck(
      "create", "create makes an expert with all its methods",
      needs: ["config"], checkCreate),
    TaskCheck(
      "config-keys", "every key of downstream_expert is read by create",
      needs: ["create"]
    ) { run in
      try run.withExpert {
        try $0.host.checkUnreadKeys().forEach(run.warn)
      }
    },
    TaskCheck(
      "wrong-values", "wrong values in the configuration are refused",
      needs: ["create"], checkWrongValues),
    TaskCheck(
      "folds", "each fold can be made, and its name is read", needs: ["create"],
      checkFolds),
  ]

  private static func checkCreate(_ run: CheckRun) throws {
    let engine = Engine(threads: 1, seed: 1337)
    let (host, made) = try run.bareExpert(engine)
    defer { withExtendedLifetime(host) {} }
    guard let expert = made else {
      throw Violation("create is SUPERB_OK and gives no expert")
    }
    let table = expert.pointee
    try holdSize(table.struct_size, superb_expert.self, "superb_expert")
    for (name, isThere) in [
      ("get_dataloader", table.get_dataloader != nil),
      ("forward", table.forward != nil),
      ("log_records", table.log_records != nil),
      ("destroy", table.destroy != nil),
    ] {
      try hold(isThere, "the expert's \(name) is null")
    }
    if let extensions = table.get_extension {
      run.doing("get_extension of the expert")
      try hold(
        extensions(expert, "superb.no_such_thing/1") == nil,
        "the expert has a table for an extension that does not exist")
      if let pooling = extensions(expert, SUPERB_POOLING_EXTENSION) {
        let pooling = pooling.assumingMemoryBound(to: superb_pooling.self)
        try holdSize(
          pooling.pointee.struct_size, superb_pooling.self, "superb_pooling")
        try hold(
          [SUPERB_POOLING_NONE, SUPERB_POOLING_MEAN]
            .contains(pooling.pointee.kind),
          "the expert's pooling is the unknown kind \(pooling.pointee.kind)")
      }
    }
    run.doing("destroy")
    table.destroy?(expert)
    if engine.trainableParameters.isEmpty {
      run.warn("the expert has no parameters: nothing will be trained")
    }
  }

  /// Replaces each value of `downstream_expert` by values that nobody meant.
  /// Some may be accepted; none may crash the task.
  private static func checkWrongValues(_ run: CheckRun) throws {
    // A wrong value may name a file to write.
    try hold(
      FileManager.default.changeCurrentDirectoryPath(run.subject.scratch),
      "cannot enter \(run.subject.scratch)")
    let config = try run.config()
    let section = try config.value(at: ExpertHost.section) ?? .null
    let wrong: [ConfigValue] = [
      "rubbish", -1, 0, 0.5, [], [:], true, ["rubbish", -1], .null,
    ]
    let end = ContinuousClock.now + .seconds(min(10, run.subject.timeLimit / 2))
    for path in leaves(of: section, at: [ExpertHost.section]) {
      for value in wrong {
        guard ContinuousClock.now < end else { return }
        let place = path.joined(separator: ".")
        let edited = try config.setting(path, to: value)
        run.circumstance = "\(place): \(value.json())"
        try tryOut(edited, place: "\(place): \(value.json())", run)
        run.circumstance = nil
      }
    }
  }

  /// Makes an expert with `config` and looks at its first batch.
  private static func tryOut(
    _ config: ConfigValue, place: String, _ run: CheckRun
  ) throws {
    do {
      try run.withExpert(config: config) { expert in
        _ = try expert.batch(of: expert.settings.trainSplit)
      }
    } catch let failure as TaskFailure {
      if failure.isBug {
        run.warn("'\(place)' is called a bug of the task: \(failure.message)")
      } else if failure.message.contains("gave no reason") {
        run.warn("'\(place)' is refused without a reason: use host.fail")
      }
    } catch {
      // Refused, by the task or by the host in its name.
    }
  }

  private static func leaves(
    of value: ConfigValue, at path: [String]
  ) -> [[String]] {
    guard case .map(let map) = value.kind else {
      return value.isNull && path.count == 1 ? [] : [path]
    }
    return map.entries.flatMap { leaves(of: $0.value, at: path + [$0.key]) }
  }

  private static func checkFolds(_ run: CheckRun) throws {
    let task = try run.task()
    guard let folds = task.folds else {
      throw Skipped(reason: "the task has no folds")
    }
    let key = folds.configKey.joined(separator: ".")
    try hold(!folds.names.isEmpty, "the folds have no names")
    try hold(
      Set(folds.names).count == folds.names.count
        && !folds.names.contains(""),
      "a fold's name is there twice, or is empty")
    try hold(!key.isEmpty, "the folds' config_key is empty")
    let path = [ExpertHost.section] + folds.configKey
    for name in folds.names {
      let config = try run.config().setting(path, to: .init(.string(name)))
      try run.withExpert(config: config) { expert in
        try hold(
          expert.host.readPaths.contains(key),
          "create does not read '\(key)', where the fold's name goes")
      }
    }
    let unknown = try run.config().setting(path, to: "no_such_fold")
    do {
      try run.withExpert(config: unknown) { _ in
        run.warn("create accepts the fold 'no_such_fold'")
      }
    } catch is TaskFailure {
    } catch is Skipped {
      // Refused too; only the blame is uncertain.
    }
  }
}
