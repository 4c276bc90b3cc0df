/// A curve in one line of text: eight heights of blocks.
package struct Sparkline {
  /// Empty for fewer than two values.
  package let text: String

  /// - Parameter width: more values than that are thinned.
  package init(_ values: [Double], width: Int = 16) {
    guard values.count > 1, let low = values.min(), let high = values.max()
    else {
      text = ""
      return
    }
    let count = min(width, values.count)
    let blocks = Array("▁▂▃▄▅▆▇█")
    text = String(
      (0..<count).map { i in
        let value = values[i * (values.count - 1) / (count - 1)]
        guard high > low else { return blocks[3] }
        return blocks[Int(((value - low) / (high - low) * 7).rounded())]
      })
  }
}
