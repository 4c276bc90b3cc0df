import Diagnostics
import TaskABI

/// A task's decoder, and the host that answers for it.
final class ContractDecoder {
  let host: UnsafePointer<superb_host>
  private let decoder: BeamDecoder
  private let threads: Int

  init(
    _ decoder: BeamDecoder, _ host: UnsafePointer<superb_host>, threads: Int
  ) {
    self.decoder = decoder
    self.host = host
    self.threads = threads
  }

  /// Says what the lexicon has and will not be found.
  func remark() {
    for remark in decoder.remarks {
      host.pointee.log?(host, SUPERB_LOG_WARNING, remark)
    }
  }

  func decode(
    _ emissions: UnsafePointer<Float>?, _ offsets: UnsafePointer<Int64>?,
    _ count: Int64, _ best: Int64,
    _ hypotheses: UnsafePointer<superb_hypotheses>?
  ) throws {
    guard count >= 0, best >= 1, let hypotheses,
      Int(hypotheses.pointee.struct_size)
        >= MemoryLayout<superb_hypotheses>.size,
      let take = hypotheses.pointee.take
    else {
      throw UserError(
        "a count is too small, or nothing would take the hypotheses")
    }
    guard count > 0 else { return }
    guard let offsets else { throw UserError("the offsets are null") }
    let rows = (0...Int(count)).map { Int(offsets[$0]) }
    guard rows[0] == 0, zip(rows, rows.dropFirst()).allSatisfy(<=),
      emissions != nil || rows[Int(count)] == 0
    else {
      throw UserError("the offsets fall, or there are no log probabilities")
    }
    let width = decoder.tokens.count
    // Both are lent for the call, and the contract lets any thread ask
    // whether to stop.
    nonisolated(unsafe) let lent = emissions
    nonisolated(unsafe) let host = host
    let found = try decoder.decode(
      count: Int(count), best: Int(best), threads: threads
    ) { index in
      if (host.pointee.cancelled?(host) ?? 0) != 0 {
        throw CancellationError()
      }
      let values = UnsafeBufferPointer(
        start: lent.map { $0 + rows[index] * width },
        count: (rows[index + 1] - rows[index]) * width)
      return Utterance(id: "\(index)", emissions: Array(values))
    }
    for (index, list) in found.enumerated() {
      for one in list { Self.give(one, of: Int64(index), hypotheses, take) }
    }
  }

  private static func give(
    _ one: Hypothesis, of utterance: Int64,
    _ hypotheses: UnsafePointer<superb_hypotheses>,
    _ take: (
      UnsafePointer<superb_hypotheses>?, Int64,
      UnsafePointer<superb_hypothesis>?
    ) -> Void
  ) {
    one.words.joined(separator: " ").withCString { words in
      one.tokens.joined(separator: " ").withCString { tokens in
        var hypothesis = superb_hypothesis()
        hypothesis.struct_size = UInt32(MemoryLayout<superb_hypothesis>.size)
        hypothesis.words = words
        hypothesis.tokens = tokens
        hypothesis.score = one.score
        hypothesis.am_score = one.acousticScore
        hypothesis.lm_score = one.languageScore
        take(hypotheses, utterance, &hypothesis)
      }
    }
  }
}
