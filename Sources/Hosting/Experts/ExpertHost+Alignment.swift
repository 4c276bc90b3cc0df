import Alignment
import TaskABI

extension ExpertHost {
  /// "superb.dtw/1" of an experiment: on its share of the cores, with what a
  /// killed run has finished, and with progress.
  nonisolated(unsafe) static let alignmentTable: UnsafePointer<superb_dtw_api> =
    {
      let table = UnsafeMutablePointer<superb_dtw_api>.allocate(capacity: 1)
      var api = superb_dtw_api()
      api.struct_size = UInt32(MemoryLayout<superb_dtw_api>.size)
      api.distances = {
        host, settings, dim, queries, queryCount, documents, documentCount,
        out in
        let services =
          ExpertHost.of(host)?.alignmentServices(of: host)
          ?? AlignmentServices(cancelledBy: host)
        return DTWExtension.distances(
          host, settings, dim, queries, queryCount, documents, documentCount,
          out, with: services)
      }
      table.initialize(to: api)
      return UnsafePointer(table)
    }()

  private func alignmentServices(
    of table: UnsafePointer<superb_host>?
  ) -> AlignmentServices {
    var services = AlignmentServices(cancelledBy: table)
    services.threads = setting.threads
    if let memory = setting.alignments {
      services.record = { try memory.record($0, $1, $2, $3) }
    }
    nonisolated(unsafe) let report = setting.reportsAlignment
    services.progress = { report($0) }
    services.share = engine.exchange.map { exchange in
      AlignmentShare(
        own: { exchange.share($0) },
        gather: { numbers, documents, width in
          let cuts = exchange.cuts(of: Array(0...documents), unit: width)
          exchange.gather(&numbers, cuts: cuts)
          return !exchange.isLost
        })
    }
    return services
  }
}
