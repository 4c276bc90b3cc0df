import TaskABI

/// Memory that C structs and texts of this object's owner live in: allocated
/// piece by piece, freed together.
final class CrossingMemory {
  private var pieces: [UnsafeMutableRawPointer] = []

  deinit {
    for piece in pieces { piece.deallocate() }
  }

  /// A struct that may still be changed.
  func place<Value>(_ value: Value) -> UnsafeMutablePointer<Value> {
    let place = UnsafeMutablePointer<Value>.allocate(capacity: 1)
    place.initialize(to: value)
    pieces.append(UnsafeMutableRawPointer(place))
    return place
  }

  func value<Value>(_ value: Value) -> UnsafePointer<Value> {
    UnsafePointer(place(value))
  }

  /// A copy of `values`, which hold nothing that is counted.
  func list<Value>(_ values: some Collection<Value>) -> UnsafePointer<Value> {
    let copy = UnsafeMutablePointer<Value>.allocate(
      capacity: max(values.count, 1))
    pieces.append(UnsafeMutableRawPointer(copy))
    _ = UnsafeMutableBufferPointer(start: copy, count: values.count)
      .initialize(from: values)
    return UnsafePointer(copy)
  }

  func text(_ string: String) -> UnsafePointer<CChar> {
    list(string.utf8CString)
  }

  /// The pointers, then null.
  func pointers<Value>(
    _ pointers: [UnsafePointer<Value>]
  ) -> UnsafePointer<UnsafePointer<Value>?> {
    list(pointers.map(Optional.some) + [nil])
  }

  /// In the order of names, so that the same attributes cross the same way.
  func attributes(
    _ attributes: [String: String]
  ) -> UnsafePointer<UnsafePointer<superb_attribute>?> {
    pointers(
      attributes.sorted { $0.key < $1.key }.map { name, text in
        var attribute = superb_attribute()
        attribute.struct_size = sizeField(of: superb_attribute.self)
        attribute.name = self.text(name)
        attribute.value = self.text(text)
        return value(attribute)
      })
  }
}

/// What `struct_size` says of a struct as compiled here.
func sizeField<Value>(of type: Value.Type) -> UInt32 {
  UInt32(clamping: MemoryLayout<Value>.size)
}

/// The object whose unowned reference a C struct carries as its context.
func object<Object: AnyObject>(
  _ type: Object.Type, at context: UnsafeMutableRawPointer?
) -> Object? {
  context.map { Unmanaged<Object>.fromOpaque($0).takeUnretainedValue() }
}

/// Ends the hold that a C struct has on its context.
func release<Object: AnyObject>(
  _ type: Object.Type, at context: UnsafeMutableRawPointer?
) {
  context.map { Unmanaged<Object>.fromOpaque($0).release() }
}
