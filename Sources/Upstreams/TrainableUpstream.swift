import Tensors

/// An upstream whose weights are parameters of an engine, to be trained
/// together with a task's head.
///
/// As the engine, it serves one thread at a time.
package protocol TrainableUpstream: AnyObject {
  /// Who it was before it was trained.
  var description: UpstreamDescription { get }

  /// The hidden states of one utterance, alone and at its own length: from
  /// the shallowest to the deepest, each `[frames, dimension]`; recorded if
  /// the engine records.
  ///
  /// - Parameter samples: as ``Upstream`` takes them.
  /// - Throws: `UserError` if they are too few for a frame.
  func hiddenStates(of samples: [Float]) throws -> [Node]
}
