import Diagnostics
import Foundation

/// Makes a model from n-grams that come order by order.
///
/// The n-grams of an order may come in any sequence. They are put in place by
/// an in-place counting sort over their contexts, so that making a model takes
/// little more memory than the model.
struct NGramBuilder {
  let vocabulary = VocabularyBuilder()
  var nodes = FlatArray<NGramTrie.Node>(capacity: 1 << 10)
  var leaves = FlatArray<NGramTrie.Leaf>(capacity: 1)
  /// The context of each n-gram of the order that was begun last, and how
  /// many of them each context has.
  var contexts = FlatArray<UInt32>(capacity: 1)
  var childCounts = FlatArray<UInt32>(capacity: 1)
  /// Where the nodes of each order begin.
  var starts: [Int] = [0]
  var order = 1
  let orders: Int
  private var largestProbability = -Float.infinity
  private var largestBackoffs: [Float]
  /// The last n-gram's words; the next one mostly has the same context.
  private var lastWords: [UInt32] = []
  /// The nodes of its beginnings.
  private var path: [UInt32] = []

  /// Of what a header announces no more is believed at once.
  private static let largestRoom = 1 << 26

  /// What an n-gram is refused for.
  enum Refusal: Error {
    case unknownWord(String)
    case missingContext
    case repeated
  }

  /// - Parameter counts: how many n-grams of each order to make room for.
  init(counts: [Int]) {
    orders = counts.count
    largestBackoffs = [Float](repeating: 0, count: orders)
    let wanted = orders == 1 ? counts[0] : counts.dropLast().reduce(0, +)
    nodes.reserve(min(wanted, Self.largestRoom) + 2)
    _ = vocabulary.insert("<unk>")
    // KenLM's default where a model has no <unk>.
    nodes.append(node(0, -100, 0))
  }

  func node(
    _ word: UInt32, _ probability: Float, _ backoff: Float
  ) -> NGramTrie.Node {
    NGramTrie.Node(
      word: word, probability: probability, backoff: backoff,
      suffix: NGramTrie.root, firstChild: 0)
  }

  /// Adds a single word.
  mutating func add(
    word: UnsafeRawBufferPointer, _ probability: Float, _ backoff: Float
  ) throws(Refusal) {
    note(probability, backoff)
    if word.elementsEqual("<unk>".utf8) || word.elementsEqual("<UNK>".utf8) {
      nodes[0] = node(0, probability, backoff)
      return
    }
    let (index, isNew) = vocabulary.insert(word)
    guard isNew else { throw .repeated }
    nodes.append(node(index, probability, backoff))
  }

  /// The number of a word in an n-gram.
  @inline(__always)
  func index(_ word: UnsafeRawBufferPointer) throws(Refusal) -> UInt32 {
    if let known = vocabulary.find(word) { return known }
    guard word.elementsEqual("<UNK>".utf8) else {
      throw .unknownWord(String(decoding: word, as: UTF8.self))
    }
    return 0
  }

  /// Begins the next order, of about `count` n-grams.
  mutating func beginOrder(count: Int) {
    order += 1
    // The last context of the order below ends its children here.
    if let parents = starts.last, parents < nodes.count {
      nodes.base[parents].firstChild = UInt32(nodes.count)
    }
    childCounts = FlatArray(
      repeating: 0, count: nodes.count - (starts.last ?? 0))
    starts.append(nodes.count)
    let room = min(count, Self.largestRoom) + 1
    contexts = FlatArray(capacity: room)
    if order == orders { leaves = FlatArray(capacity: room) }
    lastWords = [UInt32](repeating: .max, count: order)
    path = lastWords
  }

  /// Adds an n-gram of the order that was begun last.
  mutating func add(
    words: UnsafeBufferPointer<UInt32>, _ probability: Float, _ backoff: Float
  ) throws(Refusal) {
    note(probability, backoff)
    var changed = order - 1
    for index in stride(from: order - 2, through: 0, by: -1)
    where lastWords[index] != words[index] {
      lastWords[index] = words[index]
      changed = index
    }
    let context = try context(words, from: changed)
    childCounts[Int(context) - starts[order - 2]] += 1
    contexts.append(context)
    let word = words[order - 1]
    if order == orders {
      leaves.append(NGramTrie.Leaf(word: word, probability: probability))
    } else {
      nodes.append(node(word, probability, backoff))
    }
  }

  /// The finished model.
  func finish(at path: String) throws -> NGramModel {
    guard let start = vocabulary.view.find("<s>"),
      let end = vocabulary.view.find("</s>")
    else {
      throw UserError(
        "the model has no <s> or no </s> among its single words", at: path,
        fix: "make it with sentence marks")
    }
    var counts = zip(starts, starts.dropFirst() + [nodes.count]).map {
      $1 - $0
    }
    if orders == 1 {
      for index in 0..<nodes.count {
        leaves.append(
          NGramTrie.Leaf(
            word: nodes[index].word, probability: nodes[index].probability))
      }
      nodes.removeAll()
    } else {
      counts[orders - 1] = leaves.count
    }
    var last = node(0, 0, 0)
    last.firstChild = UInt32(nodes.count + leaves.count)
    nodes.append(last)
    return NGramModel(
      NGramStorage(
        counts: counts, sentenceStart: start, sentenceEnd: end,
        largestScore: largestProbability
          + largestBackoffs.dropLast().reduce(0) { $0 + max($1, 0) },
        vocabulary: vocabulary.view, nodes: nodes.base, leaves: leaves.base,
        owners: [vocabulary, nodes, leaves]))
  }

  mutating func note(_ probability: Float, _ backoff: Float) {
    largestProbability = max(largestProbability, probability)
    largestBackoffs[order - 1] = max(largestBackoffs[order - 1], backoff)
  }

  var trie: NGramTrie {
    NGramTrie(nodes: nodes.base, leaves: leaves.base, leafBase: .max)
  }

  /// The node of all words but the last, of which those from `changed` on are
  /// others than the last n-gram's.
  private mutating func context(
    _ words: UnsafeBufferPointer<UInt32>, from changed: Int
  ) throws(Refusal) -> UInt32 {
    for index in changed..<order - 1 {
      guard index > 0 else {
        path[0] = words[0]
        continue
      }
      let parent = Int(path[index - 1])
      guard
        let child = trie.child(
          words[index], nodes[parent].firstChild, nodes[parent + 1].firstChild)
      else { throw .missingContext }
      path[index] = child
    }
    return path[order - 2]
  }
}
