import Foundation

/// What goes into checkpoints besides parameters and buffers.
protocol Remembered: AnyObject {
  associatedtype Memory: Codable
  /// Everything that is remembered; setting it forgets all else.
  var memory: Memory { get set }
}

/// What an expert remembers as bytes, in the order in which it was made.
enum RememberedBytes {
  static func save(_ memories: [any Remembered]) throws -> Data {
    let encoder = JSONEncoder()
    // The same memory gives the same bytes.
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    func text(_ remembered: some Remembered) throws -> String {
      // A value alone may be no whole JSON document.
      String(
        decoding: try encoder.encode([remembered.memory]), as: UTF8.self)
    }
    return try encoder.encode(memories.map { try text($0) })
  }

  /// - Throws: ``TaskError`` for bytes of another expert.
  static func load(_ bytes: Data, into memories: [any Remembered]) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    func restore<One: Remembered>(_ remembered: One, _ text: String) throws {
      let decoded = try decoder.decode(
        [One.Memory].self, from: Data(text.utf8))
      guard let memory = decoded.first else { throw foreign }
      remembered.memory = memory
    }
    do {
      let texts = try decoder.decode([String].self, from: bytes)
      guard texts.count == memories.count else { throw foreign }
      for (remembered, text) in zip(memories, texts) {
        try restore(remembered, text)
      }
    } catch is DecodingError {
      throw foreign
    }
  }

  private static let foreign = TaskError.corruptData(
    "the checkpoint remembers something else than this task")
}
