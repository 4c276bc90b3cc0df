import Kernels

extension Aligner {
  /// Aligns `range` of the queries with one document, block by block of query
  /// rows: the products of a block, then the recursion over its rows. A query
  /// that reaches over a block's end goes on from the costs it left behind.
  func align(
    _ range: Range<Int>, _ document: UnsafePointer<Float>, frames: Int,
    in workspace: inout Workspace, into result: inout DocumentAlignments
  ) throws {
    let last = queries.starts[range.upperBound]
    guard queries.starts[range.lowerBound] < last else { return }
    workspace.reserve(frames: frames, dim: dim)
    let bad = superb_pack_document(
      settings.distance.kernel, frames, dim, document,
      workspace.document.numbers)
    try FrameRole.document.check(result.document, firstBadFrame: bad)
    let rule = settings.rule
    let stride = Workspace.padded(frames)
    let block = Workspace.blockGroups * QueryStack.group

    var query = range.lowerBound
    var row = queries.starts[query]
    while row < last {
      // A tile's rows may belong to queries outside the range; they are
      // computed and left alone.
      let origin = row / QueryStack.group * QueryStack.group
      let end = min(origin + block, last)
      let groups = (end - origin + QueryStack.group - 1) / QueryStack.group
      superb_frame_products(
        rule.distance, groups, stride / Self.panel, dim,
        queries.packed + origin * dim, workspace.document.numbers,
        workspace.products.numbers, stride)
      while row < end {
        let stop = min(queries.starts[query + 1], end)
        if stop > row {
          withUnsafePointer(to: rule) {
            superb_dtw_rows(
              $0, stop - row, row == queries.starts[query] ? 1 : 0, frames,
              workspace.products.numbers + (row - origin) * stride, stride,
              workspace.line.numbers, workspace.costs.numbers)
          }
          row = stop
        }
        if row == queries.starts[query + 1] {
          finish(query, rule, frames, workspace.costs.numbers, &result)
          query += 1
        }
      }
    }
  }

  private static let panel = Int(SUPERB_DOCUMENT_PANEL)

  private func finish(
    _ query: Int, _ rule: superb_dtw_rule, _ frames: Int,
    _ costs: UnsafePointer<Float>, _ result: inout DocumentAlignments
  ) {
    let rows = queries.frames(of: query)
    guard rows > 0 else { return }
    var end: Int = -1
    result.distances[query] = withUnsafePointer(to: rule) {
      superb_dtw_end($0, rows, frames, costs, &end)
    }
    result.ends[query] = Int(end)
  }
}
