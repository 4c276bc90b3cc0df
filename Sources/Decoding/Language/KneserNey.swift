import Diagnostics
import Files
import Foundation

/// Estimates an n-gram model from text by interpolated modified Kneser-Ney
/// smoothing (Chen and Goodman 1998), for corpora that fit into memory.
///
/// Below the highest order an n-gram counts as often as different words stand
/// before it, except at a sentence's beginning, where nothing does. Single
/// words are interpolated with the uniform distribution, which is where
/// `<unk>` gets its probability.
package struct KneserNey {
  /// An n-gram as it goes into an ARPA file.
  private struct Estimate: BitwiseCopyable {
    var probability = 0.0
    var backoff = 1.0
  }

  /// What is taken from counts of one, of two, and of three and more.
  package typealias Discounts = [Double]

  private let counter: NGramCounter
  private var estimates: [Estimate]
  /// Discounts of each order.
  package let discounts: [Discounts]
  /// Orders whose counts are too few to estimate discounts from, so that ½, 1
  /// and 1½ are taken.
  package let ordersWithoutDiscounts: [Int]

  package var order: Int { counter.order }
  package var sentences: Int { counter.sentences }

  /// - Parameter paths: texts, plain, gzip or bzip2, a sentence a line.
  /// - Throws: `UserError` for text that cannot be used.
  package init(texts paths: [String], order: Int) throws {
    try self.init(paths.map { try LineReader(path: $0) }, order: order)
  }

  init(_ texts: [LineReader], order: Int) throws {
    guard (1...16).contains(order) else {
      throw UserError("the order is between 1 and 16", at: "--order")
    }
    var counter = NGramCounter(order: order)
    var fields = Fields()
    for lines in texts {
      while let line = try lines.next() {
        fields.split(line)
        try counter.add(line, fields, lines)
      }
    }
    guard counter.sentences > 0 else {
      throw UserError(
        "there is no sentence to learn from", at: texts.first?.path)
    }
    self.init(counter)
  }

  private init(_ counter: NGramCounter) {
    let nodes = counter.nodes
    let order = counter.order
    func adjusted(_ index: Int) -> UInt32 {
      let node = nodes[index]
      guard node.order > 0 else { return 0 }
      if node.order == 1, node.word == NGramCounter.start { return 0 }
      if Int(node.order) == order { return node.count }
      var first = node
      while first.order > 1 { first = nodes[Int(first.parent)] }
      return first.word == NGramCounter.start ? node.count : node.continuations
    }
    var frequencies = [[Double]](
      repeating: [0, 0, 0, 0, 0], count: order + 1)
    var counts = [UInt32](repeating: 0, count: nodes.count)
    for index in 1..<nodes.count {
      counts[index] = adjusted(index)
      if (1...4).contains(counts[index]) {
        frequencies[Int(nodes[index].order)][Int(counts[index])] += 1
      }
    }
    var discounts: [Discounts] = []
    var withoutDiscounts: [Int] = []
    for order in 1...order {
      if let found = Self.discounts(frequencies[order]) {
        discounts.append(found)
      } else {
        discounts.append([0.5, 1, 1.5])
        withoutDiscounts.append(order)
      }
    }
    // Of each context: the sum of its counts, and what is taken from them.
    var sums = [Double](repeating: 0, count: nodes.count)
    var taken = [Double](repeating: 0, count: nodes.count)
    for index in 1..<nodes.count where counts[index] > 0 {
      let node = nodes[index]
      let discount = discounts[Int(node.order) - 1]
      sums[Int(node.parent)] += Double(counts[index])
      taken[Int(node.parent)] += discount[min(Int(counts[index]), 3) - 1]
    }
    // <s> is never predicted; <unk> is.
    let uniform = 1 / Double(counter.vocabulary.count - 1)
    var estimates = [Estimate](repeating: Estimate(), count: nodes.count)
    for index in 0..<nodes.count {
      if sums[index] > 0 {
        estimates[index].backoff = taken[index] / sums[index]
      }
      guard index > 0 else { continue }
      let node = nodes[index]
      let discount =
        counts[index] > 0
        ? discounts[Int(node.order) - 1][min(Int(counts[index]), 3) - 1] : 0
      let context = Int(node.parent)
      let lower =
        node.order == 1 ? uniform : estimates[Int(node.suffix)].probability
      estimates[index].probability =
        (Double(counts[index]) - discount) / sums[context]
        + estimates[context].backoff * lower
    }
    self.counter = counter
    self.estimates = estimates
    self.discounts = discounts
    ordersWithoutDiscounts = withoutDiscounts
  }

  /// The discounts of one order from how many n-grams are there once, twice,
  /// three and four times; nil if they are too few.
  private static func discounts(_ frequency: [Double]) -> Discounts? {
    guard frequency[1...4].allSatisfy({ $0 > 0 }) else { return nil }
    let y = frequency[1] / (frequency[1] + 2 * frequency[2])
    let found = (1...3).map { count in
      Double(count) - Double(count + 1) * y * frequency[count + 1]
        / frequency[count]
    }
    let isRight = zip(found, 1...3).allSatisfy { $0 >= 0 && $0 <= Double($1) }
    return isRight ? found : nil
  }

  /// Writes the model as an ARPA file.
  ///
  /// - Returns: how many n-grams of each order it has.
  @discardableResult
  package func write(arpa path: String) throws -> [Int] {
    let (text, counts) = arpa()
    try AtomicFile.write(Data(text.utf8), to: path, flushed: false)
    return counts
  }

  /// The ARPA file's text, and how many n-grams of each order it has.
  func arpa() -> (text: String, counts: [Int]) {
    let nodes = counter.nodes
    let vocabulary = counter.vocabulary.view
    var orders = [[Int]](repeating: [], count: order)
    for index in 1..<nodes.count {
      orders[Int(nodes[index].order) - 1].append(index)
    }
    // N-grams of one context stand together, which readers are quick with.
    for index in orders.indices {
      orders[index].sort {
        (nodes[$0].parent, $0) < (nodes[$1].parent, $1)
      }
    }
    let hasUnknown = orders[0].contains {
      nodes[$0].word == NGramCounter.unknown
    }
    let counts = orders.enumerated().map {
      $1.count + ($0 == 0 && !hasUnknown ? 1 : 0)
    }
    var text = "\\data\\\n"
    for (index, count) in counts.enumerated() {
      text += "ngram \(index + 1)=\(count)\n"
    }
    func number(_ value: Double) -> String {
      String(format: "%.7g", log10(value))
    }
    for (index, order) in orders.enumerated() {
      text += "\n\\\(index + 1)-grams:\n"
      if index == 0, !hasUnknown {
        let uniform = 1 / Double(vocabulary.count - 1)
        text += "\(number(estimates[0].backoff * uniform))\t<unk>\t0\n"
      }
      for node in order {
        var words: [String] = []
        var place = node
        while place > 0 {
          words.append(vocabulary[nodes[place].word])
          place = Int(nodes[place].parent)
        }
        let isStart = index == 0 && nodes[node].word == NGramCounter.start
        text += isStart ? "-99" : number(estimates[node].probability)
        text += "\t" + words.reversed().joined(separator: " ")
        if index + 1 < self.order {
          text += "\t" + number(estimates[node].backoff)
        }
        text += "\n"
      }
    }
    text += "\n\\end\\\n"
    return (text, counts)
  }
}
