import Diagnostics

extension FeatureMatrix {
  /// The last step of a pretrained model's front end.
  mutating func finish(
    _ finish: SpectralFeatures.Configuration.Finish
  ) throws {
    switch finish {
    case .whisper:
      let floor = (values.max() ?? 0) - 8
      for index in values.indices {
        values[index] = (max(values[index], floor) + 4) / 4
      }
    case .eachFeature(let epsilon):
      try normalize { 1 / ($0 + epsilon).squareRoot() }
    case .eachDeviation(let epsilon):
      try normalize { 1 / ($0.squareRoot() + epsilon) }
    case .fixed(let mean, let deviation):
      for index in values.indices {
        values[index] = (values[index] - mean) / deviation
      }
    }
  }

  /// - Parameter factor: of a feature, from its unbiased variance.
  private mutating func normalize(_ factor: (Double) -> Double) throws {
    guard frames > 1 else {
      throw UserError(
        "audio is too short: one frame cannot be normalised to unit variance",
        fix: "leave it out")
    }
    for column in 0..<dimension {
      let places = stride(from: column, to: values.count, by: dimension)
      var sum = 0.0
      for place in places { sum += Double(values[place]) }
      let mean = sum / Double(frames)
      var squares = 0.0
      for place in places {
        squares +=
          (Double(values[place]) - mean) * (Double(values[place]) - mean)
      }
      let scale = factor(squares / Double(frames - 1))
      for place in places {
        values[place] = Float((Double(values[place]) - mean) * scale)
      }
    }
  }

  /// `count` frames side by side in each; a rest of fewer is left out.
  func stacked(_ count: Int) throws -> FeatureMatrix {
    guard count > 1 else { return self }
    guard frames >= count else {
      throw UserError(
        "audio is too short: \(frames) frames where \(count) make one",
        fix: "leave it out")
    }
    let kept = frames / count
    return FeatureMatrix(
      frames: kept, dimension: dimension * count,
      values: Array(values.prefix(kept * count * dimension)))
  }
}
