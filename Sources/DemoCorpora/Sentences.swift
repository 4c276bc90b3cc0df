/// Plain English sentences, put together at random.
enum Sentences {
  private static let subjects = [
    "my sister", "the old captain", "every student", "the new teacher",
    "a friend of mine", "our neighbour", "the young doctor", "nobody here",
    "the whole family", "an engineer", "the director", "their lawyer",
  ]
  private static let verbs = [
    "remembers", "has painted", "wanted to see", "will never sell",
    "talks about", "was looking for", "could not find", "always enjoyed",
    "has written about", "is proud of", "forgot", "will show us",
  ]
  static let objects = [
    "the green house", "a very long journey", "that famous picture",
    "the first chapter", "a simple question", "the morning train",
    "his favourite song", "the northern coast", "a quiet evening",
    "the broken window", "three large boxes", "the winter garden",
  ]
  static let endings = [
    "after the show", "in the middle of July", "near the river",
    "with great pleasure", "because of the weather", "for twenty years",
    "before anyone else", "on the way to work", "without saying why",
    "as far as I know", "once in a while", "under the bridge",
  ]

  /// A sentence of about three seconds.
  static func draw(_ draws: inout Draws) -> String {
    [subjects, verbs, objects, endings].map { draws.pick($0) }
      .joined(separator: " ")
  }
}
