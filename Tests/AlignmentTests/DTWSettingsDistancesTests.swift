import Alignment
import Diagnostics
import Testing

@Suite struct DTWSettingsDistancesTests {
  /// The protocol's example of the benchmark's pattern.
  @Test func theProtocolsExampleCostsWhatTheProtocolSays() throws {
    let rows: [Float] = [
      0.076, 0.78, 0.438, 0.723, 0.978, 0.538, 0.501, 0.072,
      0.268, 0.5, 0.679, 0.804, 0.381, 0.066, 0.288, 0.91,
      0.213, 0.452, 0.931, 0.025, 0.601, 0.95, 0.23, 0.548,
      0.909, 0.133, 0.523, 0.75, 0.669, 0.468, 0.205, 0.491,
      0.372, 0.477, 0.366, 0.838, 0.769, 0.314, 0.573, 0.276,
    ]
    let (distance, end) = try DTWSettings(minMax: false)
      .align(distances: rows, documentFrames: 8)
    #expect(abs(distance - 0.2112) < 5e-7)
    #expect(end == 2)
  }

  /// Every path there is, walked one by one.
  @Test(arguments: DTWSettings.everyPattern)
  func theBestPathIsTheBestOfAllPaths(_ settings: DTWSettings) throws {
    var settings = settings
    settings.minMax = false
    var noise = Noise(7)
    for _ in 0..<60 {
      let rows = 1 + noise.below(5)
      let columns = 1 + noise.below(6)
      let distances = (0..<rows * columns).map { _ in abs(noise.number()) }
      let all = Paths(
        settings: settings, rows: rows, columns: columns,
        distances: distances.map(Double.init))
      let found = try settings.align(
        distances: distances, documentFrames: columns)
      let best = all.best()
      if best == .infinity {
        #expect(found.distance == .infinity)
        #expect(found.end == -1)
      } else {
        #expect(abs(Double(found.distance) - best) < 1e-6 * (1 + best))
      }
    }
  }

  @Test func longRowsAgreeWithTheRecursionAsItIsWritten() throws {
    var noise = Noise(8)
    for settings in DTWSettings.everyPattern {
      for columns in [15, 16, 17, 100, 333] {
        let rows = 1 + noise.below(columns)
        let distances = (0..<rows * columns).map { _ in abs(noise.number()) }
        let expected = plainRecursion(
          settings, distances.map(Double.init), rows, columns)
        let found = try settings.align(
          distances: distances, documentFrames: columns)
        #expect(
          expected == Double(found.distance)
            || abs(expected - Double(found.distance)) < 1e-5 * expected,
          "\(settings) \(rows) x \(columns)")
      }
    }
  }

  @Test func distancesThatAreNoDistancesAreRefused() {
    let settings = DTWSettings.benchmark
    for bad in [-1, Float.nan, .infinity] {
      #expect(throws: UserError.self) {
        try settings.align(distances: [1, bad], documentFrames: 2)
      }
    }
    #expect(throws: UserError.self) {
      try settings.align(distances: [1, 2, 3], documentFrames: 2)
    }
    #expect(throws: UserError.self) {
      try settings.align(distances: [1], documentFrames: 0)
    }
  }

  @Test func nothingIsInfinitelyFarFromAnything() throws {
    let (distance, end) = try DTWSettings.benchmark
      .align(distances: [], documentFrames: 4)
    #expect(distance == .infinity)
    #expect(end == -1)
  }
}

/// (query step, document step, weight)
private func steps(_ pattern: StepPattern) -> [(Int, Int, Double)] {
  switch pattern {
  case .asymmetric: [(1, 0, 1), (1, 1, 1), (1, 2, 1)]
  case .symmetric1, .subsequence: [(1, 0, 1), (1, 1, 1), (0, 1, 1)]
  case .symmetric2: [(1, 0, 1), (1, 1, 2), (0, 1, 1)]
  }
}

private func normalised(
  _ cost: Double, _ pattern: StepPattern, rows: Int, end: Int
) -> Double {
  switch pattern {
  case .asymmetric, .subsequence: cost / Double(rows)
  case .symmetric1: cost
  case .symmetric2: cost / Double(rows + end + 1)
  }
}

private struct Paths {
  let settings: DTWSettings
  let rows: Int
  let columns: Int
  let distances: [Double]

  func best() -> Double {
    var best = Double.infinity
    for j in 0..<columns where settings.openBegin || j == 0 {
      walk(0, j, distances[j], &best)
    }
    return best
  }

  private func walk(_ i: Int, _ j: Int, _ cost: Double, _ best: inout Double) {
    if i == rows - 1, settings.openEnd || j == columns - 1 {
      best = min(
        best, normalised(cost, settings.pattern, rows: rows, end: j))
    }
    for (down, right, weight) in steps(settings.pattern)
    where i + down < rows && j + right < columns {
      let d = distances[(i + down) * columns + j + right]
      walk(i + down, j + right, cost + weight * d, &best)
    }
  }
}

private func plainRecursion(
  _ settings: DTWSettings, _ distances: [Double], _ rows: Int, _ columns: Int
) -> Double {
  var d = distances
  if settings.minMax {
    for i in 0..<rows {
      let row = d[i * columns..<(i + 1) * columns]
      let (low, high) = (row.min() ?? 0, row.max() ?? 0)
      for j in i * columns..<(i + 1) * columns {
        d[j] = (d[j] - low) / max(high - low, 1e-9)
      }
    }
  }
  var g = Array(repeating: Double.infinity, count: rows * columns)
  for i in 0..<rows {
    for j in 0..<columns {
      if i == 0, settings.openBegin || j == 0 { g[j] = d[j] }
      for (down, right, weight) in steps(settings.pattern)
      where i >= down && j >= right {
        let above = g[(i - down) * columns + j - right]
        g[i * columns + j] = min(
          g[i * columns + j], above + weight * d[i * columns + j])
      }
    }
  }
  return (0..<columns).filter { settings.openEnd || $0 == columns - 1 }
    .map {
      normalised(
        g[(rows - 1) * columns + $0], settings.pattern, rows: rows, end: $0)
    }.min() ?? .infinity
}
