import Kernels

extension Engine {
  /// x [N, K] · y [K, M] → [N, M]; a flag transposes its factor first.
  package func matmul(
    _ x: Node, _ y: Node, transposeX: Bool = false, transposeY: Bool = false
  ) throws -> Node {
    try check("matmul", x, y)
    try require(
      x.shape.rank == 2 && y.shape.rank == 2, "matmul",
      "x is \(x.shape) and y \(y.shape); both must have rank 2")
    let n = x.shape[transposeX ? 1 : 0]
    let k = x.shape[transposeX ? 0 : 1]
    let m = y.shape[transposeY ? 0 : 1]
    try require(
      y.shape[transposeY ? 1 : 0] == k, "matmul",
      "x is \(x.shape)\(transposeX ? " transposed" : "") and y \(y.shape)"
        + "\(transposeY ? " transposed" : ""): inner extents differ")
    let z = try output("matmul", [n, m], from: x, y)
    func operand(_ node: Node, _ transposed: Bool) -> MatrixOperand {
      MatrixOperand(node.pointer, stride: node.shape[1], transposed: transposed)
    }
    // Rows of the result are those of x as it lies; an inner extent may be a
    // batch's rows.
    let blocks = transposeX ? nil : x.blocks
    z.blocks = blocks
    multiply(
      m: n, k: k, operand(x, transposeX),
      by: [
        Factor(
          n: m, matrix: operand(y, transposeY), product: z.pointer,
          adding: false)
      ], over: transposeX ? x.blocks : transposeY ? nil : y.blocks)

    record(z) { [unowned self] dz in
      // dx = dz · yᵀ, dy = xᵀ · dz, each transposed if its factor is.
      let g = MatrixOperand(dz, stride: m)
      let gT = MatrixOperand(dz, stride: m, transposed: true)
      if x.requiresGradient {
        let (dx, isFresh) = x.gradientToFill
        if transposeX {
          multiply(
            m: k, n: n, k: m, operand(y, transposeY), gT, into: dx,
            adding: !isFresh)
        } else {
          multiply(
            m: n, n: k, k: m, g, operand(y, !transposeY), into: dx,
            adding: !isFresh)
        }
      }
      if y.requiresGradient {
        let (dy, isFresh) = y.gradientToFill
        let right = transposeY ? operand(x, transposeX) : g
        multiply(
          m: y.shape[0], k: n, transposeY ? gT : operand(x, !transposeX),
          by: [
            Factor(
              n: y.shape[1], matrix: right, product: dy, adding: !isFresh)
          ], over: blocks)
      }
    }
    return z
  }

  /// x […, D] → […, M]: x · weightᵀ + bias, weight [M, D], bias [M].
  package func linear(_ x: Node, weight: Node, bias: Node?) throws -> Node {
    let own = try share("linear", x, weight, bias)
    try require(
      x.shape.rank > 0 && weight.shape.rank == 2
        && x.shape.last == weight.shape[1], "linear",
      "x is \(x.shape) and weight \(weight.shape): last axes differ")
    let (rows, dim, width) = (x.shape.rows, x.shape.last, weight.shape[0])
    if let bias, bias.shape.array != [width] {
      throw OperatorError(
        "linear", "weight is \(weight.shape) and bias \(bias.shape)")
    }
    let y = try output(
      "linear", x.shape.array.dropLast() + [width], from: x, weight, bias)
    y.isPartial = own != nil
    let part = x.rows(own, of: rows)
    let first = part.lowerBound
    multiply(
      m: part.count, n: width, k: dim,
      MatrixOperand(x.pointer + first * dim, stride: dim),
      MatrixOperand(weight.pointer, stride: dim, transposed: true),
      into: y.pointer + first * width, plus: bias?.pointer)
    let blocks = x.blocks(rows: rows)

    record(y) { [unowned self] dy in
      if x.requiresGradient {
        let (dx, isFresh) = x.gradientToFill
        multiply(
          m: part.count, n: dim, k: width,
          MatrixOperand(dy + first * width, stride: width),
          MatrixOperand(weight.pointer, stride: dim), into: dx + first * dim,
          adding: !isFresh)
      }
      if weight.requiresGradient {
        let (dw, isFresh) = weight.gradientToFill
        multiply(
          m: width, k: rows,
          MatrixOperand(dy, stride: width, transposed: true),
          by: [
            Factor(
              n: dim, matrix: MatrixOperand(x.pointer, stride: dim),
              product: dw, adding: !isFresh)
          ], over: blocks)
      }
      if let db = bias?.wantedGradient {
        addColumnSums(dy, rows: rows, dim: width, to: db, over: blocks)
      }
    }
    return y
  }
}
