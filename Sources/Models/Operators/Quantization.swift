import Tensors

private func books(_ name: String, _ count: Int) -> [String] {
  (0..<count).map { "\(name).layers.\($0).codebook.embed" }
}

extension OutlineFrames {
  func quantized(_ name: String, count: Int, size: Int) -> Self {
    let width = width
    let names = books(name, count)
    outline.declare(
      name,
      names.map {
        ModelParameter(name: $0, shape: [size, width], isTrained: false)
      }
    ) { reader in
      Codebooks(try names.map { try reader.floats($0) }, width: width)
    }
    outline.countProduct(count * rows, width, size)
    return self
  }
}

extension PackedFrames {
  func quantized(_ name: String, count: Int, size: Int) throws -> Self {
    let codebooks: Codebooks = try pass.part(name)
    return make(width) { codebooks.apply($0, rows: $2, into: $1) }
  }
}

extension TapedFrames {
  func quantized(_ name: String, count: Int, size: Int) throws -> Self {
    let codebooks = Codebooks(
      try books(name, count).map { Array(try weight($0).values) }, width: width)
    let rows = node.count / width
    let y = FloatBuffer(rows * width)
    codebooks.apply(node.pointer, rows: rows, into: y.pointer)
    return with(
      try engine.constant(
        UnsafeBufferPointer(start: y.pointer, count: y.count),
        shape: [rows, width]))
  }
}
