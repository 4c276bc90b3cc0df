import TaskABI

// What a library says of its tasks.
extension CrossingMemory {
  func descriptor(
    _ descriptor: TaskDescriptor
  ) -> UnsafePointer<superb_task_descriptor> {
    var table = superb_task_descriptor()
    table.struct_size = sizeField(of: superb_task_descriptor.self)
    table.version = UInt32(clamping: descriptor.version)
    table.id = text(descriptor.id)
    table.title = text(descriptor.title)
    table.summary = text(descriptor.summary)
    table.aliases = pointers(descriptor.aliases.map(text))
    table.metrics = pointers(descriptor.metrics.map(metric))
    table.corpora = pointers(descriptor.corpora.map(text))
    table.scalar_prefix = text(descriptor.scalarPrefix)
    table.test_splits = pointers(descriptor.testSplits.map(text))
    return value(table)
  }

  func folds(_ folds: Folds) -> UnsafePointer<superb_folds> {
    var table = superb_folds()
    table.struct_size = sizeField(of: superb_folds.self)
    table.count = UInt32(clamping: folds.names.count)
    table.config_key = text(folds.configKey)
    table.names = pointers(folds.names.map(text))
    return value(table)
  }

  private func metric(_ metric: Metric) -> UnsafePointer<superb_metric> {
    var table = superb_metric()
    table.struct_size = sizeField(of: superb_metric.self)
    table.unit = metric.unit.rawValue
    table.name = text(metric.name)
    table.title = text(metric.title)
    table.higher_is_better = metric.higherIsBetter ? 1 : 0
    return value(table)
  }
}
