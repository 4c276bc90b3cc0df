import Foundation
import TaskABI

/// The tables of an expert's extensions, which live as long as its handle.
final class ExpertExtensions {
  private let pooling: UnsafePointer<superb_pooling>
  private let state: UnsafePointer<superb_state>?
  private let predict: UnsafePointer<superb_predict>?
  private let emissions: EmissionsTable?

  init(of expert: any DownstreamExpert, _ context: TaskContext) {
    pooling = Self.lasting(
      superb_pooling(
        struct_size: sizeField(of: superb_pooling.self),
        kind: expert.pooling.rawValue))
    state =
      context.remembered.isEmpty ? nil : Self.lasting(Self.stateTable)
    predict = (expert as? any PredictingExpert).map {
      var table = Self.predictTable
      table.recordings = UInt32(clamping: type(of: $0).recordingsPerAnswer)
      return Self.lasting(table)
    }
    emissions = (expert as? any EmittingExpert).map {
      EmissionsTable($0.emittedTokens)
    }
  }

  deinit {
    pooling.deallocate()
    state?.deallocate()
    predict?.deallocate()
  }

  func table(_ id: String) -> UnsafeRawPointer? {
    switch id {
    case SUPERB_POOLING_EXTENSION: UnsafeRawPointer(pooling)
    case SUPERB_STATE_EXTENSION: state.map { UnsafeRawPointer($0) }
    case SUPERB_PREDICT_EXTENSION: predict.map { UnsafeRawPointer($0) }
    case SUPERB_EMISSIONS_EXTENSION:
      emissions.map { UnsafeRawPointer($0.table) }
    default: nil
    }
  }

  private static func lasting<Table>(_ table: Table) -> UnsafePointer<Table> {
    let place = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    place.initialize(to: table)
    return UnsafePointer(place)
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
}

extension ExpertHandle {
  fileprivate static func predicting(
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
