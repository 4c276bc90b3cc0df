extension QUESSTDemo {
  /// What is searched for: none is part of another, nor of an opening.
  static let phrases = Sentences.objects + Sentences.endings

  static let openings = [
    "my sister remembers", "the old captain wanted to see",
    "every student has heard of", "nobody here will forget",
    "our neighbour talks about", "the young doctor was looking for",
    "an engineer could not find", "the director is proud of",
  ]

  static let romanian = [
    "buna ziua tuturor", "casa mea este verde", "trenul pleaca dimineata",
    "unde este fereastra mare",
  ]
  /// Of the dev and of the eval queries.
  static let romanianWords = ["dimineata", "fereastra"]
}
