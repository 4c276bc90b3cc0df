extension ConfigValue {
  /// Everything that is no map with keys, with its path, in the order of the
  /// keys.
  package var leaves: [(path: [String], value: ConfigValue)] {
    leaves(below: [])
  }

  private func leaves(
    below path: [String]
  ) -> [(path: [String], value: ConfigValue)] {
    guard case .map(let map) = kind, !map.isEmpty else {
      return [(path, self)]
    }
    return map.entries.flatMap { $0.value.leaves(below: path + [$0.key]) }
  }

  /// The files and options that something of it was written in, in the order
  /// in which they are met.
  package var sources: [String] {
    var sources: [String] = []
    for (_, value) in leaves {
      guard let file = value.mark?.file, !sources.contains(file) else {
        continue
      }
      sources.append(file)
    }
    return sources
  }
}
