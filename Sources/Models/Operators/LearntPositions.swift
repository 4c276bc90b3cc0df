import Kernels
import Tensors

/// Rows that are added to an utterance's, one for each position. They stay as
/// they are in fine-tuning.
private func table(_ name: String, _ count: Int, _ width: Int) -> ModelParameter
{
  ModelParameter(
    name: name + ".weight", shape: [count, width], isTrained: false)
}

extension OutlineFrames {
  func addPositions(_ name: String, count: Int) -> Self {
    let table = table(name, count, width)
    outline.declare(name, [table]) { FloatBuffer(try $0.floats(table.name)) }
    return self
  }
}

extension PackedFrames {
  consuming func addPositions(_ name: String, count: Int) throws -> Self {
    let table: FloatBuffer = try pass.part(name)
    return changed { y in
      for span in y.spans {
        let rows = y.pointer + span.lowerBound * y.width
        superb_add(span.count * y.width, rows, table.pointer, rows)
      }
    }
  }
}

extension TapedFrames {
  func addPositions(_ name: String, count: Int) throws -> Self {
    let rows = spans.flatMap { Array(0..<$0.count) }
    return with(
      try engine.add(
        node, engine.gatherRows(weight(name + ".weight"), rows: rows)))
  }
}
