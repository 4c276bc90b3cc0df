import Diagnostics

extension NGramModel {
  /// Reads an ARPA file, plain, gzip or bzip2.
  ///
  /// Words may miss `<unk>`, which then scores −100 as in KenLM; `<s>` and
  /// `</s>` must be there.
  ///
  /// - Throws: `UserError` with the line that is wrong.
  package convenience init(arpa path: String) throws {
    try self.init(LineReader(path: path))
  }

  /// Estimates a model from sentences, one a line.
  ///
  /// - Parameter name: what errors name.
  /// - Throws: `UserError` for text that cannot be used.
  package convenience init(
    sentences: String, name: String, order: Int
  ) throws {
    let estimate = try KneserNey(
      [LineReader(text: sentences, name: name)], order: order)
    try self.init(LineReader(text: estimate.arpa().text, name: name))
  }

  private convenience init(_ lines: LineReader) throws {
    var reader = try ARPAReader(lines)
    var builder = NGramBuilder(counts: reader.counts)
    for (index, count) in reader.counts.enumerated() {
      let order = index + 1
      if order > 1 { builder.beginOrder(count: count) }
      try reader.beginSection(order: order)
      do {
        try Self.read(count, order: order, &reader, into: &builder)
        if order > 1 {
          do { try builder.endOrder() } catch {
            throw UserError(
              "one of the \(order)-grams is there twice", at: lines.path)
          }
        }
      } catch let refusal as NGramBuilder.Refusal {
        throw lines.error(Self.reason(refusal, order: order))
      }
    }
    try reader.readEnd()
    self.init(try builder.finish(at: lines.path).storage)
  }

  /// Reads the n-grams of an order: many lines at a time on all cores, and
  /// line by line where one of them needs a closer look.
  private static func read(
    _ count: Int, order: Int, _ reader: inout ARPAReader,
    into builder: inout NGramBuilder
  ) throws {
    let words = FlatArray<UInt32>(repeating: 0, count: order)
    let blocks = order > 1 ? NGramBlocks(reader.lines) : nil
    var done = 0
    // Where closer looks are often needed, many lines are taken for one.
    var patience = 1
    while done < count {
      if let blocks {
        let taken = try blocks.read(upTo: count - done, into: &builder)
        done += taken
        patience = taken > 1000 ? 1 : min(patience * 2, 1 << 14)
      }
      for _ in 0..<(blocks == nil ? count : patience) where done < count {
        try reader.readNGram(order: order, index: done) {
          ngram, probability, backoff in
          if order == 1 {
            try builder.add(word: ngram[0], probability, backoff)
            return
          }
          for index in 0..<order {
            words[index] = try builder.index(ngram[index])
          }
          try builder.add(
            words: UnsafeBufferPointer(start: words.base, count: order),
            probability, backoff)
        }
        done += 1
      }
    }
  }

  private static func reason(
    _ refusal: NGramBuilder.Refusal, order: Int
  ) -> String {
    switch refusal {
    case .unknownWord(let word):
      "'\(word)' is not among the single words"
    case .missingContext:
      "the first \(order - 1) words of this \(order)-gram are no "
        + "\(order - 1)-gram of the model"
    case .repeated: "this word is there twice"
    }
  }
}
