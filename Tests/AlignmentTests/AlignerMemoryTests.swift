import Alignment
import Foundation
import Synchronization
import Testing

@Suite struct AlignerMemoryTests {
  /// Documents that are made when they are looked at, and counted while they
  /// are lent.
  final class Stream: FrameSource {
    let count: Int
    let frames: Int
    let dim: Int
    private let lent = Mutex((now: 0, most: 0))

    init(count: Int, frames: Int, dim: Int) {
      self.count = count
      self.frames = frames
      self.dim = dim
    }

    var mostLent: Int { lent.withLock { $0.most } }

    func withFrames(
      of index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
      lent.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      defer { lent.withLock { $0.now -= 1 } }
      let values = [Float](
        unsafeUninitializedCapacity: frames * dim
      ) { buffer, count in
        for i in 0..<frames * dim {
          buffer[i] = Float((i &* 2_654_435_761 &+ index) % 1009) - 504
        }
        count = frames * dim
      }
      try values.withUnsafeBufferPointer(body)
    }
  }

  /// Kilobytes of this process in memory.
  private func resident() throws -> Int {
    let status = try String(
      contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(
      status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
    return try #require(Int(line.filter(\.isNumber)))
  }

  @Test func aLongCorpusNeedsNoMoreThanItsLongestDocument() throws {
    let dim = 64
    var noise = Noise(1)
    let aligner = try Aligner(
      queries: FrameArrays(noise.matrices([5, 20], dim: dim)), dim: dim,
      threads: 2)
    // 256 MB of documents, 256 kB each.
    let corpus = Stream(count: 1000, frames: 1000, dim: dim)
    let before = try resident()
    let most = Mutex(0)
    try aligner.align(corpus) { _ in
      let now = try resident()
      most.withLock { $0 = max($0, now) }
    }
    #expect(corpus.mostLent <= 2)
    // Other tests run beside this one: a loose bound.
    #expect(most.withLock { $0 } - before < 128_000)
  }
}
