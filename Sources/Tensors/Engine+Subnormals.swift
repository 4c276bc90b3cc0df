import Kernels

extension Engine {
  /// From now on the calling thread, and each that it starts, takes numbers
  /// below 1.2e-38 for zeros: to be called before any other thread is there.
  ///
  /// Processors compute with them up to a hundred times slower, and the
  /// gradients of a recurrent layer whose gates are saturated are full of
  /// them.
  package static func flushSubnormals() {
    superb_flush_subnormals()
  }
}
