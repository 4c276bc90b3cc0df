import Diagnostics
import TaskABI

/// The contract's dynamic time warping, "superb.dtw/1".
package enum DTWExtension {
  /// Constant; lives as long as the process.
  package nonisolated(unsafe) static let table: UnsafePointer<superb_dtw_api> =
    makeTable()

  private static func makeTable() -> UnsafePointer<superb_dtw_api> {
    let table = UnsafeMutablePointer<superb_dtw_api>.allocate(capacity: 1)
    var api = superb_dtw_api()
    api.struct_size = UInt32(MemoryLayout<superb_dtw_api>.size)
    api.distances = {
      host, settings, dim, queries, queryCount, documents, documentCount, out
      in
      DTWExtension.distances(
        host, settings, dim, queries, queryCount, documents, documentCount,
        out, with: AlignmentServices(cancelledBy: host))
    }
    table.initialize(to: api)
    return UnsafePointer(table)
  }

  /// What the table's function of that name does, with what a host lends.
  ///
  /// For hosts that have more to lend than the contract asks of them: they
  /// put a function of their own into a table, which calls this.
  package static func distances(
    _ host: UnsafePointer<superb_host>?,
    _ settings: UnsafePointer<superb_dtw_settings>?, _ dim: Int64,
    _ queries: UnsafePointer<UnsafePointer<superb_dtw_frames>?>?,
    _ queryCount: Int64,
    _ documents: UnsafePointer<UnsafePointer<superb_dtw_frames>?>?,
    _ documentCount: Int64, _ out: UnsafeMutablePointer<Float>?,
    with services: AlignmentServices
  ) -> superb_status {
    do {
      let settings = try DTWSettings(contract: settings)
      let queries = try BorrowedFrames(queries, queryCount, dim, "queries")
      let documents = try BorrowedFrames(
        documents, documentCount, dim, "documents")
      let aligner = try Aligner(
        queries: queries, dim: Int(dim), settings: settings,
        threads: services.threads)
      let record = try services.record?(settings, Int(dim), queries, documents)
      let matrix =
        if let share = services.share {
          try aligner.distances(
            to: documents, sharedBy: share, record: record,
            progress: services.progress, isCancelled: services.isCancelled)
        } else {
          try aligner.distances(
            to: documents, record: record, progress: services.progress,
            isCancelled: services.isCancelled)
        }
      guard !matrix.values.isEmpty else { return SUPERB_OK }
      guard let out else { throw UserError("'out' is null") }
      out.update(from: matrix.values, count: matrix.values.count)
      return SUPERB_OK
    } catch {
      return report(error, to: host)
    }
  }

  private static func report(
    _ error: any Error, to host: UnsafePointer<superb_host>?
  ) -> superb_status {
    let status =
      switch error {
      case is UserError: SUPERB_INVALID_ARGUMENT
      case is CancellationError: SUPERB_CANCELLED
      default: SUPERB_INTERNAL
      }
    guard let host, let fail = host.pointee.fail else { return status }
    let reason =
      error is CancellationError ? "stopped" : String(describing: error)
    return fail(host, status, "superb.dtw: \(reason)")
  }
}

/// A task's queries or documents, lent for one call.
private struct BorrowedFrames: FrameSource, @unchecked Sendable {
  private let matrices: [UnsafeBufferPointer<Float>]

  init(
    _ list: UnsafePointer<UnsafePointer<superb_dtw_frames>?>?,
    _ count: Int64, _ dim: Int64, _ name: String
  ) throws {
    guard count >= 0, list != nil || count == 0 else {
      throw UserError("'\(name)' is null, or its count below 0")
    }
    matrices = try (0..<Int(count)).map { index in
      guard let matrix = list?[index],
        Int(matrix.pointee.struct_size)
          >= MemoryLayout<superb_dtw_frames>.size,
        matrix.pointee.frames >= 0,
        matrix.pointee.data != nil || matrix.pointee.frames == 0
      else {
        throw UserError(
          "'\(name)' \(index) is null, or has a wrong struct_size, no data or"
            + " less than no frames")
      }
      let (numbers, overflows) = Int(matrix.pointee.frames)
        .multipliedReportingOverflow(by: max(0, Int(dim)))
      guard !overflows else {
        throw UserError("'\(name)' \(index) is larger than memory")
      }
      return UnsafeBufferPointer(start: matrix.pointee.data, count: numbers)
    }
  }

  var count: Int { matrices.count }

  func withFrames(
    of index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    try body(matrices[index])
  }
}

extension DTWSettings {
  /// As a task asks for them; null means the benchmark's.
  init(contract: UnsafePointer<superb_dtw_settings>?) throws {
    guard let contract else {
      self = .benchmark
      return
    }
    guard
      Int(contract.pointee.struct_size)
        >= MemoryLayout<superb_dtw_settings>.size
    else {
      throw UserError("superb_dtw_settings has a wrong struct_size")
    }
    let distance: FrameDistance
    switch contract.pointee.distance {
    case SUPERB_DTW_COSINE_EXP: distance = .cosineExp
    case SUPERB_DTW_COSINE: distance = .cosine
    case SUPERB_DTW_CITYBLOCK: distance = .cityblock
    case SUPERB_DTW_EUCLIDEAN: distance = .euclidean
    case let value: throw UserError("there is no distance \(value)")
    }
    let pattern: StepPattern
    switch contract.pointee.pattern {
    case SUPERB_DTW_ASYMMETRIC: pattern = .asymmetric
    case SUPERB_DTW_SYMMETRIC1: pattern = .symmetric1
    case SUPERB_DTW_SYMMETRIC2: pattern = .symmetric2
    case SUPERB_DTW_SUBSEQUENCE: pattern = .subsequence
    case let value: throw UserError("there is no step pattern \(value)")
    }
    let flags = contract.pointee.flags
    let known =
      SUPERB_DTW_OPEN_BEGIN | SUPERB_DTW_OPEN_END | SUPERB_DTW_MIN_MAX
    guard flags & ~known == 0 else {
      throw UserError("there are no flags \(flags & ~known)")
    }
    self.init(
      distance: distance, pattern: pattern,
      openBegin: flags & SUPERB_DTW_OPEN_BEGIN != 0,
      openEnd: flags & SUPERB_DTW_OPEN_END != 0,
      minMax: flags & SUPERB_DTW_MIN_MAX != 0)
  }
}
