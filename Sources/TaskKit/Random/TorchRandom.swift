/// PyTorch's CPU generator: a Mersenne Twister seeded by one 32-bit number.
/// It exists to repeat splits that were drawn with it; everything else draws
/// from `RandomStream`.
public struct TorchRandom {
  private var generator: MersenneTwister

  /// As `torch.manual_seed`.
  public init(seed: UInt32) {
    generator = MersenneTwister(seed: seed)
  }

  /// 32 uniform bits.
  public mutating func next() -> UInt32 { generator.next() }

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
}
