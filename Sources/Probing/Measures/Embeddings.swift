import CBLAS

/// One vector for each utterance of a split, with its class.
struct Embeddings: Sendable {
  /// `[count, dimension]`, row-major.
  var values: [Float]
  let dimension: Int
  /// Numbers from 0.
  let classes: [Int]
  var count: Int { classes.count }

  init(values: [Float], dimension: Int, classes: [Int]) {
    self.values = values
    self.dimension = dimension
    self.classes = classes
  }

  /// The length of each vector.
  var norms: [Double] {
    (0..<count).map { row in
      var sum = 0.0
      for i in row * dimension..<(row + 1) * dimension {
        sum += Double(values[i]) * Double(values[i])
      }
      return sum.squareRoot()
    }
  }

  /// Every vector with length 1; one of zeros stays.
  func normalized() -> Embeddings {
    var copy = self
    for (row, norm) in norms.enumerated() where norm > 0 {
      for i in row * dimension..<(row + 1) * dimension {
        copy.values[i] = Float(Double(values[i]) / norm)
      }
    }
    return copy
  }

  /// Some of them, in this order.
  subscript(rows: [Int]) -> Embeddings {
    var chosen: [Float] = []
    chosen.reserveCapacity(rows.count * dimension)
    for row in rows {
      chosen += values[row * dimension..<(row + 1) * dimension]
    }
    return Embeddings(
      values: chosen, dimension: dimension, classes: rows.map { classes[$0] })
  }

  /// At most so many, evenly along the split.
  func spread(over most: Int) -> Embeddings {
    guard count > most else { return self }
    return self[(0..<most).map { $0 * count / most }]
  }

  /// The products of some rows with all of another's:
  /// `[rows.count, other.count]`, row-major.
  func products(_ rows: Range<Int>, with other: Embeddings) -> [Float] {
    var products = [Float](repeating: 0, count: rows.count * other.count)
    guard !products.isEmpty, dimension > 0 else { return products }
    let width = Int32(dimension)
    values.withUnsafeBufferPointer { own in
      guard let base = own.baseAddress else { return }
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count),
        Int32(other.count), width, 1, base + rows.lowerBound * dimension,
        width, other.values, width, 0, &products, Int32(other.count))
    }
    return products
  }
}
