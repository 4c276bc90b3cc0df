import Foundation
import TaskABI

extension ExpertHandle {
  /// The tables of what an expert offers, by id; they live in `memory`.
  static func extensions(
    of expert: any DownstreamExpert, _ context: TaskContext,
    in memory: CrossingMemory
  ) -> [String: UnsafeRawPointer] {
    let pooling = superb_pooling(
      struct_size: sizeField(of: superb_pooling.self),
      kind: expert.pooling.rawValue)
    var tables = [
      SUPERB_POOLING_EXTENSION: UnsafeRawPointer(memory.value(pooling))
    ]
    if !context.remembered.isEmpty {
      tables[SUPERB_STATE_EXTENSION] = UnsafeRawPointer(
        memory.value(stateTable))
    }
    if let expert = expert as? any PredictingExpert {
      var table = predictTable
      table.recordings = UInt32(clamping: type(of: expert).recordingsPerAnswer)
      tables[SUPERB_PREDICT_EXTENSION] = UnsafeRawPointer(memory.value(table))
    }
    if let expert = expert as? any EmittingExpert {
      let table = emissionsTable(expert.emittedTokens, in: memory)
      tables[SUPERB_EMISSIONS_EXTENSION] = UnsafeRawPointer(
        memory.value(table))
    }
    return tables
  }

  private static var stateTable: superb_state {
    var table = superb_state()
    table.struct_size = sizeField(of: superb_state.self)
    table.save = { me, write, context in
      ExpertHandle.at(me) { handle in
        guard let write else { throw ExpertHandle.nullArgument }
        let bytes = try RememberedBytes.save(handle.context.remembered)
        bytes.withUnsafeBytes { write(context, $0.baseAddress, $0.count) }
      }
    }
    table.load = { me, bytes, length in
      ExpertHandle.at(me) { handle in
        let data = bytes.map { Data(bytes: $0, count: length) } ?? Data()
        try RememberedBytes.load(data, into: handle.context.remembered)
      }
    }
    return table
  }

  private static var predictTable: superb_predict {
    var table = superb_predict()
    table.struct_size = sizeField(of: superb_predict.self)
    table.prepare = { me, audio in
      ExpertHandle.predicting(me) { expert, _ in
        guard let audio else { throw ExpertHandle.nullArgument }
        let path = audio.pointee.path.map { String(cString: $0) } ?? ""
        let wanted = expert.prepared(AudioSource(path: path))
          .contract(path: audio.pointee.path)
        audio.pointee.gain_db = wanted.gain_db
        audio.pointee.effects = wanted.effects
        audio.pointee.rate = wanted.rate
        audio.pointee.start = wanted.start
        audio.pointee.length = wanted.length
      }
    }
    table.predict = { me, batch, features, answers in
      ExpertHandle.predicting(me) { expert, context in
        guard let batch, let features, let answers else {
          throw ExpertHandle.nullArgument
        }
        let answer = try expert.answer(
          Batch(batch.pointee, features.pointee, context.operators))
        let scores = answer.score.map { [$0.name: [$0.value]] } ?? [:]
        let crossing = PredictionMemory(
          id: nil, predicted: answer.text, truth: nil, scores: scores)
        withExtendedLifetime(crossing) {
          answers.pointee.answer?(answers, crossing.prediction)
        }
      }
    }
    return table
  }

  private static func predicting(
    _ me: UnsafeMutablePointer<superb_expert>?,
    _ body: (any PredictingExpert, TaskContext) throws -> Void
  ) -> superb_status {
    at(me) { handle in
      guard let expert = handle.expert as? any PredictingExpert else {
        throw TaskError(.unsupported, "this task makes no predictions")
      }
      try body(expert, handle.context)
    }
  }
}
