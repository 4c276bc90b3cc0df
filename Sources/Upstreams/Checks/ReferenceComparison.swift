import Diagnostics
import Foundation
import Weights

/// An upstream's hidden states held against those that somebody has published,
/// in the layout of `s3prl/sample_hidden_states`: a file `NAME.pt` with a list
/// of tensors `[2, frames, dimension]`, the states of two waveforms of noise.
///
/// There the shorter waveform has zeros behind it, and a model without a mask
/// hears them; so the longer one decides.
package struct ReferenceComparison: Sendable, Codable, Equatable {
  /// Of one hidden state.
  package struct State: Sendable, Codable, Equatable {
    /// The largest difference, and the largest number, of the longer waveform.
    package var difference, largest: Double
    /// Of the shorter one, which is not alone there.
    package var differenceInCompany: Double
    package var agrees: Bool
  }

  package var upstream: String
  package var file: String
  package var states: [State]
  /// Why nothing can be compared.
  package var problem: String?

  package var agrees: Bool {
    problem == nil && !states.isEmpty && states.allSatisfy(\.agrees)
  }

  /// As s3prl's own test has them: |a - b| is no more than
  /// 0.01 + 0.00001 · |b|.
  static let absolute = 0.01
  static let relative = 1e-5
  /// Frames by which lengths may differ.
  static let frames = 3

  /// - Parameters:
  ///   - folder: with the file, which is named as the upstream is unless
  ///     `name` says otherwise.
  /// - Throws: `UserError` if there is no such file, or if it is another one.
  package init(
    _ upstream: any Upstream, against folder: String, named name: String? = nil
  ) throws {
    let upstreamName = upstream.description.name
    self.upstream = upstreamName
    file = "\(folder)/\(name ?? upstreamName).pt"
    states = []
    let expected = try Self.read(file)
    let found = try PseudoWaveforms.make().map {
      try upstream.hiddenStates(of: $0)
    }
    guard expected.count == upstream.description.layers else {
      problem =
        "there are \(expected.count) states in the file, and "
        + "\(upstream.description.layers) of the upstream"
      return
    }
    for (index, reference) in expected.enumerated() {
      guard reference.shape[2] == found[0].dimension,
        abs(reference.shape[1] - found[0].frames) <= Self.frames
      else {
        problem =
          "state \(index) is \(reference.shape[1]) × "
          + "\(reference.shape[2]) in the file, and \(found[0].frames) × "
          + "\(found[0].dimension) of the upstream"
        return
      }
      states.append(Self.compare(reference, found, state: index))
    }
  }

  private typealias Reference = (shape: [Int], values: [Float])

  private static func read(_ path: String) throws -> [Reference] {
    guard access(path, F_OK) == 0 else {
      throw UserError(
        "there are no reference states", at: path,
        fix: "get the data set s3prl/sample_hidden_states from the hub, and "
          + "name its folder")
    }
    let checkpoint = try TorchCheckpoint(path: path)
    return try checkpoint.content.items.enumerated().map { index, node in
      guard let tensor = checkpoint.tensor(node), tensor.shape.count == 3,
        tensor.shape[0] == 2, let values = try checkpoint.floats(tensor)
      else {
        throw UserError(
          "item \(index) is no tensor [2, frames, dimension]", at: path,
          fix: "the file is to hold a list of hidden states of two waveforms")
      }
      return (tensor.shape, values)
    }
  }

  private static func compare(
    _ reference: Reference, _ found: [HiddenStates], state: Int
  ) -> State {
    let size = reference.shape[1] * reference.shape[2]
    var agrees = true
    var (differences, largest) = ([0.0, 0.0], 0.0)
    for (waveform, states) in found.enumerated() {
      let width = states.dimension
      let start = state * states.frames * width
      for index in 0..<min(reference.shape[1], states.frames) * width {
        let expected = Double(reference.values[waveform * size + index])
        let off = abs(Double(states.values[start + index]) - expected)
        // A NaN is a difference, too.
        if !(off <= differences[waveform]) { differences[waveform] = off }
        guard waveform == 0 else { continue }
        largest = max(largest, abs(expected))
        if !(off <= absolute + relative * abs(expected)) { agrees = false }
      }
    }
    return State(
      difference: differences[0], largest: largest,
      differenceInCompany: differences[1], agrees: agrees)
  }
}
