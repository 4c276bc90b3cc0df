import Upstreams

/// The stored states of one training batch, for every head that is trained on
/// it: read once, and then handed to one head after the other.
///
/// What a head makes of them is its own: it weighs the layers itself.
package final class BatchStates {
  private let source: FeatureSource
  /// The batch that was asked for last.
  private var batch: (spans: [AudioSpan], states: [StoredStates])?
  /// Batches that were read.
  private(set) var reads = 0

  package init(_ source: FeatureSource) {
    self.source = source
  }

  /// The states of a training batch's utterances; those of the last batch are
  /// at hand.
  package func states(ofBatch spans: [AudioSpan]) throws -> [StoredStates] {
    if let batch, batch.spans == spans { return batch.states }
    let states = try states(of: spans)
    batch = (spans, states)
    reads += 1
    return states
  }

  /// The states of utterances that no other head asks for next.
  package func states(of spans: [AudioSpan]) throws -> [StoredStates] {
    try source.states(for: spans)
  }
}
