/// A hypothesis as the search tells it.
struct SearchResult: Sendable, Equatable {
  var score: Double
  var acousticScore: Double
  var languageScore: Double
  /// The token of each frame, with a silence before and after all.
  var path: [Int32] = []
  /// The numbers of the words.
  var words: [Int32] = []
  /// The frame at which each word was complete.
  var wordFrames: [Int32] = []
}
