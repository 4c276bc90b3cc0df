import Files
import Foundation

/// What travels between superb and a Python process, over a pair of sockets.
///
/// Both ways a frame is
///
///      0  length of the header, 64 bits, little-endian
///      8  length of the payload in bytes, 64 bits, little-endian
///     16  the header: a JSON object, UTF-8
///      …  the payload: 32-bit floats, little-endian, row-major
///
/// and every request has one reply:
///
///     {"do": "load", "module": …, "class": …, "arguments": {…}}
///       → {"layers", "dimension", "samples_per_frame", "parameters",
///          "digest": [texts]}
///     {"do": "run"} and the samples
///       → {"shape": [layers, frames, dimension]} and the values
///     {"do": "load", "scores": true, …} loads a language model instead, and
///     {"do": "score", "texts": [texts]}
///       → {"shape": [1, 1, texts]} and a number for each
///     either
///       → {"failure": stage, "reason": text, "places": [texts]}
enum BridgeFrame {
  static let prefixBytes = 16
  /// A header names files and versions; a longer one is no header.
  static let maximumHeaderBytes = 1 << 24

  /// Why a reply is refused.
  struct Refusal: Error, Equatable {
    var reason: String
  }

  struct Request: Encodable {
    var action: String
    var module: String?
    var className: String?
    var arguments: [String: String]?
    /// Whether the class scores texts.
    var scores: Bool?
    var texts: [String]?

    enum CodingKeys: String, CodingKey {
      case action = "do"
      case module
      case className = "class"
      case arguments, scores, texts
    }
  }

  /// The frame's first bytes: everything but the payload.
  static func opening(_ request: Request, payload: Int) throws -> [UInt8] {
    let header = try JSONEncoder().encode(request)
    var frame: [UInt8] = []
    for length in [header.count, payload] { frame.append(littleEndian: length) }
    return frame + header
  }

  /// The lengths of a reply's header and payload.
  ///
  /// - Parameter prefix: the reply's first ``prefixBytes``.
  static func lengths(_ prefix: [UInt8]) throws(Refusal) -> (
    header: Int, payload: Int
  ) {
    let lengths: [UInt64] = prefix.withUnsafeBytes { prefix in
      prefix.count == prefixBytes
        ? [prefix.number(at: 0), prefix.number(at: 8)] : []
    }
    guard lengths.count == 2, lengths[0] <= UInt64(maximumHeaderBytes),
      lengths[1] <= UInt64(1) << 40
    else { throw Refusal(reason: "its lengths make no sense") }
    return (Int(lengths[0]), Int(lengths[1]))
  }
}

/// What a Python process replies, apart from the payload.
enum BridgeReply: Equatable {
  case loaded(Loaded)
  case states(layers: Int, frames: Int, dimension: Int)
  case failed(Failure)

  struct Loaded: Decodable, Equatable {
    var layers: Int
    var dimension: Int
    var samplesPerFrame: Double
    var parameters: Int
    /// All that decides the numbers.
    var digest: [String]

    enum CodingKeys: String, CodingKey {
      case layers, dimension
      case samplesPerFrame = "samples_per_frame"
      case parameters, digest
    }
  }

  struct Failure: Decodable, Equatable {
    /// What was being done: import, class, construct, probe or call.
    var stage: String
    var reason: String
    /// Where in the user's code, the innermost last.
    var places: [String]

    enum CodingKeys: String, CodingKey {
      case stage = "failure"
      case reason, places
    }
  }

  private struct States: Decodable { var shape: [Int] }

  /// - Parameters:
  ///   - header: JSON that somebody else's process wrote.
  ///   - payload: bytes that are to follow.
  init(header: Data, payload: Int) throws(BridgeFrame.Refusal) {
    let decoder = JSONDecoder()
    if let failure = try? decoder.decode(Failure.self, from: header) {
      self = .failed(failure)
    } else if let loaded = try? decoder.decode(Loaded.self, from: header) {
      self = .loaded(loaded)
    } else if let shape = try? decoder.decode(States.self, from: header).shape,
      shape.count == 3, shape.allSatisfy({ $0 >= 0 })
    {
      self = .states(layers: shape[0], frames: shape[1], dimension: shape[2])
    } else {
      throw BridgeFrame.Refusal(reason: "its header makes no sense")
    }
    guard payload == (try payloadBytes()) else {
      throw BridgeFrame.Refusal(
        reason: "\(payload) bytes follow a header that promises others")
    }
  }

  /// Bytes that follow the header.
  private func payloadBytes() throws(BridgeFrame.Refusal) -> Int {
    guard case .states(let layers, let frames, let dimension) = self else {
      return 0
    }
    let size = MemoryLayout<Float>.size
    guard let bytes = [size, layers, frames, dimension].product else {
      throw BridgeFrame.Refusal(reason: "its shape is too large")
    }
    return bytes
  }
}
