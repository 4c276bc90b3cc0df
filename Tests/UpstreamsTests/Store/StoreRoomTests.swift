import Foundation
import Speech
import TestSupport
import Testing

@testable import Upstreams

struct StoreRoomTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func source(
    bytes: Int?, view: FeatureView = .whole, store: String = "store",
    sharing: Int = 1
  ) throws -> FeatureSource {
    try FeatureSource(
      upstream: ToyUpstream(),
      store: FeatureStore(
        root: folder.file(store),
        limit: bytes.map { StoreLimit(bytes: $0, sharing: sharing) },
        report: { _ in }), view: view, threads: 2)
  }

  func packBytes(_ store: String = "store") throws -> Int {
    let files =
      FileManager.default.enumerator(
        atPath: folder.file(store))?.allObjects as? [String] ?? []
    return try files.filter {
      $0.hasSuffix(".blocks") || $0.hasSuffix(".index")
    }
    .reduce(0) {
      let path = folder.file(store) + "/" + $1
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size]
      return $0 + (size as? Int ?? 0)
    }
  }

  @Test(arguments: [FeaturePrecision.float32, .float16])
  func whatIsNotStoredIsTheSame(precision: FeaturePrecision) throws {
    let spans = try noiseCorpus(in: folder, 12)
    let view = FeatureView(precision: precision)
    let whole = try source(bytes: nil, view: view, store: "whole")
    try whole.prepare(spans)
    let all = try packBytes("whole")
    for share in [0, all / 2] {
      let source = try source(bytes: share, view: view, store: "part\(share)")
      try source.prepare(spans)
      #expect(try packBytes("part\(share)") <= share)
      #expect((try packBytes("part\(share)") > 0) == (share > 0))
      for _ in 0..<2 {
        for (span, states) in zip(spans, try source.states(for: spans)) {
          let expected = try whole.states(for: span)
          #expect(states.floats() == expected.floats())
          #expect(states.samples == expected.samples)
          #expect(try source.states(for: span).floats() == states.floats())
        }
      }
    }
  }

  @Test func whatIsWorthMoreTakesThePlaceOfWhatNobodyReads() throws {
    let spans = try noiseCorpus(in: folder, 12)
    let all = try {
      try source(bytes: nil, store: "whole").prepare(spans)
      return try packBytes("whole")
    }()
    do {
      // Of an upstream that somebody else has left.
      let old = try source(bytes: all + 64)
      try old.prepare(spans)
    }
    // One frame for each utterance takes as long and much less room.
    func hasRoom() throws -> Bool {
      let pooled = try source(
        bytes: all / 2, view: FeatureView(pooling: .meanPooled), sharing: 1000)
      try pooled.prepare(spans)
      return !pooled.hasNoRoom
    }
    // A process that is just being started has a copy of every lock of ours
    // until it is another program.
    var isThere = try hasRoom()
    for _ in 0..<100 where !isThere {
      usleep(50_000)
      isThere = try hasRoom()
    }
    #expect(isThere)
    #expect(try packBytes() <= all / 2)
  }

  @Test func whatIsReadStays() throws {
    let spans = try noiseCorpus(in: folder, 12)
    let reader = try source(bytes: nil)
    try reader.prepare(spans)
    let all = try packBytes()
    let other = try source(
      bytes: all, view: FeatureView(pooling: .meanPooled), sharing: 1_000_000)
    try other.prepare(spans)
    #expect(other.hasNoRoom)
    #expect(try packBytes() == all)
    for span in spans { #expect(try reader.hasFeatures(of: span)) }
  }
}
