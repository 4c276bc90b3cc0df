/// Which numbers the engine computes.
///
/// Raised by every change after which a training, an evaluation or an
/// alignment gives another bit: results and half-done trainings of another
/// revision are no longer those of an experiment.
package enum NumericsRevision {
  /// 1: OpenBLAS's products where they are small. 2: products of our own of
  /// all sizes, in one order on every processor.
  package static let current = 2
}
