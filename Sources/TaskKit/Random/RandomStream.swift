import Foundation

/// One named stream of the experiment's random numbers.
///
/// Numbers are a function of (seed, stream, index), with no hidden position:
/// a run that is continued from its middle draws what an undisturbed one
/// would have drawn. Whoever wants one number after another counts for
/// themselves, or uses the methods that make whole orders.
public struct RandomStream {
  private let draw: (UInt64) -> UInt64

  /// A stream over any source of 64 uniform bits by index.
  public init(bits: @escaping (UInt64) -> UInt64) {
    draw = bits
  }

  /// 64 uniform bits.
  public func bits(_ index: Int) -> UInt64 {
    draw(UInt64(bitPattern: Int64(index)))
  }

  /// Uniform over [0, 1), with 53 random bits.
  public func double(_ index: Int) -> Double {
    Double(bits(index) >> 11) * 0x1p-53
  }

  /// Uniform over 0 ..< bound, 0 if `bound` is not positive. It is the upper
  /// half of bits · bound, whose bias is below bound / 2⁶⁴.
  public func integer(below bound: Int, _ index: Int) -> Int {
    guard bound > 0 else { return 0 }
    return Int(bits(index).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// One of `options`, nil if there are none.
  public func choice<Options: RandomAccessCollection>(
    _ options: Options, _ index: Int
  ) -> Options.Element? {
    guard !options.isEmpty else { return nil }
    let step = integer(below: options.count, index)
    return options[options.index(options.startIndex, offsetBy: step)]
  }

  /// Standard normal, by Box and Muller's transform of draws 2·index and
  /// 2·index + 1.
  public func normal(_ index: Int) -> Double {
    // 1 - u lies in (0, 1], where the logarithm is finite.
    let radius = (-2 * log(1 - double(2 &* index))).squareRoot()
    return radius * cos(2 * Double.pi * double(2 &* index &+ 1))
  }

  /// 0 ..< count in random order: Fisher and Yates' shuffle from the end,
  /// whose step i (count - 1 … 1) swaps with integer(below: i + 1, i).
  public func permutation(of count: Int) -> [Int] {
    var order = Array(0..<max(count, 0))
    guard count > 1 else { return order }
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, integer(below: last + 1, last))
    }
    return order
  }

  /// `count` indices drawn with replacement, i with a probability
  /// proportional to weights[i]: a binary search in the running sum of the
  /// weights. Weights are finite, not negative, and not all zero.
  public func sample(_ count: Int, weights: [Double]) throws -> [Int] {
    guard count > 0 else { return [] }
    var total = 0.0
    var cumulative: [Double] = []
    cumulative.reserveCapacity(weights.count)
    for weight in weights {
      guard weight >= 0, weight.isFinite else {
        throw TaskError.internal("a sampling weight of \(weight)")
      }
      total += weight
      cumulative.append(total)
    }
    guard total > 0, total.isFinite else {
      throw TaskError.internal("sampling weights whose sum is \(total)")
    }
    return (0..<count).map { index in
      let position = double(index) * total
      var low = 0
      var high = cumulative.count - 1
      while low < high {
        let middle = (low + high) / 2
        if cumulative[middle] > position {
          high = middle
        } else {
          low = middle + 1
        }
      }
      return low
    }
  }
}
