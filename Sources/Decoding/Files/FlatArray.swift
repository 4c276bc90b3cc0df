import Foundation

/// A growing block of trivial values outside of Swift's reference counting.
///
/// The inner loops of the search and of the language model read and write
/// these blocks by pointer. A block is owned by whoever holds the object;
/// pointers into it are valid until the next `append` or `reserve`.
final class FlatArray<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  private(set) var count = 0

  init(capacity: Int = 16) {
    self.capacity = max(capacity, 1)
    base = .allocate(capacity: self.capacity)
  }

  /// A block of `count` equal values.
  convenience init(repeating value: Element, count: Int) {
    self.init(capacity: count)
    base.initialize(repeating: value, count: count)
    self.count = count
  }

  deinit { base.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element {
    get { base[index] }
    set { base[index] = newValue }
  }

  @inline(__always)
  func append(_ value: Element) {
    if count == capacity { reserve(capacity * 2) }
    (base + count).initialize(to: value)
    count += 1
  }

  /// Room for `wanted` values in all without moving again.
  @inline(never)
  func reserve(_ wanted: Int) {
    guard wanted > capacity else { return }
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: wanted)
    moved.update(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = wanted
  }

  /// Makes the block `newCount` long; new values are `value`.
  func resize(to newCount: Int, filling value: Element) {
    reserve(newCount)
    if newCount > count {
      (base + count).initialize(repeating: value, count: newCount - count)
    }
    count = newCount
  }

  /// Forgets all values, keeps the memory.
  @inline(__always)
  func removeAll() { count = 0 }

  /// Drops the last value's place.
  @inline(__always)
  func truncate(to newCount: Int) { count = min(count, newCount) }

  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(UnsafeBufferPointer(start: base, count: count))
  }

  /// The values as an array.
  var array: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
