extension QUESSTDemo {
  /// What is searched for: none is part of another, nor of an opening.
  static var phrases: [String] { objects + endings }

  static let openings = [
    "my sister remembers", "the old captain wanted to see",
    "every student has heard of", "nobody here will forget",
    "our neighbour talks about", "the young doctor was looking for",
    "an engineer could not find", "the director is proud of",
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

  static let romanian = [
    "buna ziua tuturor", "casa mea este verde", "trenul pleaca dimineata",
    "unde este fereastra mare",
  ]
  /// Of the dev and of the eval queries.
  static let romanianWords = ["dimineata", "fereastra"]
}
