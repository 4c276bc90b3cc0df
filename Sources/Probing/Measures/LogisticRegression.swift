import CBLAS
import Foundation

/// Multinomial logistic regression with half the squared length of the
/// weights as penalty on the summed loss (scikit-learn's C = 1); biases are
/// free.
struct LogisticRegression {
  /// `[classes, dimension + 1]`, the bias last.
  private var weights: [Double]
  private let classes: Int
  private let width: Int
  /// Taken off every vector: it changes no answer, as biases are free, and
  /// makes for fewer steps.
  private let centre: [Float]

  /// - Parameters:
  ///   - examples: their classes are numbers below `classes`.
  ///   - steps: of L-BFGS at most.
  init(fitting examples: Embeddings, classes: Int, steps: Int = 100) {
    let width = examples.dimension + 1
    self.classes = classes
    self.width = width
    centre = Self.mean(examples)
    weights = [Double](repeating: 0, count: classes * width)
    let rows = Self.rows(examples, centre)
    minimize(steps: steps, gradientBelow: 1e-4 * Double(examples.count)) {
      Self.loss($0, rows, examples.classes, classes, width)
    }
  }

  /// The likeliest class of each vector.
  func classes(of vectors: Embeddings) -> [Int] {
    let scores = Self.scores(
      weights, Self.rows(vectors, centre), vectors.count, classes, width)
    return (0..<vectors.count).map { row in
      var best = 0
      for c in 1..<max(1, classes)
      where scores[row * classes + c] > scores[row * classes + best] {
        best = c
      }
      return best
    }
  }

  // MARK: - The loss

  private static func mean(_ vectors: Embeddings) -> [Float] {
    let dimension = vectors.dimension
    var sums = [Double](repeating: 0, count: dimension)
    for row in 0..<vectors.count {
      for i in 0..<dimension {
        sums[i] += Double(vectors.values[row * dimension + i])
      }
    }
    return sums.map { Float($0 / Double(max(1, vectors.count))) }
  }

  /// `[count, dimension + 1]`, the last column being 1.
  private static func rows(
    _ vectors: Embeddings, _ centre: [Float]
  ) -> [Double] {
    var rows: [Double] = []
    rows.reserveCapacity(vectors.count * (vectors.dimension + 1))
    for row in 0..<vectors.count {
      for i in 0..<vectors.dimension {
        rows.append(
          Double(vectors.values[row * vectors.dimension + i] - centre[i]))
      }
      rows.append(1)
    }
    return rows
  }

  private static func scores(
    _ weights: [Double], _ rows: [Double], _ count: Int, _ classes: Int,
    _ width: Int
  ) -> [Double] {
    var scores = [Double](repeating: 0, count: count * classes)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(count), Int32(classes),
      Int32(width), 1, rows, Int32(width), weights, Int32(width), 0, &scores,
      Int32(classes))
    return scores
  }

  private static func loss(
    _ weights: [Double], _ rows: [Double], _ truths: [Int], _ classes: Int,
    _ width: Int
  ) -> (value: Double, gradient: [Double]) {
    let count = truths.count
    var scores = scores(weights, rows, count, classes, width)
    var value = 0.0
    for (row, truth) in truths.enumerated() {
      let place = row * classes
      var highest = -Double.infinity
      for c in place..<place + classes { highest = max(highest, scores[c]) }
      value -= scores[place + truth] - highest
      var sum = 0.0
      for c in place..<place + classes {
        scores[c] = exp(scores[c] - highest)
        sum += scores[c]
      }
      value += log(sum)
      for c in place..<place + classes { scores[c] /= sum }
      scores[place + truth] -= 1
    }
    var gradient = weights
    for c in 0..<classes { gradient[(c + 1) * width - 1] = 0 }
    value += cblas_ddot(Int32(weights.count), gradient, 1, gradient, 1) / 2
    cblas_dgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(classes), Int32(width),
      Int32(count), 1, scores, Int32(classes), rows, Int32(width), 1,
      &gradient, Int32(width))
    return (value, gradient)
  }

  // MARK: - L-BFGS

  /// Goes down from the weights as they are (Nocedal and Wright, algorithm
  /// 7.5, with backtracking: the loss is convex).
  private mutating func minimize(
    steps: Int, gradientBelow enough: Double,
    _ loss: ([Double]) -> (value: Double, gradient: [Double])
  ) {
    let size = Int32(weights.count)
    func dot(_ a: [Double], _ b: [Double]) -> Double {
      cblas_ddot(size, a, 1, b, 1)
    }
    func add(_ factor: Double, _ a: [Double], to b: inout [Double]) {
      cblas_daxpy(size, factor, a, 1, &b, 1)
    }
    var (value, gradient) = loss(weights)
    var kept: [(step: [Double], change: [Double], product: Double)] = []
    for _ in 0..<steps {
      guard (gradient.map(abs).max() ?? 0) > enough else { return }
      var direction = gradient
      var factors: [Double] = []
      for (step, change, product) in kept.reversed() {
        let factor = dot(step, direction) / product
        add(-factor, change, to: &direction)
        factors.append(factor)
      }
      let scale =
        kept.last.map { $0.product / dot($0.change, $0.change) }
        ?? 1 / dot(gradient, gradient).squareRoot()
      cblas_dscal(size, scale, &direction, 1)
      for ((step, change, product), factor) in zip(kept, factors.reversed()) {
        add(factor - dot(change, direction) / product, step, to: &direction)
      }
      let slope = dot(gradient, direction)
      guard slope > 0 else { return }
      var length = 1.0
      var next = weights
      var found = value
      var nextGradient = gradient
      repeat {
        next = weights
        add(-length, direction, to: &next)
        (found, nextGradient) = loss(next)
        length /= 2
      } while found > value - 2e-4 * length * slope && length > 1e-12
      guard found < value else { return }
      var step = next
      add(-1, weights, to: &step)
      var change = nextGradient
      add(-1, gradient, to: &change)
      let product = dot(step, change)
      if product > 0 { kept.append((step, change, product)) }
      if kept.count > 10 { kept.removeFirst() }
      (weights, value, gradient) = (next, found, nextGradient)
    }
  }
}
