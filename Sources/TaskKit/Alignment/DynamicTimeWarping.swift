import TaskABI

/// The host's dynamic time warping, "superb.dtw/1": many queries against many
/// documents, on all cores.
///
/// The number of a pair depends on its frames and the settings alone: not on
/// the other pairs of the call, nor on the number of threads.
public struct DynamicTimeWarping {
  /// Of a query frame q and a document frame d.
  public enum Distance: Int32, Sendable, CaseIterable {
    /// exp(1 − cos) − 1
    case cosineExp = 0
    /// 1 − cos
    case cosine = 1
    /// Σ |q − d|
    case cityblock = 2
    /// √ Σ (q − d)²
    case euclidean = 3
  }

  /// Where a path may come from, and what its cost is divided by at the end
  /// of a query of N frames. Named as in dtw-python.
  public enum StepPattern: Int32, Sendable, CaseIterable {
    /// Every query frame once; by N.
    case asymmetric = 0
    /// Equal weights; undivided. Closed ends.
    case symmetric1 = 1
    /// Diagonal steps twice; by both lengths. Closed begin.
    case symmetric2 = 2
    /// As symmetric1 between any two frames of the document; by N. Both ends
    /// open.
    case subsequence = 3
  }

  /// What decides the cost of a query in a document, beside their frames.
  public struct Settings: Sendable, Equatable {
    /// How far a query frame is from a document frame.
    public var distance: Distance
    /// Which steps a path may take, and what its cost is divided by.
    public var pattern: StepPattern
    /// A path may begin in any frame of the document.
    public var openBegin: Bool
    /// A path may end in any frame of the document.
    public var openEnd: Bool
    /// Each query frame's distances are mapped to 0 … 1 first.
    public var minMax: Bool

    /// Those of the benchmark, unless said otherwise.
    public init(
      distance: Distance = .cosineExp, pattern: StepPattern = .asymmetric,
      openBegin: Bool = true, openEnd: Bool = true, minMax: Bool = true
    ) {
      self.distance = distance
      self.pattern = pattern
      self.openBegin = openBegin
      self.openEnd = openEnd
      self.minMax = minMax
    }
  }

  /// What this aligner was made with.
  public let settings: Settings
  private let host: UnsafePointer<superb_host>
  private let api: UnsafePointer<superb_dtw_api>

  init(
    _ settings: Settings, _ host: UnsafePointer<superb_host>
  ) throws {
    guard let table = host.pointee.get_extension?(host, SUPERB_DTW_EXTENSION)
    else {
      throw TaskError(
        .unsupported,
        "this host does not offer '\(SUPERB_DTW_EXTENSION)'. Update superb.")
    }
    self.settings = settings
    self.host = host
    api = table.assumingMemoryBound(to: superb_dtw_api.self)
  }

  /// Normalised distances [queries, documents], row-major; infinity where no
  /// path keeps the pattern.
  ///
  /// - Throws: `TaskError` for settings that do not go together, frames of
  ///   different widths or that are not finite, and a host that wants to
  ///   stop.
  public func distances(
    queries: PackedFrames, documents: PackedFrames
  ) throws -> [Float] {
    guard queries.dim == documents.dim else {
      throw TaskError.internal(
        "queries of \(queries.dim) numbers a frame against "
          + "documents of \(documents.dim)")
    }
    var table = superb_dtw_settings()
    table.struct_size = sizeField(of: superb_dtw_settings.self)
    table.distance = settings.distance.rawValue
    table.pattern = settings.pattern.rawValue
    table.flags = settings.flags
    var result = [Float](
      repeating: .infinity, count: queries.count * documents.count)
    let status = queries.withLent { queryList in
      documents.withLent { documentList in
        result.withUnsafeMutableBufferPointer { out in
          api.pointee.distances?(
            host, &table, Int64(queries.dim), queryList,
            Int64(queries.count), documentList, Int64(documents.count),
            out.baseAddress)
        }
      }
    }
    try TaskError.check(status, "the queries could not be aligned")
    return result
  }
}

extension DynamicTimeWarping.Settings {
  /// SUPERB_DTW_OPEN_BEGIN and its like, whose casts the importer does not
  /// follow.
  fileprivate var flags: UInt32 {
    (openBegin ? 1 : 0) | (openEnd ? 2 : 0) | (minMax ? 4 : 0)
  }
}

extension PackedFrames {
  /// Lends the utterances as the contract wants them.
  fileprivate func withLent<Result>(
    _ body: ([UnsafePointer<superb_dtw_frames>?]) -> Result
  ) -> Result {
    values.withUnsafeBufferPointer { values in
      let lent = (0..<count).map { index in
        superb_dtw_frames(
          struct_size: sizeField(of: superb_dtw_frames.self), reserved: 0,
          data: values.baseAddress.map { $0 + offsets[index] * dim },
          frames: Int64(frameCount(index)))
      }
      return lent.withUnsafeBufferPointer { lent in
        body(lent.indices.map { index in lent.baseAddress.map { $0 + index } })
      }
    }
  }
}

extension TaskContext {
  /// The host's dynamic time warping with these settings.
  ///
  /// - Throws: `TaskError` if the host does not offer it.
  public func dynamicTimeWarping(
    _ settings: DynamicTimeWarping.Settings = DynamicTimeWarping.Settings()
  ) throws -> DynamicTimeWarping {
    try DynamicTimeWarping(settings, host)
  }
}
