/// Choosing the best of many without sorting them.
enum Selection {
  /// Moves the best `wanted` values to the front, in no order.
  ///
  /// - Parameter precedes: a strict total order, so that the choice does not
  ///   depend on where the values were.
  @inline(__always)
  static func moveBest(
    _ wanted: Int, of values: UnsafeMutablePointer<Int32>, count: Int,
    _ precedes: (Int32, Int32) -> Bool
  ) {
    var low = 0
    var high = count - 1
    guard wanted < count, wanted > 0 else { return }
    while low < high {
      // The median of three, so that sorted input is no bad case.
      let middle = (low + high) >> 1
      if precedes(values[middle], values[low]) {
        swap(&values[middle], &values[low])
      }
      if precedes(values[high], values[low]) {
        swap(&values[high], &values[low])
      }
      if precedes(values[high], values[middle]) {
        swap(&values[high], &values[middle])
      }
      let pivot = values[middle]
      var left = low
      var right = high
      while left <= right {
        while precedes(values[left], pivot) { left += 1 }
        while precedes(pivot, values[right]) { right -= 1 }
        if left <= right {
          if left < right { swap(&values[left], &values[right]) }
          left += 1
          right -= 1
        }
      }
      if wanted - 1 <= right {
        high = right
      } else if wanted - 1 >= left {
        low = left
      } else {
        return
      }
    }
  }
}
