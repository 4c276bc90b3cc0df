import ArgumentParser

/// What s3prl calls by `-m`.
enum RunMode: String, CaseIterable, ExpressibleByArgument {
  case train
  /// Of a task that trains nothing; others are asked by `superb evaluate`.
  case evaluate
}
