/// An upstream that is faster when it is handed several short utterances.
package protocol GroupUpstream: Upstream {
  /// The hidden states of each utterance, the same bits as alone.
  ///
  /// - Throws: `UserError` if there is one that is too short.
  func hiddenStates(ofEach utterances: [[Float]]) throws -> [HiddenStates]
}
