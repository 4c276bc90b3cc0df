import Tensors

/// Upstreams that are made in the same way: the spectral front ends, or the
/// descendants of wav2vec 2.0.
///
/// A new family is a new value in ``UpstreamRegistry/builtIn``.
package struct UpstreamFamily: Sendable {
  /// One upstream that a family can name beforehand.
  package struct Member: Sendable, Equatable {
    package var name: String
    /// Other names for the same upstream.
    package var aliases: [String]
    /// One line for listings.
    package var title: String
    /// The licence of its weights, where it is known beforehand.
    package var licence: String?

    package init(
      _ name: String, aliases: [String] = [], title: String,
      licence: String? = nil
    ) {
      self.name = name
      self.aliases = aliases
      self.title = title
      self.licence = licence
    }

    func isCalled(_ name: String) -> Bool {
      self.name == name || aliases.contains(name)
    }
  }

  /// A heading for listings.
  package var title: String
  package var members: [Member]
  /// Whether a name that no member bears is nevertheless of this family: a
  /// folder with weights, say.
  package var recognizes: @Sendable (_ name: String) -> Bool = { _ in false }
  /// Whether everything that describing it needs is on this machine.
  package var isAtHand: @Sendable (_ name: String) -> Bool = { _ in true }
  /// Where its weights are, or are looked for; nil if it has none.
  package var place: @Sendable (_ name: String) -> String? = { _ in nil }
  /// Describes a member, by its own name, or a recognized name, without
  /// loading more than that needs. What is not at hand is fetched.
  package var describe: @Sendable (_ name: String) throws -> UpstreamDescription
  /// Makes it.
  package var make: @Sendable (_ name: String) throws -> any Upstream
  /// Makes it so that it can be trained; nil if none of them can.
  package var makeTrainable: MakeTrainable?

  /// - Parameters:
  ///   - engine: receives the weights as parameters, and outlives the
  ///     upstream.
  ///   - trainsFeatureEncoder: whether the convolutions over samples are
  ///     trained, too.
  package typealias MakeTrainable =
    @Sendable (
      _ name: String, _ engine: Engine, _ trainsFeatureEncoder: Bool
    ) throws -> any TrainableUpstream
}
