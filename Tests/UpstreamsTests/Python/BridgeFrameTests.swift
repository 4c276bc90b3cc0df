import Foundation
import Tensors
import TestSupport
import Testing

@testable import Upstreams

struct BridgeFrameTests {
  func reply(_ header: String, payload: Int = 0) throws -> BridgeReply {
    try BridgeReply(header: Data(header.utf8), payload: payload)
  }

  @Test func aRequestBeginsWithItsLengths() throws {
    let frame = try BridgeFrame.opening(
      BridgeFrame.Request(action: "run"), payload: 640)
    let lengths = try BridgeFrame.lengths([UInt8](frame.prefix(16)))
    #expect(lengths.header == frame.count - 16)
    #expect(lengths.payload == 640)
    #expect(
      String(decoding: frame.dropFirst(16), as: UTF8.self)
        == #"{"do":"run"}"#)
  }

  @Test func everyKindOfReplyIsTold() throws {
    #expect(
      try reply(#"{"shape":[2,3,4]}"#, payload: 96)
        == .states(layers: 2, frames: 3, dimension: 4))
    #expect(
      try reply(#"{"failure":"call","reason":"no","places":["a"]}"#)
        == .failed(
          BridgeReply.Failure(stage: "call", reason: "no", places: ["a"])))
  }

  @Test(arguments: [
    (#"{"shape":[2,3,4]}"#, 92), (#"{"shape":[2,3]}"#, 24),
    (#"{"shape":[2,-3,4]}"#, 0), (#"{"shape":[1.5,1,1]}"#, 4),
    (#"{"shape":[4611686018427387904,4,1]}"#, 0),
    (#"{"failure":"call","reason":"no","places":[]}"#, 4),
    ("", 0), ("[]", 0), ("{}", 0),
  ])
  func aReplyThatMakesNoSenseIsRefused(_ header: String, _ payload: Int) {
    #expect(throws: BridgeFrame.Refusal.self) {
      try reply(header, payload: payload)
    }
  }

  @Test func hugeLengthsAreRefused() {
    for byte in [7, 15, 4, 14] {
      var prefix = [UInt8](repeating: 0, count: 16)
      prefix[byte] = 0x7f
      #expect(throws: BridgeFrame.Refusal.self) {
        try BridgeFrame.lengths(prefix)
      }
    }
  }

  @Test func rubbishNeverCrashesTheReader() {
    let whole = Array(
      (#"{"layers":2,"dimension":3,"samples_per_frame":320,"parameters":9,"#
        + #""digest":["a"],"shape":[1,2,3],"failure":"x","reason":"y"}"#).utf8)
    let random = CounterRandom(seed: 7)
    let time = TimeBox()
    var round: UInt64 = 0
    var accepted: UInt64 = 0
    while time.isOpen {
      var bytes = whole
      for change in 0..<2 {
        let place = Int(
          random.integer(
            below: UInt64(whole.count), stream: round, index: UInt64(change)))
        bytes[place] = UInt8(
          random.integer(
            below: 256, stream: round, index: UInt64(change + 10)))
      }
      if (try? BridgeReply(header: Data(bytes), payload: 0)) != nil {
        accepted += 1
      }
      round += 1
    }
    #expect(round > 20)
    #expect(accepted < round)
  }
}
