import Diagnostics
import Foundation
import Records

/// One task.
extension TaskCatalog {
  /// The task of that id or alias, built if it is stale.
  package func entry(named name: String) throws -> Entry {
    if let entry = find(name) { return entry }
    if let broken = broken(named: name) { throw broken.error }
    throw unknown(name)
  }

  /// The task of an experiment, under the name that it goes by there.
  package func entry(of task: TaskDescription) throws -> Entry {
    guard let expert = task.expert else { return try entry(named: task.id) }
    return try entry(named: expert).named(task.id)
  }

  /// What bears that name and gives no task; nil if something else does.
  package func broken(named name: String) -> Broken? {
    if find(name) != nil { return nil }
    return candidates.indices.lazy.filter { self.candidates[$0].name == name }
      .compactMap { self.look($0).broken }.first
  }

  /// Throws if there is certainly no task of that name. Compiles nothing.
  package func checkName(_ name: String) throws {
    if candidate(for: name) == nil { throw unknown(name) }
  }

  /// The task's own configuration; nil if it has none. Compiles nothing.
  package func configPath(named name: String) -> String? {
    candidate(for: name)?.configPath(of: name)
  }

  /// Whether the sources of the task say `word`; a built library may.
  /// Compiles nothing.
  package func task(_ name: String, mentions word: String) -> Bool {
    candidate(for: name)?.mentions(word) == true
  }

  /// Whether `word` stands anywhere in the task's sources; anything may in a
  /// built library. Compiles nothing.
  package func task(_ name: String, says word: String) -> Bool {
    candidate(for: name)?.says(word) != false
  }

  /// What most likely gives the task.
  private func candidate(for name: String) -> TaskCandidate? {
    candidates.indices.first { index in
      let candidate = candidates[index]
      return candidate.name == name
        || (candidate.isLibrary
          ? look(index).entries.contains {
            $0.description.names.contains(name)
          } : candidate.mentions(name))
    }.map { candidates[$0] }
  }

  private func unknown(_ name: String) -> UserError {
    UserError(
      "there is no task '\(name)'",
      fix: Suggestion.fix(for: name, among: knownNames))
  }

  /// As far as is known without compiling.
  private var knownNames: [String] {
    var names = Set(candidates.flatMap(\.declaredNames))
    for index in candidates.indices where candidates[index].isLibrary {
      names.remove(candidates[index].name)
      names.formUnion(look(index).entries.flatMap { $0.description.names })
    }
    return names.sorted()
  }

  private func find(_ name: String) -> Entry? {
    for index in candidates.indices where candidates[index].mentions(name) {
      for entry in look(index).entries
      where entry.description.names.contains(name)
        && owner(of: entry.description.id) == index
      {
        return entry
      }
    }
    return nil
  }

  /// The first candidate that has a task of that id.
  private func owner(of id: String) -> Int? {
    candidates.indices.first { index in
      candidates[index].mentions(id)
        && look(index).entries.contains { $0.description.id == id }
    }
  }
}

/// All tasks: what is stale is built for these.
extension TaskCatalog {
  /// In the order of their ids.
  package var entries: [Entry] { whole.entries }
  package var broken: [Broken] {
    candidates.indices.compactMap { look($0).broken }
  }
  /// Tasks that lost their id to one found earlier.
  package var shadowed: [Entry] { whole.shadowed }

  private var whole: (entries: [Entry], shadowed: [Entry]) {
    var entries: [Entry] = []
    var shadowed: [Entry] = []
    var ids: Set<String> = []
    for index in candidates.indices {
      for entry in look(index).entries {
        if ids.insert(entry.description.id).inserted {
          entries.append(entry)
        } else {
          shadowed.append(entry)
        }
      }
    }
    return (entries.sorted { $0.description.id < $1.description.id }, shadowed)
  }

  /// Shipped tasks in whose place those of the working folder stand, which
  /// nobody has named. Compiles nothing.
  package var replaced: [String] {
    let found = Set(candidates.filter(\.isFound).flatMap(\.declaredNames))
    if found.isEmpty { return [] }
    return zip(candidates, shipped).filter { $1 && found.contains($0.name) }
      .map(\.0.name)
  }
}
