import Foundation

/// One header of the contract, read as text.
struct HeaderFile {
  struct Struct {
    let name: String
    let members: [String]
  }

  let name: String
  let structs: [Struct]

  /// All of them, by name.
  static var all: [HeaderFile] {
    get throws {
      try FileManager.default.contentsOfDirectory(
        atPath: CCompiler.headers + "/superb"
      ).sorted().map(HeaderFile.init)
    }
  }

  init(_ name: String) throws {
    self.name = name
    let text = try String(
      contentsOfFile: CCompiler.headers + "/superb/" + name, encoding: .utf8
    ).replacing(#/(?s)/\*.*?\*//#, with: "")
    structs = text.matches(
      of: #/(?s)typedef struct (\w+) \{(.*?)\n\} \w+;/#
    ).map { match in
      Struct(
        name: String(match.1),
        members: match.2.split(separator: ";").flatMap(Self.members))
    }
  }

  /// The names that a declaration declares.
  private static func members(_ declaration: Substring) -> [String] {
    if let function = declaration.firstMatch(of: #/\(\*(\w+)\)\s*\(/#) {
      return [String(function.1)]
    }
    return declaration.split(separator: ",").compactMap { name in
      name.firstMatch(of: #/(\w+)\s*$/#).map { String($0.1) }
    }
  }
}
