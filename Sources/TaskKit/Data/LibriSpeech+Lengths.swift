extension LibriSpeech {
  /// A recording, by its path below the root, and its length.
  public struct Recording: Sendable, Equatable {
    /// Below the root.
    public let path: String
    /// At 16 kHz.
    public let samples: Int

    /// `samples` count at 16 kHz.
    public init(path: String, samples: Int) {
      self.path = path
      self.samples = samples
    }
  }

  /// The recordings of several splits, longest first; of equally long ones,
  /// in the order of the splits and their tables.
  ///
  /// The lengths of a split come from `<tables>/<split>.csv`, with the
  /// columns `file_path` and `length`, and from the files' headers where
  /// there is no such table.
  public func recordings(
    splits: [String], tables: Folder?, lengths: AudioLengths
  ) throws -> [Recording] {
    try splits.flatMap { split -> [Recording] in
      if let tables, try tables.names().contains("\(split).csv") {
        return try Self.table(tables["\(split).csv"])
      }
      return try recordings(split: split).map {
        Recording(path: $0, samples: try lengths.samples(of: root[$0]))
      }
    }.sorted { $0.samples > $1.samples }
  }

  private static func table(_ path: String) throws -> [Recording] {
    let table = try CSVTable(
      path, fix: "Correct the folder of the length tables.")
    let file = try table.column("file_path")
    let length = try table.column("length")
    return try table.rows.map { row in
      // pandas writes a column that once held a gap as 123.0.
      guard let samples = Double(row.fields[length]), samples >= 0,
        samples < 1e15
      else {
        throw TaskError.corruptData(
          "\(path):\(row.line): the length '\(row.fields[length])' is not a "
            + "number of samples")
      }
      return Recording(path: row.fields[file], samples: Int(samples))
    }
  }
}
