import Foundation
import TaskABI

/// C data that lives until the process ends, as a library's descriptors must:
/// a library is never unloaded, so nothing here is freed.
enum Constant {
  static func text(_ string: String) -> UnsafePointer<CChar> {
    let bytes = string.utf8CString
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(
      capacity: bytes.count)
    _ = copy.initialize(from: bytes)
    return UnsafePointer(start(of: copy))
  }

  static func value<Value>(_ value: Value) -> UnsafePointer<Value> {
    let copy = UnsafeMutablePointer<Value>.allocate(capacity: 1)
    copy.initialize(to: value)
    return UnsafePointer(copy)
  }

  /// The pointers, then null.
  static func list<Value>(
    _ pointers: [UnsafePointer<Value>]
  ) -> UnsafePointer<UnsafePointer<Value>?> {
    let copy = UnsafeMutableBufferPointer<UnsafePointer<Value>?>.allocate(
      capacity: pointers.count + 1)
    _ = copy.initialize(from: pointers.map(Optional.some) + [nil])
    return UnsafePointer(start(of: copy))
  }

  static func texts(
    _ strings: [String]
  ) -> UnsafePointer<UnsafePointer<CChar>?> {
    list(strings.map(text))
  }

  static func descriptor(
    _ descriptor: TaskDescriptor
  ) -> UnsafePointer<superb_task_descriptor> {
    var table = superb_task_descriptor()
    table.struct_size = sizeField(of: superb_task_descriptor.self)
    table.version = UInt32(clamping: descriptor.version)
    table.id = text(descriptor.id)
    table.title = text(descriptor.title)
    table.summary = text(descriptor.summary)
    table.aliases = texts(descriptor.aliases)
    table.metrics = list(descriptor.metrics.map(metric))
    table.corpora = texts(descriptor.corpora)
    table.scalar_prefix = text(descriptor.scalarPrefix)
    table.test_splits = texts(descriptor.testSplits)
    return value(table)
  }

  static func folds(_ folds: Folds) -> UnsafePointer<superb_folds> {
    var table = superb_folds()
    table.struct_size = sizeField(of: superb_folds.self)
    table.count = UInt32(clamping: folds.names.count)
    table.config_key = text(folds.configKey)
    table.names = texts(folds.names)
    return value(table)
  }

  private static func metric(_ metric: Metric) -> UnsafePointer<superb_metric> {
    var table = superb_metric()
    table.struct_size = sizeField(of: superb_metric.self)
    table.unit = metric.unit.rawValue
    table.name = text(metric.name)
    table.title = text(metric.title)
    table.higher_is_better = metric.higherIsBetter ? 1 : 0
    return value(table)
  }

  /// The start of a buffer that is known not to be empty.
  private static func start<Value>(
    of buffer: UnsafeMutableBufferPointer<Value>
  ) -> UnsafeMutablePointer<Value> {
    guard let start = buffer.baseAddress else {
      return UnsafeMutablePointer.allocate(capacity: 1)
    }
    return start
  }
}

/// What `struct_size` says of a struct as compiled here.
func sizeField<Value>(of type: Value.Type) -> UInt32 {
  UInt32(clamping: MemoryLayout<Value>.size)
}
