/// PyTorch's CPU generator: MT19937 of Matsumoto and Nishimura, "Mersenne
/// Twister" (1998), seeded by one 32-bit number. It exists to repeat splits
/// that were drawn with it; everything else draws from `RandomStream`.
public struct TorchRandom {
  private var state: [UInt32]
  private var position: Int

  /// As `torch.manual_seed`.
  public init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(624)
    for index in 1..<624 {
      let last = state[index - 1]
      state.append(
        1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
    }
    position = 624
  }

  /// 32 uniform bits.
  public mutating func next() -> UInt32 {
    if position == 624 { twist() }
    var bits = state[position]
    position += 1
    bits ^= bits >> 11
    bits ^= bits << 7 & 0x9d2c_5680
    bits ^= bits << 15 & 0xefc6_0000
    return bits ^ bits >> 18
  }

  /// As `torch.randperm(count)`: 0 ..< count, position i swapped with
  /// i + next() mod (count - i). PyTorch does so below 2³² / 20 elements.
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<max(count, 0))
    guard count > 1 else { return order }
    for index in 0..<count - 1 {
      order.swapAt(index, index + Int(next()) % (count - index))
    }
    return order
  }

  private mutating func twist() {
    for index in 0..<624 {
      let mixed =
        state[index] & 0x8000_0000 | state[(index + 1) % 624] & 0x7fff_ffff
      let odd: UInt32 = mixed & 1 == 0 ? 0 : 0x9908_b0df
      state[index] = state[(index + 397) % 624] ^ mixed >> 1 ^ odd
    }
    position = 0
  }
}
