/// A value of a pickle: a scalar, or the place of a container in its
/// ``PickleHeap``.
///
/// Containers are places and not values of their own, so that one that holds
/// itself, or a million that hold each other, cost what was written and
/// nothing more.
enum PickleValue: Sendable, Equatable {
  case none
  case bool(Bool)
  case integer(Int)
  /// A whole number of more than 64 bits; no field of ours is that large.
  case largeInteger
  case real(Double)
  case text(String)
  /// Bytes, of which only the number is kept.
  case bytes(count: Int)
  /// A list, tuple or set.
  case sequence(Int)
  case dictionary(Int)
  case tensor(Int)
  case storage(Int)
  /// An instance of a class that is kept as its state alone.
  case object(Int)
  case global(PickleGlobal)
}

/// What a pickle built.
struct PickleHeap: Sendable {
  /// Part of a storage seen as a tensor; not yet compared with the storage.
  struct Tensor: Sendable {
    var storage: Int
    /// The first element's place.
    var offset: Int
    var shape: [Int]
    /// In elements.
    var strides: [Int]
  }

  /// A flat piece of memory that lies elsewhere in the file.
  struct Storage: Sendable {
    var element: TensorElement
    /// Under which the file has it.
    var key: String
    var count: Int
  }

  var sequences: [[PickleValue]] = []
  /// Keys and values in turn. Later ones overrule earlier ones.
  var dictionaries: [[PickleValue]] = []
  var tensors: [Tensor] = []
  var storages: [Storage] = []
  /// What was set on each instance of an inert class; none at first.
  var objects: [PickleValue] = []

  /// The items of a list, tuple or set.
  func items(_ value: PickleValue) -> [PickleValue]? {
    if case .sequence(let index) = value { return sequences[index] }
    return nil
  }

  /// More extents than this no tensor has.
  static let maximumRank = 64

  /// Whole numbers from a list or tuple of them: a shape, or strides. Nil
  /// for more than ``maximumRank``, since one list may be used ever again.
  func integers(_ value: PickleValue) -> [Int]? {
    guard let items = items(value), items.count <= Self.maximumRank
    else { return nil }
    var numbers: [Int] = []
    for item in items {
      guard case .integer(let number) = item else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}
