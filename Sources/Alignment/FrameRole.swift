import Diagnostics

/// What a matrix of frames is to the aligner; errors name it.
enum FrameRole: String {
  case query
  case document

  func error(_ index: Int, _ what: String) -> UserError {
    UserError("\(rawValue) \(index) \(what)")
  }

  /// For a packing kernel's answer.
  func check(_ index: Int, firstBadFrame: Int) throws {
    guard firstBadFrame < 0 else {
      throw error(
        index,
        "has numbers in frame \(firstBadFrame) that are not finite,"
          + " or too large to be squared")
    }
  }
}
