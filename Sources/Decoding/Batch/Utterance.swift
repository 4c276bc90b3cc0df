import Diagnostics

/// The emissions of one utterance.
package struct Utterance: Sendable {
  package var id: String
  /// Log-probabilities, [frames, tokens], row-major.
  package var emissions: [Float]

  package init(id: String, emissions: [Float]) {
    self.id = id
    self.emissions = emissions
  }

  /// Frames, once the emissions are known to fit.
  ///
  /// - Throws: `UserError` if they are not whole frames, or hold NaN or +∞.
  func frames(tokens: Int, at location: String?) throws -> Int {
    guard emissions.count % tokens == 0 else {
      throw UserError(
        "the emissions of '\(id)' are \(emissions.count) numbers, which are no "
          + "whole frames of \(tokens) tokens", at: location)
    }
    if let bad = emissions.firstIndex(where: { $0.isNaN || $0 == .infinity }) {
      throw UserError(
        "the emissions of '\(id)' hold \(emissions[bad]) at frame "
          + "\(bad / tokens), token \(bad % tokens)", at: location,
        fix: "write them again; log-probabilities are finite or −∞")
    }
    return emissions.count / tokens
  }
}
