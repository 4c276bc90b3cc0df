import Diagnostics
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Upstreams

struct UpstreamCheckTests {
  /// Counts its calls, and says so in its states.
  private final class Forgetful: Upstream {
    let description = UpstreamDescription(
      name: "forgetful", title: "", digest: "", layers: 1, dimension: 1,
      samplesPerFrame: 160, parameters: 0)
    private let calls = Mutex(0)
    private let counts: Bool
    private let samplesPerFrame: Int

    init(counts: Bool = true, samplesPerFrame: Int = 160) {
      self.counts = counts
      self.samplesPerFrame = samplesPerFrame
    }

    func hiddenStates(of samples: [Float]) throws -> HiddenStates {
      let call = calls.withLock { calls in
        calls += 1
        return calls
      }
      let frames = samples.count / samplesPerFrame
      guard frames > 0 else { throw UserError("too short") }
      return HiddenStates(
        layers: 1, frames: frames, dimension: 1,
        values: .init(repeating: counts ? Float(call) : 0, count: frames))
    }
  }

  @Test func anUpstreamThatKeepsItsPromises() throws {
    let found = try UpstreamCheck(
      UpstreamRegistry.builtIn.make("fbank_no_cmvn"), threads: 2)
    #expect(found.problems.isEmpty)
    #expect(found.layers == 1 && found.dimension == 240)
    #expect(found.samplesPerFrame == 160)
    #expect(found.measuredSamplesPerFrame == 160)
    #expect(found.shortest == 400)
    #expect(found.isDeterministic && found.isSameInCompany)
    #expect(found.speed > 0 && found.speedOnAllThreads > 0)
    #expect(found.bytesPerSecond == 100 * 240 * 4)
  }

  @Test func modelsKeepThem() throws {
    let family = PretrainedFamilyTests.family(try TemporaryFolder())
    for name in ["whisper", "w2v-bert"] {
      let found = try UpstreamCheck(
        family.make(try HubFixture(name).path), threads: 2)
      #expect(found.problems.isEmpty, "\(found.problems)")
    }
  }

  @Test func whatBreaksThemIsNamed() throws {
    let counting = try UpstreamCheck(Forgetful(), threads: 1)
    #expect(!counting.isDeterministic)
    #expect(!counting.isSameInCompany)
    #expect(counting.problems.count == 2)
    let other = try UpstreamCheck(
      Forgetful(counts: false, samplesPerFrame: 320), threads: 1)
    #expect(other.problems.count == 1)
    #expect(other.measuredSamplesPerFrame == 320)
  }
}
