import TaskABI

/// An expert whose CTC model says for each frame what is heard, so that a
/// user may decode it anew with `superb decode --from`.
///
/// What is really said is an item's attribute "text".
public protocol EmittingExpert: DownstreamExpert {
  /// The model's outputs. Constant.
  var emittedTokens: EmittedTokens { get }

  /// Natural log probabilities, [offsets.last, tokens], of a batch in
  /// evaluation.
  func emissions(_ batch: Batch) throws -> Tensor
}

/// The outputs of a CTC model, by name and in their order.
public struct EmittedTokens: Sendable, Equatable {
  /// Each once.
  public var names: [String]
  /// The number of the CTC blank.
  public var blank: Int
  /// The number of what stands between words.
  public var silence: Int

  /// `blank` and `silence` are places in `names`.
  public init(_ names: [String], blank: Int, silence: Int) {
    self.names = names
    self.blank = blank
    self.silence = silence
  }
}

extension ExpertHandle {
  /// An expert's "superb.emissions/1", in `memory`.
  static func emissionsTable(
    _ tokens: EmittedTokens, in memory: CrossingMemory
  ) -> superb_emissions {
    var table = superb_emissions()
    table.struct_size = sizeField(of: superb_emissions.self)
    table.token_count = UInt32(clamping: tokens.names.count)
    table.tokens = memory.list(
      tokens.names.map { Optional(memory.text($0)) })
    table.blank = Int32(clamping: tokens.blank)
    table.silence = Int32(clamping: tokens.silence)
    table.emit = { me, batch, features, out, offsets in
      ExpertHandle.at(me) { handle in
        guard let batch, let features, let out, let offsets else {
          throw ExpertHandle.nullArgument
        }
        guard let expert = handle.expert as? any EmittingExpert else {
          throw TaskError(.unsupported, "this task has no emissions")
        }
        let received = try Batch(
          batch.pointee, features.pointee, handle.context.operators)
        out.pointee = try expert.emissions(received).handle
        for (index, offset) in received.offsets.enumerated() {
          offsets[index] = offset
        }
      }
    }
    return table
  }
}
