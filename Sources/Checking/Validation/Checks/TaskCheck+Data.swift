import Diagnostics
import Foundation
import Hosting
import Speech
import TaskABI
import Tensors
import Upstreams

/// What an expert says of its utterances.
extension TaskCheck {
  static let data: [TaskCheck] = [
    TaskCheck(
      "dataloader", "every split has batches of well-formed items",
      needs: ["create"]
    ) { run in
      try run.forEachSplit { expert, split in
        let loader = try expert.dataloader(split)
        try hold(loader.batchCount > 0, "the split '\(split)' has no batches")
        for index in 0..<min(loader.batchCount, mostBatches) {
          try checkItems(
            try expert.read(index, of: loader, split: split, run), split, run)
        }
      }
    },
    TaskCheck(
      "unknown-split", "an unknown split is an error and leaves out alone",
      needs: ["create"], checkUnknownSplit),
    TaskCheck(
      "repeatable", "the same split and epoch give the same batches",
      needs: ["dataloader"]
    ) { run in
      try run.forEachSplit { expert, split in
        for epoch in [0, 1] {
          let first = try expert.plan(of: split, epoch: epoch, run)
          // Another epoch between must not matter.
          _ = try expert.plan(of: split, epoch: 7, run)
          try hold(
            try expert.plan(of: split, epoch: epoch, run) == first,
            "two calls of get_dataloader(\(split), \(epoch)) give different"
              + " batches")
        }
      }
    },
    TaskCheck(
      "reproducible", "two experts of one seed plan the same batches",
      needs: ["dataloader"]
    ) { run in
      func plans() throws -> [[[ItemPlan]]] {
        try run.withExpert { expert in
          try expert.splits.map { try expert.plan(of: $0, epoch: 0, run) }
        }
      }
      try hold(
        try plans() == plans(),
        "two experts of one seed and configuration plan different batches")
    },
    TaskCheck(
      "batch-order", "a batch does not depend on what was asked before",
      needs: ["dataloader"], checkBatchOrder),
    TaskCheck(
      "item-ids", "an id names one utterance of its split",
      needs: ["dataloader"]
    ) { run in
      try run.forEachSplit { expert, split in
        var known: [String: ItemPlan] = [:]
        for item in try expert.plan(of: split, epoch: 0, run).joined() {
          let first = known.updateValue(item, forKey: item.id)
          try hold(
            first == nil || first == item,
            "two utterances of '\(split)' have the id '\(item.id)'")
        }
      }
    },
  ]

  /// Batches of a split that are looked at: enough for a mistake to show,
  /// few enough for a corpus of a thousand hours.
  static let mostBatches = 200

  private static func checkItems(
    _ batch: ExpertBatch, _ split: String, _ run: CheckRun
  ) throws {
    try holdSize(
      batch.table.pointee.struct_size, superb_batch.self, "superb_batch")
    for index in 0..<Int(batch.table.pointee.count) {
      guard let item = batch.table.pointee.items?[index]?.pointee,
        let audio = item.audio?.pointee
      else { throw Violation("an item of '\(split)' is null") }
      try holdSize(item.struct_size, superb_item.self, "superb_item")
      try holdSize(audio.struct_size, superb_audio.self, "superb_audio")
      guard let id = item.id.flatMap({ String(validatingCString: $0) }),
        !id.isEmpty
      else { throw Violation("an id of '\(split)' is empty or not UTF-8") }
      let place = "'\(id)' of '\(split)'"
      try hold(
        audio.effects & ~UInt32(1) == 0,
        "\(place) wants the unknown effects \(audio.effects)")
      try hold(audio.gain_db.isFinite, "the gain of \(place) is no number")
      try hold(
        audio.start >= 0 && audio.length >= 0 && audio.crop_length >= 0,
        "the span of \(place) has a negative number")
      try checkAttributes(of: item, place)
    }
    for item in batch.items {
      let path = item.span.path
      try hold(
        access(path, R_OK) == 0,
        "the audio of '\(item.id)' of '\(split)' cannot be read: \(path)")
      // Whether it is audio at all is asked where it is heard.
      if let audio = try? AudioFile.info(path) {
        try checkSpan(of: item, in: audio, split)
      }
      if !path.hasPrefix("/") {
        run.warn(
          "audio paths are relative, such as \(path): they will not be found"
            + " from another folder")
      }
    }
  }

  private static func checkSpan(
    of item: ExpertItem, in audio: AudioInfo, _ split: String
  ) throws {
    do {
      _ = try item.span.length(samples: audio.speechSamples)
    } catch let error as UserError {
      throw Violation("the audio of '\(item.id)' of '\(split)': \(error)")
    }
  }

  private static func checkAttributes(
    of item: superb_item, _ place: String
  ) throws {
    var names: Set<String> = []
    for index in 0..<Int(item.attribute_count) {
      guard let attribute = item.attributes?[index]?.pointee,
        let name = attribute.name.flatMap({ String(validatingCString: $0) }),
        attribute.value.flatMap({ String(validatingCString: $0) }) != nil
      else {
        throw Violation(
          "an attribute of \(place) is null, or not UTF-8")
      }
      try hold(
        names.insert(name).inserted,
        "\(place) has the attribute '\(name)' twice")
    }
  }

  private static func checkUnknownSplit(_ run: CheckRun) throws {
    let (host, made) = try run.bareExpert(Engine(threads: 1, seed: 1337))
    guard let expert = made else { return }
    defer { withExtendedLifetime(host) { expert.pointee.destroy?(expert) } }
    for split in ["no_such_split", "", "../train"] {
      run.doing("get_dataloader(\(split))")
      let untouched = UnsafeMutablePointer<superb_dataloader>.allocate(
        capacity: 1)
      defer { untouched.deallocate() }
      var out: UnsafeMutablePointer<superb_dataloader>? = untouched
      let status = ExpertPass.evaluation(of: split).withTable {
        expert.pointee.get_dataloader?(expert, $0, &out)
      }
      try hold(
        status != SUPERB_OK,
        "get_dataloader accepts the unknown split '\(split)'")
      try hold(
        out == untouched,
        "get_dataloader of the unknown split '\(split)' changed out")
    }
  }

  private static func checkBatchOrder(_ run: CheckRun) throws {
    try run.forEachSplit { expert, split in
      let forwards = try expert.plan(of: split, epoch: 0, run)
      let loader = try expert.dataloader(split)
      // Kept until the end: what was given out lives until destroy.
      var held: [ExpertBatch] = []
      for index in (0..<forwards.count).reversed() {
        let batch = try expert.read(index, of: loader, split: split, run)
        held.append(batch)
        try hold(
          ItemPlan.all(of: batch) == forwards[index],
          "batch \(index) of '\(split)' is another one when the batches are"
            + " asked for backwards")
      }
      for (batch, plan) in zip(held, forwards.reversed()) {
        try hold(
          ItemPlan.all(of: batch) == plan,
          "a batch of '\(split)' changed after it was given out")
      }
    }
  }
}

/// What is compared of an item. Crops differ between an utterance's
/// appearances, and are left out.
struct ItemPlan: Equatable {
  let id: String
  let tag: UInt64
  let path: String
  let start: Int64
  let length: Int64

  /// Read anew from the task's memory.
  static func all(of batch: ExpertBatch) -> [ItemPlan] {
    (0..<Int(batch.table.pointee.count)).compactMap { index in
      guard let item = batch.table.pointee.items?[index]?.pointee,
        let id = item.id, let audio = item.audio?.pointee,
        let path = audio.path
      else { return nil }
      return ItemPlan(
        id: String(cString: id), tag: item.tag, path: String(cString: path),
        start: audio.start, length: audio.length)
    }
  }
}

extension CheckedExpert {
  func read(
    _ index: Int, of loader: ExpertDataloader, split: String, _ run: CheckRun
  ) throws -> ExpertBatch {
    run.doing("batch \(index) of \(split)")
    return try run.reading { try loader.batch(index) }
  }

  /// The first batches of a split, as plain data.
  func plan(
    of split: String, epoch: Int, _ run: CheckRun
  ) throws -> [[ItemPlan]] {
    let loader = try dataloader(split, epoch: epoch)
    return try (0..<min(loader.batchCount, TaskCheck.mostBatches)).map {
      ItemPlan.all(of: try read($0, of: loader, split: split, run))
    }
  }
}
