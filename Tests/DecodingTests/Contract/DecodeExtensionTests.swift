import Foundation
import TaskABI
import Testing

@testable import Decoding

/// "superb.decode/1" as a task in C meets it.
@Suite struct DecodeExtensionTests {
  /// A host that keeps what it is told.
  private final class Host {
    var failures: [(status: superb_status, message: String)] = []
    var remarks: [String] = []
    var isCancelled = false
    let table: UnsafeMutablePointer<superb_host>

    init() {
      table = .allocate(capacity: 1)
      table.initialize(to: superb_host())
      table.pointee.struct_size = UInt32(MemoryLayout<superb_host>.size)
      table.pointee.context = Unmanaged.passUnretained(self).toOpaque()
      table.pointee.fail = { me, status, message in
        Host.at(me).failures.append((status, String(cString: message!)))
        return status
      }
      table.pointee.log = { me, _, message in
        Host.at(me).remarks.append(String(cString: message!))
      }
      table.pointee.cancelled = { Host.at($0).isCancelled ? 1 : 0 }
    }

    deinit { table.deallocate() }

    static func at(_ me: UnsafePointer<superb_host>?) -> Host {
      Unmanaged<Host>.fromOpaque(me!.pointee.context).takeUnretainedValue()
    }
  }

  private let host = Host()
  private let api = DecodeExtension.table { host, settings, out in
    DecodeExtension.create(host, settings, out, threads: 2, cache: nil)
  }

  private static let tokens = ["-", "|", "a", "b"]

  /// Calls `body` with settings that make sense.
  private func withSettings<Result>(
    lexicon: String? = "ab\ta b |\nba\tb a |\nbaa\tb a a |\n",
    sentences: String? = "ab ba\nab ab\nba ba ab\n",
    _ body: (inout superb_decoder_settings) throws -> Result
  ) throws -> Result {
    let lexicon = lexicon.map { strdup($0) }
    let sentences = sentences.map { strdup($0) }
    let names = Self.tokens.map { UnsafePointer<CChar>(strdup($0)) }
    defer {
      free(lexicon ?? nil)
      free(sentences ?? nil)
      for name in names { free(UnsafeMutablePointer(mutating: name)) }
    }
    return try names.withUnsafeBufferPointer { names in
      var settings = superb_decoder_settings()
      settings.struct_size = UInt32(
        MemoryLayout<superb_decoder_settings>.size)
      settings.tokens = names.baseAddress
      settings.token_count = UInt32(names.count)
      settings.silence = 1
      settings.smearing = SUPERB_DECODE_SMEAR_MAX
      settings.lexicon_lines = lexicon.map { UnsafePointer($0!) }
      settings.model_sentences = sentences.map { UnsafePointer($0!) }
      settings.model_order = 2
      settings.beam_size = 10
      settings.beam_threshold = 50
      settings.lm_weight = 1
      settings.unk_score = -.infinity
      return try body(&settings)
    }
  }

  /// Log probabilities in which each letter of a text is a likely frame, and
  /// a blank follows it.
  private static func frames(_ text: String) -> [Float] {
    text.flatMap { letter in
      [String(letter), "-"].flatMap { likely in
        tokens.map { $0 == likely ? Float(-0.1) : -4 }
      }
    }
  }

  /// What is heard of utterances, one list each.
  private func heard(
    _ utterances: [[Float]], best: Int64 = 1, _ decoder: OpaquePointer
  ) -> (superb_status, [[String]]) {
    final class Found { var lists: [[String]] = [] }
    let found = Found()
    found.lists = utterances.map { _ in [] }
    var sink = superb_hypotheses()
    sink.struct_size = UInt32(MemoryLayout<superb_hypotheses>.size)
    sink.context = Unmanaged.passUnretained(found).toOpaque()
    sink.take = { me, utterance, one in
      Unmanaged<Found>.fromOpaque(me!.pointee.context).takeUnretainedValue()
        .lists[Int(utterance)].append(String(cString: one!.pointee.words))
    }
    var offsets: [Int64] = [0]
    for one in utterances {
      offsets.append(offsets.last! + Int64(one.count / Self.tokens.count))
    }
    let status = api.pointee.decode(
      decoder, utterances.flatMap { $0 }, offsets, Int64(utterances.count),
      best, &sink)
    return (status, found.lists)
  }

  @Test func wordsAreHeardWithAModelOfSentences() throws {
    try withSettings { settings in
      var decoder: OpaquePointer?
      #expect(api.pointee.create(host.table, &settings, &decoder) == SUPERB_OK)
      let made = try #require(decoder)
      defer { api.pointee.destroy(made) }
      let (status, lists) = heard(
        [Self.frames("ab|ba|"), [], Self.frames("ba|")], best: 3, made)
      #expect(status == SUPERB_OK)
      #expect(lists[0].first == "ab ba")
      #expect(lists[2].first == "ba")
      #expect(lists[0].count <= 3)
      // "baa" is in the lexicon and in no sentence.
      #expect(host.remarks.contains { $0.hasPrefix("1 of the lexicon's") })
    }
  }

  @Test func whatIsWrongIsToldWithItsLine() throws {
    func refusal(
      lexicon: String? = "ab\ta b |\n", sentences: String? = "ab\n",
      _ change: (inout superb_decoder_settings) -> Void = { _ in }
    ) throws -> String {
      try withSettings(lexicon: lexicon, sentences: sentences) { settings in
        change(&settings)
        var decoder: OpaquePointer?
        let status = api.pointee.create(host.table, &settings, &decoder)
        #expect(status == SUPERB_INVALID_ARGUMENT)
        #expect(decoder == nil)
        return host.failures.last?.message ?? ""
      }
    }
    #expect(
      try refusal(lexicon: "ab\ta b |\nc\tc |\n")
        .hasPrefix("the lexicon's lines:2: the word 'c' has the token 'c'"))
    #expect(try refusal(sentences: "").contains("no sentence"))
    #expect(try refusal { $0.beam_size = 0 }.contains("no hypothesis"))
    #expect(try refusal { $0.struct_size = 8 }.contains("struct_size"))
    #expect(try refusal { $0.blank = 9 }.contains("none of the 4 tokens"))
    #expect(try refusal { $0.smearing = 7 }.contains("smearing 7"))
    #expect(try refusal { $0.flags = 8 }.contains("flags 8"))
    #expect(
      try refusal {
        $0.lexicon_file = $0.lexicon_lines
      }.contains("the lexicon is given twice"))
    #expect(
      try refusal {
        $0.model_sentences = nil
        $0.model_file = $0.tokens[0]
      }.contains("-: cannot open the file"))
  }

  @Test func badEmissionsAndAHostThatStopsAreTold() throws {
    try withSettings { settings in
      var decoder: OpaquePointer?
      _ = api.pointee.create(host.table, &settings, &decoder)
      let made = try #require(decoder)
      defer { api.pointee.destroy(made) }
      var frames = Self.frames("ab|")
      frames[5] = .nan
      #expect(heard([frames], made).0 == SUPERB_INVALID_ARGUMENT)
      #expect(
        host.failures.last?.message.contains("frame 1, token 1") == true)
      #expect(heard([frames], best: 0, made).0 == SUPERB_INVALID_ARGUMENT)
      host.isCancelled = true
      #expect(heard([Self.frames("ab|")], made).0 == SUPERB_CANCELLED)
      #expect(host.failures.last?.message == "stopped")
    }
  }
}
