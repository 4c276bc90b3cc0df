import Diagnostics
import Speech
import Testing

@testable import Upstreams

struct AudioSpanTests {
  func span(
    crop: Int? = nil, variant: Int = 0, item: String = "a", seed: UInt64 = 7,
    start: Int = 0, length: Int = 0
  ) -> AudioSpan {
    AudioSpan(
      path: "x.wav", chain: AudioChain(gainDecibels: 0, trimsSilence: false),
      start: start, length: length,
      crop: crop.map {
        AudioSpan.Crop(length: $0, variant: variant, seed: seed, item: item)
      })
  }

  @Test func aCropIsDrawnFromSeedItemAndVariant() throws {
    func start(_ span: AudioSpan) throws -> Int {
      let resolved = try span.resolved(samples: 1_000_000)
      #expect(resolved.length == 1000)
      return resolved.start
    }
    let first = try start(span(crop: 1000))
    #expect(first == 6871)
    #expect(try start(span(crop: 1000)) == first)
    #expect(try start(span(crop: 1000, variant: 1)) != first)
    #expect(try start(span(crop: 1000, item: "b")) != first)
    #expect(try start(span(crop: 1000, seed: 8)) != first)
  }

  @Test func cropsCoverTheirRangeAndNoMore() throws {
    let starts = try Set(
      (0..<500).map {
        try span(crop: 1000, variant: $0, start: 50, length: 1005)
          .resolved(samples: 2000).start
      })
    #expect(starts == Set(50...55))
  }

  @Test func audioThatIsNotLongerStaysWhole() throws {
    #expect(
      try span(crop: 1000).resolved(samples: 1000)
        == ResolvedSpan(start: 0, length: 0))
    #expect(
      try span(crop: 1000, start: 5, length: 20).resolved(samples: 1000)
        == ResolvedSpan(start: 5, length: 20))
  }

  @Test func aSpanBeyondTheAudioIsRefused() {
    for bad in [
      span(start: 100), span(start: 50, length: 51), span(length: 101),
      span(start: -1), span(length: -1), span(crop: 10, start: 100),
      span(start: .max, length: .max),
    ] {
      let error = #expect(throws: UserError.self) {
        let resolved = try bad.resolved(samples: 100)
        _ = try resolved.range(samples: 100, path: bad.path)
      }
      #expect(error?.location == "x.wav")
    }
  }
}
