extension LibriSpeechDemo {
  /// The words of the sentences, pronounced as espeak-ng's American voices
  /// do.
  enum Lexicon {
    struct Word: Sendable, Equatable {
      var spelling: String
      /// ARPAbet without stress.
      var phones: [String] {
        pronunciation.split(separator: " ").map {
          String($0.last?.isNumber == true ? $0.dropLast() : $0)
        }
      }
      /// ARPAbet with stress.
      var pronunciation: String
    }

    /// The phones, which are the classes of phone classification, behind
    /// silence and noise.
    static let classes =
      "SIL SPN AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG "
      .appending("OW OY P R S SH T TH UH UW V W Y Z ZH").split(separator: " ")
      .map(String.init)

    /// "THE CAPTAIN FOUND A GREEN BOAT"
    static func sentence(_ draws: inout Draws) -> [Word] {
      [determiners, people, verbs, determiners, qualities, things]
        .map { draws.pick($0) }
    }

    /// The two files of the recipe: common words, and those that they lack.
    static let documents = [
      CorpusPlan.Document(
        path: "librispeech-lexicon-200k-g2p.txt",
        // A second pronunciation, which a reader must pass over.
        text: text(common + words("THE DH IY1"))),
      CorpusPlan.Document(
        path: "librispeech-lexicon-allothers-g2p.txt", text: text(rare)),
    ]

    private static func text(_ words: [Word]) -> String {
      words.map { "\($0.spelling)\t\($0.pronunciation)\n" }.sorted().joined()
    }

    static let all = determiners + people + verbs + qualities + things
    private static let rareSpellings = ["MERCHANT", "TREASURE", "YELLOW"]
    private static let rare = all.filter {
      rareSpellings.contains($0.spelling)
    }
    private static let common = all.filter {
      !rareSpellings.contains($0.spelling)
    }

    private static let determiners = words(
      "THE DH AH0", "A AH0", "MY M AY1", "HIS HH IH1 Z")
    private static let people = words(
      "CAPTAIN K AE1 P T IH0 N", "SISTER S IH1 S T ER0",
      "DOCTOR D AA1 K T ER0", "FARMER F AA1 R M ER0", "KING K IH1 NG",
      "TEACHER T IY1 CH ER0", "MERCHANT M ER1 CH AH0 N T",
      "JUDGE JH AH1 JH", "BOY B OY1")
    private static let verbs = words(
      "FOUND F AW1 N D", "SAW S AO1", "SOLD S OW1 L D",
      "PAINTED P EY1 N T IH0 D", "WANTED W AA1 N T IH0 D", "LEFT L EH1 F T",
      "KEPT K EH1 P T", "SHOWED SH OW1 D", "CHOSE CH OW1 Z")
    private static let qualities = words(
      "GREEN G R IY1 N", "SMALL S M AO1 L", "OLD OW1 L D", "HEAVY HH EH1 V IY0",
      "SILVER S IH1 L V ER0", "BROKEN B R OW1 K AH0 N", "LONG L AO1 NG",
      "WHITE W AY1 T", "YELLOW Y EH1 L OW0", "THIN TH IH1 N", "BLUE B L UW1")
    private static let things = words(
      "BOAT B OW1 T", "HOUSE HH AW1 S", "GARDEN G AA1 R D AH0 N",
      "LETTER L EH1 T ER0", "HORSE HH AO1 R S", "TABLE T EY1 B AH0 L",
      "SHIP SH IH1 P", "RIVER R IH1 V ER0", "BOOK B UH1 K",
      "TREASURE T R EH1 ZH ER0")

    private static func words(_ lines: String...) -> [Word] {
      lines.map { line in
        let parts = line.split(separator: " ", maxSplits: 1)
        return Word(
          spelling: String(parts.first ?? ""),
          pronunciation: String(parts.last ?? ""))
      }
    }
  }
}
