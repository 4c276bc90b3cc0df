import Decoding
import Diagnostics
import Weights

/// Emissions of many utterances in one safetensors file.
struct EmissionFile {
  let path: String
  let ids: [String]
  private let file: SafeTensors
  private let tokens: Int

  /// - Parameter tokens: how many each frame has.
  /// - Throws: `UserError` for a tensor of another shape.
  init(path: String, tokens: Int) throws {
    self.path = path
    self.tokens = tokens
    file = try SafeTensors(path: path)
    ids = file.names
    guard !ids.isEmpty else {
      throw UserError("there are no utterances", at: path)
    }
    for id in ids {
      let shape = try file.tensor(id).shape
      guard shape.count == 2, shape[1] == tokens else {
        throw UserError(
          "the emissions of '\(id)' are of shape \(shape), not "
            + "[frames, \(tokens)]", at: path,
          fix: "the tokens' file must have a line for each output")
      }
    }
  }

  /// Decodes all utterances.
  ///
  /// - Returns: hypotheses of each, in the order of ``ids``.
  func decode(
    _ decoder: BeamDecoder, best count: Int, threads: Int
  ) throws -> [[Hypothesis]] {
    try decoder.decode(
      count: ids.count, best: count, threads: threads, location: path
    ) { index in
      Utterance(id: ids[index], emissions: try file.floats(ids[index]))
    }
  }
}
