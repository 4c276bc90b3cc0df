import TaskKit
import Testing

@Suite struct TorchRandomTests {
  @Test func bitsAreMersenneTwisters() {
    var random = TorchRandom(seed: 0)
    #expect(random.next() == 2_357_136_044)
    #expect(random.next() == 2_546_248_239)
    #expect(random.next() == 3_071_714_933)
    // The 10 000th output for the reference seed, as std::mt19937 has it.
    var reference = TorchRandom(seed: 5489)
    for _ in 0..<9999 { _ = reference.next() }
    #expect(reference.next() == 4_123_659_995)
  }

  @Test func permutationIsTorchs() {
    var random = TorchRandom(seed: 0)
    #expect(random.permutation(of: 10) == [4, 1, 7, 5, 3, 9, 0, 8, 6, 2])
    var none = TorchRandom(seed: 0)
    #expect(none.permutation(of: 0).isEmpty)
    #expect(none.permutation(of: 1) == [0])
  }
}
