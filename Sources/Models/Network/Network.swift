import Diagnostics

/// An architecture: what becomes of a network's input, written once over the
/// operators of ``Frames``.
///
/// It holds sizes and no weights. Its tensors, their packing, the operations
/// it takes, inference and fine-tuning all follow from ``run(_:)``.
package protocol Network: Sendable {
  /// Numbers in a row of the input; 1 where rows are samples.
  var inputs: Int { get }

  /// Refuses sizes that no model can have, of which nothing else must be
  /// asked.
  ///
  /// - Throws: `UserError` that names the setting.
  func checkSizes() throws

  /// The frames of an utterance of so many rows; 0 if they are too few.
  func frames(ofRows rows: Int) -> Int

  /// The frames of each state that stand for audio and not for what was added
  /// behind it; nil if all do.
  func heardFrames(ofSamples samples: Int) -> Int?

  /// What each hidden state is.
  var stateTitles: [String] { get }

  /// Keeps the hidden states of x, from the shallowest to the deepest.
  ///
  /// - Parameter x: `[Σ rows, inputs]`.
  func run<X: Frames>(_ x: X) throws(X.Failure)
}

extension Network {
  package func frames(ofRows rows: Int) -> Int { rows }
  package func heardFrames(ofSamples samples: Int) -> Int? { nil }

  /// Every tensor that the network reads, in the order of
  /// ``ModelParameter/place``.
  package var parameters: [ModelParameter] { Outline(of: self).parameters }

  /// Learnt numbers in all.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Makes sure that the tensors are there, without reading any.
  ///
  /// - Throws: `UserError` that names the first one that is missing or of
  ///   another shape.
  package func check(_ tensors: any NamedTensors) throws {
    _ = try ParameterReader(parameters, in: tensors)
  }
}

/// What hidden states are, in words.
enum StateTitles {
  /// Of a transformer's encoder: what its first layer reads, and what each
  /// layer gives.
  ///
  /// - Parameter last: what is done to the deepest, if anything.
  static func transformer(
    _ first: String, layers: Int, last: String? = nil
  ) -> [String] {
    [first]
      + (1..<max(1, layers + 1)).map { index in
        "output of layer \(index)"
          + (index == layers ? last.map { ", \($0)" } ?? "" : "")
      }
  }
}

/// A network that reads the frames of a spectral front end, and not samples.
package protocol SpectralArchitecture: Network {
  /// Hidden states, from the shallowest to the deepest.
  var states: Int { get }
  /// Values of a frame in each of them.
  var hiddenSize: Int { get }
}
