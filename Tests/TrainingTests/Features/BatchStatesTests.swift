import Foundation
import Speech
import TestSupport
import Testing
import Upstreams

@testable import Training

@Suite struct BatchStatesTests {
  private let folder: TemporaryFolder
  private let spans: [AudioSpan]
  private let states: BatchStates

  init() throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    spans = try (0..<3).map { number in
      let path = folder.path + "/\(number).wav"
      try AudioFile.write(
        (0..<1600).map { Float(sin(Double($0 * (number + 2)) * 0.05)) },
        to: path, format: .wav16)
      return AudioSpan(path: path, chain: AudioChain())
    }
    states = BatchStates(
      try FeatureSource(
        upstream: try UpstreamRegistry.builtIn.make("fbank"),
        store: FeatureStore(root: folder.path + "/features"),
        view: FeatureView(), threads: 1))
  }

  private func values(_ states: [StoredStates]) -> [[Float]] {
    states.map { $0.floats() }
  }

  @Test func aBatchIsReadOnceForAllHeadsThatTakeItInTurn() throws {
    for _ in 0..<2 {
      for batch in [Array(spans[..<2]), [spans[2]]] {
        let before = states.reads
        let first = values(try states.states(ofBatch: batch))
        for _ in 1..<4 {
          #expect(values(try states.states(ofBatch: batch)) == first)
        }
        #expect(states.reads == before + 1)
        #expect(first == values(try states.states(of: batch)))
      }
    }
  }

  @Test func anotherOrderIsAnotherBatch() throws {
    let one = values(try states.states(ofBatch: spans))
    let other = values(try states.states(ofBatch: spans.reversed()))
    #expect(other == one.reversed())
    #expect(states.reads == 2)
  }

  @Test func anEvaluationInBetweenLeavesTheBatchAtHand() throws {
    _ = try states.states(ofBatch: spans)
    _ = try states.states(of: [spans[1]])
    _ = try states.states(ofBatch: spans)
    #expect(states.reads == 1)
  }
}
