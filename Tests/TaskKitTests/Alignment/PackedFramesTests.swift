import TaskKit
import Testing

@Suite struct PackedFramesTests {
  @Test func utterancesLieBehindOneAnother() {
    var frames = PackedFrames(dim: 2)
    frames.append([1, 2, 3, 4] as [Float])
    frames.append([] as [Float])
    frames.append([5, 6, 7] as [Float])
    #expect(frames.count == 3)
    #expect(frames.offsets == [0, 2, 2, 3])
    #expect((0..<3).map(frames.frameCount) == [2, 0, 1])
    #expect(Array(frames[0]) == [1, 2, 3, 4])
    #expect(Array(frames[2]) == [5, 6])
    frames.updateFrames { $0[1] = -$0[1] }
    #expect(frames.values == [1, -2, 3, -4, 5, -6])
    frames.removeAll()
    #expect(frames == PackedFrames(dim: 2))
  }
}
