import Records

extension SplitRecords {
  /// Why the answers are those of a head that has learned nothing; nil if
  /// they are not.
  func suspicion(on split: String) -> String? {
    let asked = predictions.filter { !$0.truth.isEmpty }
    guard asked.count > 1 else { return nil }
    if asked.allSatisfy(\.predicted.isEmpty) {
      return "all \(asked.count) answers on \(split) are empty, as of a head"
        + " that says CTC's blank throughout"
    }
    let first = asked[0].predicted
    guard asked.contains(where: { $0.truth != asked[0].truth }),
      asked.allSatisfy({ $0.predicted == first })
    else { return nil }
    return "all \(asked.count) answers on \(split) are '\(first.prefix(60))':"
      + " the figure is that of chance"
  }
}
