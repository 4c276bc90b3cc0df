import Foundation
import TaskABI

/// "superb.decode/1" that hears the same words in every utterance and keeps
/// what it was made with.
enum TestDecoding {
  struct Made: Equatable {
    var tokens: [String] = []
    var lexicon: String?
    var sentences: String?
    var modelFile: String?
    var beamSize: Int64 = 0
    var unkScore = 0.0
    var wordScore = 0.0
    var frames: [Int64] = []
  }

  /// One test at a time may look.
  nonisolated(unsafe) static var made: [Made] = []
  /// What is heard.
  static let words = "NO"

  nonisolated(unsafe) static let table: UnsafeRawPointer = {
    let table = UnsafeMutablePointer<superb_decode_api>.allocate(capacity: 1)
    var api = superb_decode_api()
    api.struct_size = UInt32(MemoryLayout<superb_decode_api>.size)
    api.create = { _, settings, out in
      let settings = settings!.pointee
      func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        pointer.map { String(cString: $0) }
      }
      TestDecoding.made.append(
        Made(
          tokens: (0..<Int(settings.token_count)).map {
            String(cString: settings.tokens[$0]!)
          }, lexicon: text(settings.lexicon_lines),
          sentences: text(settings.model_sentences),
          modelFile: text(settings.model_file),
          beamSize: settings.beam_size, unkScore: settings.unk_score,
          wordScore: settings.word_score))
      out!.pointee = OpaquePointer(bitPattern: TestDecoding.made.count)
      return SUPERB_OK
    }
    api.decode = { decoder, _, offsets, count, _, sink in
      let index = Int(bitPattern: decoder) - 1
      TestDecoding.made[index].frames += (0..<Int(count)).map {
        offsets![$0 + 1] - offsets![$0]
      }
      for utterance in 0..<count {
        TestDecoding.words.withCString { words in
          var one = superb_hypothesis()
          one.struct_size = UInt32(MemoryLayout<superb_hypothesis>.size)
          one.words = words
          one.tokens = words
          sink!.pointee.take(sink, utterance, &one)
        }
      }
      return SUPERB_OK
    }
    api.destroy = { _ in }
    table.initialize(to: api)
    return UnsafeRawPointer(table)
  }()
}
