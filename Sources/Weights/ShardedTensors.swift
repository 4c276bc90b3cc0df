import Diagnostics
import Files
import Foundation

/// Weights that are spread over several files, with an index that says which
/// tensor is where (`model.safetensors.index.json`).
package struct ShardedTensors: TensorFile {
  /// Of the index.
  package let path: String
  package let names: [String]
  /// The files with the tensors, sorted.
  package let shardPaths: [String]
  private let shards: [any TensorFile]
  private let places: [String: Int]

  private struct Index: Decodable {
    var weight_map: [String: String]
  }

  /// An index of more bytes than this is none.
  private static let maximumBytes = 64 << 20

  /// - Throws: `UserError` that names the index, or the shard, and the reason.
  package init(path: String) throws {
    self.path = path
    let map = try Self.readMap(path)
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let files = Set(map.values).sorted()
    shardPaths = files.map { folder + $0 }
    shards = try shardPaths.map { try WeightsFile.open($0) }
    var places: [String: Int] = [:]
    for (name, file) in map {
      guard let place = files.firstIndex(of: file) else { continue }
      guard shards[place].shape(of: name) != nil else {
        throw UserError(
          "the index promises the tensor '\(name)' in \(file), which does not "
            + "hold it", at: path, fix: "get the index and its files again")
      }
      places[name] = place
    }
    self.places = places
    names = places.keys.sorted()
  }

  /// The file that each tensor is said to be in.
  package static func readMap(_ path: String) throws -> [String: String] {
    let file = try RawFile(path, O_RDONLY)
    func refusal(_ reason: String) -> UserError {
      UserError(
        "this is no proper index of weights: \(reason)", at: path,
        fix: "get the file again")
    }
    guard let data = try file.content(upTo: maximumBytes) else {
      throw refusal("it is too long")
    }
    guard let index = try? JSONDecoder().decode(Index.self, from: data) else {
      throw refusal("it is no JSON object with a 'weight_map' of strings")
    }
    guard !index.weight_map.isEmpty else { throw refusal("it names nothing") }
    for file in Set(index.weight_map.values) {
      // A shard lies beside its index and nowhere else.
      guard !file.isEmpty, !file.hasPrefix("."), !file.contains("/"),
        !file.utf8.contains(0)
      else { throw refusal("it names the file '\(file.prefix(80))'") }
    }
    return index.weight_map
  }

  package func shape(of name: String) -> [Int]? {
    places[name].flatMap { shards[$0].shape(of: name) }
  }

  package func floats(_ name: String) throws -> [Float] {
    guard let place = places[name] else { throw missing(name) }
    return try shards[place].floats(name)
  }
}
