/// Where recordings are scored: an un-partitioned evaluation map (UEM).
public struct ScoringRegions: Equatable, Sendable {
  /// For each recording its regions, in any order; they may overlap.
  public var regions: [String: [TimeSpan]]

  /// Regions by recording.
  public init(_ regions: [String: [TimeSpan]]) { self.regions = regions }

  /// Reads lines `recording channel start end`, in seconds. Lines that begin
  /// with `;;` are comments.
  ///
  /// - Throws: ``MetricError`` with the line that is not like that, or if
  ///   there is no region.
  public init(parsing text: String) throws(MetricError) {
    regions = [:]
    for (number, line) in TextLines(text) {
      if line.hasPrefix(";;") { continue }
      let fields = line.fields
      guard fields.count == 4 else {
        throw MetricError(
          "\(fields.count) fields where a region has 4", in: .regions,
          line: number, fix: "lines are: recording channel start end")
      }
      guard let start = fields[2].decimal, start >= 0,
        let end = fields[3].decimal, end > start
      else {
        throw MetricError(
          "'\(fields[2])' to '\(fields[3])' is not a stretch of time",
          in: .regions, line: number)
      }
      regions[String(fields[0]), default: []].append(
        TimeSpan(start: start, end: end))
    }
    if regions.isEmpty {
      throw MetricError("there is no scoring region", in: .regions)
    }
  }
}
