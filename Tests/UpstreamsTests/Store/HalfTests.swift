import Tensors
import Testing

@testable import Upstreams

struct HalfTests {
  @Test func everyFiniteHalfIsReadExactly() {
    for bits in UInt16.min...UInt16.max where bits & 0x7c00 != 0x7c00 {
      let value = Half.value(bits)
      #expect(value.bitPattern == Float(Float16(bitPattern: bits)).bitPattern)
      #expect(Half.bits(value) == bits)
    }
  }

  @Test func roundingIsToTheNearestEven() {
    let random = CounterRandom(seed: 1)
    for index in 0..<200_000 {
      let bits = random.bits(stream: 0, index: UInt64(index))
      let value = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
      guard value.magnitude <= Half.greatest else { continue }
      #expect(Half.bits(value) == Float16(value).bitPattern)
    }
    // Ties.
    #expect(Half.bits(1 + 0x1p-11) == Float16(1).bitPattern)
    #expect(Half.bits(1 + 3 * 0x1p-11) == Float16(1 + 0x1p-9).bitPattern)
    #expect(Half.bits(0x1p-25) == 0)
    #expect(Half.bits(-0.0) == 0x8000)
  }
}
