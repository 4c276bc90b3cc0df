import Kernels

/// Residual vector quantization: books of vectors, each for what those before
/// it have left of a frame.
struct Codebooks: Sendable {
  private let width: Int
  private let books: [Book]

  private struct Book: Sendable {
    /// `[size, width]`, and the same packed to meet frames.
    var vectors: [Float]
    var packed: FloatBuffer
    /// Half of each vector's square.
    var halfSquares: [Float]
  }

  /// - Parameter books: `[size, width]` each.
  init(_ books: [[Float]], width: Int) {
    self.width = width
    self.books = books.map { vectors in
      let size = vectors.count / width
      let packed = FloatBuffer(superb_dense_room(width, size))
      superb_dense_pack(width, size, vectors, 1, width, packed.pointer)
      return Book(
        vectors: vectors, packed: packed,
        halfSquares: (0..<size).map { index in
          vectors[index * width..<(index + 1) * width]
            .reduce(0) { $0 + $1 * $1 } / 2
        })
    }
  }

  /// Writes for each row of x `[rows, width]` the sum of the vectors that
  /// stand for it. Of two that are as near, the first is taken.
  func apply(
    _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>
  ) {
    let rest = FloatBuffer(rows * width)
    rest.pointer.update(from: x, count: rows * width)
    y.update(repeating: 0, count: rows * width)
    for book in books {
      let size = book.halfSquares.count
      let products = FloatBuffer(rows * size)
      superb_dense(
        rows, width, size, rest.pointer, width, book.packed.pointer, nil, nil,
        0, products.pointer, size)
      for row in 0..<rows {
        // |x - v|² is least where x · v - |v|² / 2 is most.
        var (best, most) = (0, -Float.infinity)
        for index in 0..<size {
          let score =
            products.pointer[row * size + index]
            - book.halfSquares[index]
          if score > most { (best, most) = (index, score) }
        }
        for column in row * width..<(row + 1) * width {
          let value = book.vectors[best * width + column - row * width]
          y[column] += value
          rest.pointer[column] -= value
        }
      }
    }
  }
}
