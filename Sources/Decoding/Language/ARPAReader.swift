import Diagnostics
import Foundation

/// The n-grams of an ARPA file, plain, gzip or bzip2, in the file's order.
///
/// As strict as KenLM: every n-gram that the header announces, no other, no
/// positive logarithm, no NaN.
struct ARPAReader {
  /// What the header announces for each order, from single words on.
  private(set) var counts: [Int] = []
  let lines: LineReader
  private var fields = Fields()

  /// Reads the file's header.
  ///
  /// - Throws: `UserError` with the line that is wrong.
  init(_ lines: LineReader) throws {
    self.lines = lines
    try readHeader()
  }

  private mutating func readHeader() throws {
    while true {
      guard let line = try lines.next() else {
        throw UserError(
          "this is no ARPA file: it ends before \\data\\", at: lines.path)
      }
      if line.starts(with: "mmap lm http://kheafield.com/code".utf8) {
        throw UserError(
          "this is a binary file of KenLM's, which only the KenLM that wrote "
            + "it reads", at: lines.path,
          fix: "give the ARPA file that it was made from; superb keeps a "
            + "compiled form of its own")
      }
      if line.isBlank || line[0] == UInt8(ascii: "#") { continue }
      if text(line) == "\\data\\" { break }
      throw lines.error(
        "this is no ARPA file: its first line is not \\data\\")
    }
    while let line = try lines.next(), !line.isBlank {
      let parts = text(line).split(
        separator: "=", omittingEmptySubsequences: false)
      let head = parts[0].split(separator: " ")
      guard parts.count == 2, head.count == 2, head[0] == "ngram",
        Int(head[1]) == counts.count + 1,
        let count = Int(parts[1].trimmingCharacters(in: .whitespaces)),
        count >= 0, count < Int(Int32.max)
      else {
        throw lines.error(
          "'ngram \(counts.count + 1)=…' was expected here")
      }
      counts.append(count)
    }
    guard !counts.isEmpty else {
      throw lines.error("the header announces no n-grams")
    }
  }

  /// Goes to the n-grams of an order; orders are asked for in turn from 1.
  func beginSection(order: Int) throws { try expect("\\\(order)-grams:") }

  /// Reads the next n-gram of an order.
  ///
  /// - Parameters:
  ///   - index: how many of its order come before it.
  ///   - body: takes its words and its two numbers; the back-off weight is 0
  ///     if there is none.
  mutating func readNGram(
    order: Int, index: Int,
    _ body: (
      _ words: borrowing Words, _ probability: Float, _ backoff: Float
    ) throws -> Void
  ) throws {
    guard let line = try lines.next(), !line.isBlank, line[0] != 0x5c else {
      throw lines.error(
        "the header announces \(counts[order - 1]) \(order)-grams, and there "
          + "are \(index)")
    }
    fields.split(line)
    guard fields.count == order + 1 || fields.count == order + 2 else {
      throw lines.error(
        "\(order + 1) or \(order + 2) fields were expected, and there are "
          + "\(fields.count)")
    }
    guard let probability = fields.bytes(0, of: line).decimal() else {
      throw lines.error("'\(fields.text(0, of: line))' is no number")
    }
    guard probability <= 0 else {
      throw lines.error("the log-probability \(probability) is positive")
    }
    var backoff: Float = 0
    if fields.count == order + 2 {
      guard let value = fields.bytes(order + 1, of: line).decimal() else {
        throw lines.error(
          "'\(fields.text(order + 1, of: line))' is no number")
      }
      guard order < counts.count || value == 0 else {
        throw lines.error(
          "an n-gram of the highest order has no back-off weight")
      }
      backoff = value
    }
    try body(
      Words(line: line, fields: fields, count: order), probability, backoff)
  }

  /// Reads the end of the file.
  mutating func readEnd() throws {
    try expect("\\end\\")
    while let line = try lines.next() {
      if !line.isBlank { throw lines.error("there is text behind \\end\\") }
    }
  }

  /// The words of the n-gram that is being read.
  struct Words {
    let line: UnsafeRawBufferPointer
    let fields: Fields
    let count: Int

    @inline(__always)
    subscript(index: Int) -> UnsafeRawBufferPointer {
      fields.bytes(index + 1, of: line)
    }
  }

  private func expect(_ mark: String) throws {
    while let line = try lines.next() {
      if line.isBlank { continue }
      if text(line) == mark { return }
      throw lines.error(
        "'\(mark)' was expected here",
        fix: mark == "\\end\\" || line[0] == 0x5c
          ? nil : "the header may announce too few n-grams")
    }
    throw lines.error("the file ends before '\(mark)'")
  }

  private func text(_ line: UnsafeRawBufferPointer) -> String {
    String(decoding: line, as: UTF8.self)
      .trimmingCharacters(in: .whitespaces)
  }
}
