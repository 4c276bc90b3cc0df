/// Which numbers the program computes.
///
/// Results, half-done trainings and stored hidden states of another revision
/// are no longer those of an experiment. `scripts/stamp-numerics` knows which
/// sources decide numbers, and a test asks for it when they have changed.
package enum NumericsRevision {
  /// Raised by every change after which a training, an evaluation or an
  /// alignment gives another bit.
  ///
  /// 1: OpenBLAS's products where they are small. 2: products of our own of
  /// all sizes, in one order on every processor. 3: a batch's sums over rows
  /// by blocks of utterances, in one tree for every number of processes.
  package static let current = 3

  /// Raised by every change after which hidden states have another bit.
  package static let features = 1

  /// Both, as experiments keep them.
  package static let text = "\(current).\(features)"
}
