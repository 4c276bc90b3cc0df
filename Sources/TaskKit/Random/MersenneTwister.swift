/// MT19937 of Matsumoto and Nishimura, "Mersenne Twister" (1998), with both
/// of its authors' seedings. It exists to repeat draws that were made with it
/// elsewhere; everything else draws from `RandomStream`.
struct MersenneTwister {
  private static let count = 624

  private var state: [UInt32]
  private var position = count

  /// `init_genrand`: one number.
  init(seed: UInt32) {
    state = [seed]
    state.reserveCapacity(Self.count)
    for index in 1..<Self.count {
      state.append(
        1_812_433_253 &* Self.spread(state[index - 1]) &+ UInt32(index))
    }
  }

  /// `init_by_array`: any number of numbers, taken as [0] if there are none.
  init(key: [UInt32]) {
    self.init(seed: 19_650_218)
    let key = key.isEmpty ? [0] : key
    var row = 1
    for step in 0..<max(Self.count, key.count) {
      let column = step % key.count
      state[row] =
        (state[row] ^ Self.spread(state[row - 1]) &* 1_664_525)
        &+ key[column] &+ UInt32(column)
      advance(&row)
    }
    for _ in 1..<Self.count {
      state[row] =
        (state[row] ^ Self.spread(state[row - 1]) &* 1_566_083_941)
        &- UInt32(row)
      advance(&row)
    }
    state[0] = 0x8000_0000
  }

  /// 32 uniform bits.
  mutating func next() -> UInt32 {
    if position == Self.count { twist() }
    var bits = state[position]
    position += 1
    bits ^= bits >> 11
    bits ^= bits << 7 & 0x9d2c_5680
    bits ^= bits << 15 & 0xefc6_0000
    return bits ^ bits >> 18
  }

  /// To the next row of a key's seeding, from the last back to the second.
  private mutating func advance(_ row: inout Int) {
    row += 1
    if row < Self.count { return }
    state[0] = state[Self.count - 1]
    row = 1
  }

  private static func spread(_ word: UInt32) -> UInt32 { word ^ word >> 30 }

  private mutating func twist() {
    for index in 0..<Self.count {
      let mixed =
        state[index] & 0x8000_0000
        | state[(index + 1) % Self.count] & 0x7fff_ffff
      let odd: UInt32 = mixed & 1 == 0 ? 0 : 0x9908_b0df
      state[index] = state[(index + 397) % Self.count] ^ mixed >> 1 ^ odd
    }
    position = 0
  }
}
