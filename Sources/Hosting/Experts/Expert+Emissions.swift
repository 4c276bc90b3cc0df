import Diagnostics
import TaskABI
import Tensors

/// What a task's CTC model says of one utterance.
package struct Emissions: Sendable, Equatable {
  package var id: String
  /// What is really said, if the task tells.
  package var text: String?
  /// Natural log probabilities, [frames, tokens], row-major.
  package var values: [Float]
}

/// The outputs of a task's CTC model.
package struct EmissionTokens: Sendable, Equatable {
  package var names: [String]
  /// The numbers of the CTC blank, and of what stands between words.
  package var blank: Int
  package var silence: Int
}

extension Expert {
  private var emissionsTable: UnsafePointer<superb_emissions>? {
    table(of: SUPERB_EMISSIONS_EXTENSION, superb_emissions.self)
  }

  /// The outputs of its CTC model; nil if it shows none.
  ///
  /// - Throws: `ContractBreach` if they make no sense.
  package func emissionTokens() throws -> EmissionTokens? {
    guard let table = emissionsTable?.pointee else { return nil }
    let names = (0..<Int(table.token_count)).compactMap { index in
      table.tokens?[index].map { String(cString: $0) }
    }
    guard names.count == Int(table.token_count),
      Set(names).count == names.count,
      names.indices.contains(Int(table.blank)),
      names.indices.contains(Int(table.silence)), table.emit != nil
    else {
      throw host.breach(
        in: "get_extension(\(SUPERB_EMISSIONS_EXTENSION))",
        "a token is null or there twice, or the blank or the silence is none")
    }
    return EmissionTokens(
      names: names, blank: Int(table.blank), silence: Int(table.silence))
  }

  /// What its CTC model says of a batch, utterance by utterance.
  package func emissions(
    of batch: ExpertBatch, frames: Node, offsets: [Int64]
  ) throws -> [Emissions] {
    guard let emit = emissionsTable?.pointee.emit,
      let width = emissionsTable?.pointee.token_count
    else {
      throw UserError(
        "the task '\(description.id)' has no emissions", at: description.id)
    }
    let call = "emit"
    host.enter(call)
    var made: OpaquePointer?
    var places = [Int64](repeating: 0, count: offsets.count)
    let status = offsets.withUnsafeBufferPointer { offsets in
      var features = superb_features()
      features.struct_size = UInt32(MemoryLayout<superb_features>.size)
      features.count = UInt32(offsets.count - 1)
      features.frames = frames.handle
      features.offsets = offsets.baseAddress
      return emit(table, batch.table, &features, &made, &places)
    }
    try host.check(
      status, during: call, missing: made == nil ? "log probabilities" : nil)
    guard let node = Node.behind(made), node.shape.rank == 2,
      places.first == 0, places.last == Int64(node.shape[0]),
      node.shape[1] == Int(width),
      zip(places, places.dropFirst()).allSatisfy(<=)
    else {
      throw host.breach(
        in: call,
        "its log probabilities are not [offsets[count], token_count]")
    }
    return batch.items.enumerated().map { index, item in
      let rows = Int(places[index])..<Int(places[index + 1])
      return Emissions(
        id: item.id, text: batch.text(of: index),
        values: Array(
          node.values[
            rows.lowerBound * Int(width)..<rows.upperBound * Int(width)]))
    }
  }
}

extension ExpertBatch {
  /// The attribute "text" of an item.
  package func text(of index: Int) -> String? {
    guard let item = table.pointee.items?[index]?.pointee else { return nil }
    for place in 0..<Int(item.attribute_count) {
      guard let one = item.attributes?[place]?.pointee, let name = one.name,
        String(cString: name) == SUPERB_ATTRIBUTE_TEXT
      else { continue }
      return one.value.map { String(cString: $0) }
    }
    return nil
  }
}
