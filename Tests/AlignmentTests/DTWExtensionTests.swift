import Alignment
import Synchronization
import TaskABI
import Testing

/// The table as a task written in C sees it.
@Suite struct DTWExtensionTests {
  /// What the host was told.
  final class Told: Sendable {
    let message = Mutex("")
    let stops: Bool

    init(stops: Bool = false) {
      self.stops = stops
    }
  }

  private func withHost<R>(
    _ told: Told, _ body: (UnsafePointer<superb_host>) throws -> R
  ) rethrows -> R {
    var host = superb_host()
    host.struct_size = UInt32(MemoryLayout<superb_host>.size)
    host.context = Unmanaged.passUnretained(told).toOpaque()
    host.fail = { host, status, message in
      guard let host, let context = host.pointee.context, let message else {
        return status
      }
      let text = String(cString: message)
      Unmanaged<Told>.fromOpaque(context).takeUnretainedValue().message
        .withLock { $0 = text }
      return status
    }
    host.cancelled = { host in
      guard let context = host?.pointee.context else { return 0 }
      return Unmanaged<Told>.fromOpaque(context).takeUnretainedValue().stops
        ? 1 : 0
    }
    return try withExtendedLifetime(told) { try body(&host) }
  }

  private typealias List = [UnsafePointer<superb_dtw_frames>?]

  /// Calls `body` with the arrays as a task lends them.
  private func withLent<R>(
    _ arrays: [[Float]], dim: Int, _ body: (List) throws -> R
  ) rethrows -> R {
    let numbers = arrays.map { array in
      let copy = UnsafeMutablePointer<Float>.allocate(
        capacity: max(array.count, 1))
      copy.initialize(from: array, count: array.count)
      return copy
    }
    let lent = UnsafeMutablePointer<superb_dtw_frames>.allocate(
      capacity: max(arrays.count, 1))
    defer {
      numbers.forEach { $0.deallocate() }
      lent.deallocate()
    }
    for (index, array) in arrays.enumerated() {
      lent[index] = superb_dtw_frames(
        struct_size: UInt32(MemoryLayout<superb_dtw_frames>.size),
        reserved: 0, data: array.isEmpty ? nil : UnsafePointer(numbers[index]),
        frames: Int64(array.count / dim))
    }
    return try body(arrays.indices.map { UnsafePointer(lent + $0) })
  }

  private func distances(
    _ queries: [[Float]], _ documents: [[Float]], dim: Int,
    settings: superb_dtw_settings? = nil, told: Told = Told()
  ) throws -> (status: superb_status, out: [Float]) {
    let call = try #require(DTWExtension.table.pointee.distances)
    var out = Array(
      repeating: Float(-7), count: queries.count * documents.count)
    let status = withHost(told) { host in
      withLent(queries, dim: dim) { queries in
        withLent(documents, dim: dim) { documents in
          func run(_ settings: UnsafePointer<superb_dtw_settings>?)
            -> superb_status
          {
            call(
              host, settings, Int64(dim), queries, Int64(queries.count),
              documents, Int64(documents.count), &out)
          }
          guard var settings else { return run(nil) }
          return run(&settings)
        }
      }
    }
    return (status, out)
  }

  private func settings(
    _ distance: Int32, _ pattern: Int32, _ flags: UInt32
  ) -> superb_dtw_settings {
    superb_dtw_settings(
      struct_size: UInt32(MemoryLayout<superb_dtw_settings>.size),
      distance: distance, pattern: pattern, flags: flags)
  }

  @Test func theTableStatesItsSize() {
    #expect(
      Int(DTWExtension.table.pointee.struct_size)
        == MemoryLayout<superb_dtw_api>.size)
    #expect(SUPERB_DTW_EXTENSION == "superb.dtw/1")
  }

  @Test func aTaskGetsTheAlignersBits() throws {
    var noise = Noise(21)
    let queries = noise.matrices([4, 30, 0], dim: 12)
    let documents = noise.matrices([80, 7], dim: 12)
    let all: [(superb_dtw_settings?, DTWSettings)] = [
      (nil, .benchmark),
      (
        settings(
          SUPERB_DTW_COSINE_EXP, SUPERB_DTW_ASYMMETRIC,
          SUPERB_DTW_OPEN_BEGIN | SUPERB_DTW_OPEN_END | SUPERB_DTW_MIN_MAX),
        .benchmark
      ),
      (
        settings(
          SUPERB_DTW_COSINE, SUPERB_DTW_ASYMMETRIC, SUPERB_DTW_OPEN_BEGIN),
        DTWSettings(distance: .cosine, openEnd: false, minMax: false)
      ),
      (
        settings(
          SUPERB_DTW_CITYBLOCK, SUPERB_DTW_SYMMETRIC1, SUPERB_DTW_MIN_MAX),
        DTWSettings(distance: .cityblock, pattern: .symmetric1)
      ),
      (
        settings(
          SUPERB_DTW_EUCLIDEAN, SUPERB_DTW_SYMMETRIC2, SUPERB_DTW_OPEN_END),
        DTWSettings(
          distance: .euclidean, pattern: .symmetric2, openEnd: true,
          minMax: false)
      ),
      (
        settings(
          SUPERB_DTW_EUCLIDEAN, SUPERB_DTW_SUBSEQUENCE,
          SUPERB_DTW_OPEN_BEGIN | SUPERB_DTW_OPEN_END),
        DTWSettings(
          distance: .euclidean, pattern: .subsequence, minMax: false)
      ),
    ]
    for (asked, meant) in all {
      let told = Told()
      let (status, out) = try distances(
        queries, documents, dim: 12, settings: asked, told: told)
      let expected = try Aligner(
        queries: FrameArrays(queries), dim: 12, settings: meant
      ).distances(to: FrameArrays(documents))
      #expect(status == SUPERB_OK)
      #expect(out.map(\.bitPattern) == expected.values.map(\.bitPattern))
      #expect(told.message.withLock { $0 } == "")
    }
  }

  @Test func whatCannotBeDoneIsToldAndLeavesTheOutputAlone() throws {
    let open = SUPERB_DTW_OPEN_BEGIN | SUPERB_DTW_OPEN_END
    var stale = settings(0, 0, open)
    stale.struct_size = 8
    let refused: [(superb_dtw_settings, String)] = [
      (settings(9, 0, open), "distance 9"),
      (settings(0, -1, open), "step pattern -1"),
      (settings(0, 0, 8), "flags 8"),
      (settings(0, SUPERB_DTW_SYMMETRIC2, open), "cannot begin anywhere"),
      (stale, "struct_size"),
    ]
    for (asked, reason) in refused {
      let told = Told()
      let (status, out) = try distances(
        [[1, 2]], [[3, 4]], dim: 2, settings: asked, told: told)
      #expect(status == SUPERB_INVALID_ARGUMENT)
      #expect(out == [-7])
      #expect(told.message.withLock { $0.contains(reason) }, "\(reason)")
    }
    let told = Told()
    let (status, out) = try distances(
      [[1, 2]], [[3, 4], [.nan, 1]], dim: 2, told: told)
    #expect(status == SUPERB_INVALID_ARGUMENT)
    #expect(out == [-7, -7])
    #expect(told.message.withLock { $0.contains("document 1") })
  }

  @Test func aCancelledTaskStops() throws {
    let (status, out) = try distances(
      [[1, 2]], [[3, 4]], dim: 2, told: Told(stops: true))
    #expect(status == SUPERB_CANCELLED)
    #expect(out == [-7])
  }

  @Test func nullAndNegativeArgumentsAreRefused() throws {
    let call = try #require(DTWExtension.table.pointee.distances)
    var out: Float = -7
    // A null host is no reason to fall over either.
    #expect(
      call(nil, nil, 2, nil, 1, nil, 0, &out) == SUPERB_INVALID_ARGUMENT)
    #expect(
      call(nil, nil, 2, nil, 0, nil, -1, &out) == SUPERB_INVALID_ARGUMENT)
    #expect(
      call(nil, nil, 0, nil, 0, nil, 0, &out) == SUPERB_INVALID_ARGUMENT)
    #expect(
      call(nil, nil, -3, nil, 0, nil, 0, &out) == SUPERB_INVALID_ARGUMENT)
    #expect(call(nil, nil, 2, nil, 0, nil, 0, nil) == SUPERB_OK)
    let hole: List = [nil]
    #expect(
      call(nil, nil, 2, hole, 1, nil, 0, &out) == SUPERB_INVALID_ARGUMENT)
    withLent([[1, 2]], dim: 2) { list in
      #expect(
        call(nil, nil, 2, list, 1, list, 1, nil) == SUPERB_INVALID_ARGUMENT)
      #expect(call(nil, nil, 2, list, 1, list, 1, &out) == SUPERB_OK)
    }
    #expect(out == 0)
  }
}
