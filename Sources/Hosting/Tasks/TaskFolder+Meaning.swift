import Diagnostics
import Files
import Foundation

extension TaskFolder {
  /// SHA-256 of what the sources say to a compiler, headers included: lines
  /// that are nothing but a comment or blank do not count. Results are called
  /// by it, so that a comment makes none of them old.
  package func meaningDigest() throws -> String {
    let hash = DigestHasher()
    for file in sources + Self.headers(in: path) {
      guard let bytes = FileManager.default.contents(atPath: file) else {
        throw UserError("cannot read the task's source", at: file)
      }
      hash.combine((file as NSString).lastPathComponent)
      hash.combine(bytes: Self.meaning(of: bytes))
    }
    return hash.finish().hexadecimal
  }

  /// The lines that a compiler reads. Within a literal of several lines every
  /// one counts; where two lines are one to the compiler, both do.
  static func meaning(of source: Data) -> Data {
    let (quotes, slashes) = (Data("\"\"\"".utf8), Data("//".utf8))
    let end = Data("*/".utf8)
    var meaning = Data()
    var isLiteral = false
    var isContinued = false
    for line in source.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    {
      let text = line.drop { $0 == UInt8(ascii: " ") || $0 == 9 }
      // One that ends a comment of several lines may go on with more.
      let isComment =
        text.isEmpty
        || text.starts(with: slashes) && line.range(of: end) == nil
      let continues = line.last == UInt8(ascii: "\\")
      if !isComment || isLiteral || isContinued || continues {
        meaning += line
        meaning.append(UInt8(ascii: "\n"))
      }
      isContinued = continues
      if isComment, !isLiteral { continue }
      var rest = line[...]
      while let found = rest.range(of: quotes) {
        isLiteral.toggle()
        rest = rest[found.upperBound...]
      }
    }
    return meaning
  }
}
