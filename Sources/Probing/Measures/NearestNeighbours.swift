import Foundation

/// Votes of the nearest training vectors by cosine, each by the exponential
/// of its similarity over a temperature: what X-ARES calls kNN, with every
/// vector brought to length 1 by itself.
struct NearestNeighbours {
  var neighbours = 10
  var temperature = 0.07
  /// Of length 1.
  private let training: Embeddings

  init(_ training: Embeddings, neighbours: Int = 10) {
    self.training = training.normalized()
    self.neighbours = neighbours
  }

  /// The class of each vector; of equals the one with the lower number.
  func classes(of vectors: Embeddings) -> [Int] {
    let vectors = vectors.normalized()
    let count = (training.classes.max() ?? -1) + 1
    var votes = [Double](repeating: 0, count: count)
    var told: [Int] = []
    told.reserveCapacity(vectors.count)
    let block = 256
    for start in stride(from: 0, to: vectors.count, by: block) {
      let rows = start..<min(vectors.count, start + block)
      let similar = vectors.products(rows, with: training)
      for row in 0..<rows.count {
        let nearest = Self.largest(
          neighbours,
          of: similar[
            row * training.count..<(row + 1)
              * training.count])
        for i in votes.indices { votes[i] = 0 }
        for (place, value) in nearest {
          votes[training.classes[place]] += exp(Double(value) / temperature)
        }
        let highest = votes.max() ?? 0
        told.append(votes.firstIndex(of: highest) ?? 0)
      }
    }
    return told
  }

  /// The share of vectors whose class is told.
  func accuracy(on vectors: Embeddings) -> Double {
    let right = zip(classes(of: vectors), vectors.classes).count { $0 == $1 }
    return Double(right) / Double(max(1, vectors.count))
  }

  /// The `count` largest values with their places, the largest first.
  private static func largest(
    _ count: Int, of values: ArraySlice<Float>
  ) -> [(place: Int, value: Float)] {
    var found: [(place: Int, value: Float)] = []
    var least = -Float.infinity
    for (place, value) in values.enumerated() {
      if found.count == count, value <= least { continue }
      var at = found.count
      while at > 0, found[at - 1].value < value { at -= 1 }
      found.insert((place, value), at: at)
      if found.count > count { found.removeLast() }
      least = found.last?.value ?? least
    }
    return found
  }
}
