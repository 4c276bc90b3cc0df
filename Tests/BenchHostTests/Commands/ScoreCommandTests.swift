import Foundation
import Testing

/// `superb score`: one object of figures, or an error with its place and no
/// figure.
@Suite struct ScoreCommandTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var arguments: String
    /// Contents of the files h and r.
    var h: String
    var r: String
    /// Part of the output, or of the errors.
    var says: String
    var testDescription: String { name }
  }

  private static let turn = "SPEAKER a 1 0.00 2.00 <NA> <NA> x <NA>\n"

  static let scores = [
    Case(
      name: "wer", arguments: "wer --hyp h --ref r",
      h: "b one two\na the cat\n", r: "a the cat sat\nb one two\n",
      says: #""wer":0.2}"#),
    Case(
      name: "cer", arguments: "cer --hyp h --ref r", h: "a cat\n",
      r: "a cut\n", says: #""substitutions":1"#),
    Case(
      name: "per", arguments: "per --hyp h --ref r", h: "a HH AH0\n",
      r: "a HH AH0 L OW1\n", says: #""per":0.5"#),
    Case(
      name: "eer", arguments: "eer --scores h --trials r",
      h: "x-1_y-1 0.1\nx-1_x-2 0.9\n",
      r: "1 x/1.wav x/2.wav\n0 x/1.wav y/1.wav\n",
      says: #""eer":0,"#),
    Case(
      name: "der", arguments: "der --hyp h --ref r",
      h: turn.replacingOccurrences(of: "2.00", with: "1.00"), r: turn,
      says: #""der":0.5"#),
    Case(
      name: "der with a collar", arguments: "der --hyp h --ref r --collar 0.5",
      h: turn.replacingOccurrences(of: "2.00", with: "1.60"), r: turn,
      says: #""der":0,"#),
    Case(
      name: "slots", arguments: "slots --hyp h --ref r",
      h: "a PLAY B-artist ABA E-artist\n",
      r: "a PLAY B-artist ABBA E-artist\n",
      says: #""slot_value_cer":0.25"#),
    Case(
      name: "accuracy", arguments: "accuracy --hyp h --ref r",
      h: "a yes\nb no\n", r: "b no\na no\n", says: #""accuracy":0.5"#),
  ]

  static let mistakes = [
    Case(
      name: "no file", arguments: "wer --hyp nowhere --ref r", h: "",
      r: "a b\n", says: "nowhere"),
    Case(
      name: "empty file", arguments: "wer --hyp h --ref r", h: "",
      r: "a b\n", says: "h: the file is empty"),
    Case(
      name: "no text at all", arguments: "wer --hyp h --ref r", h: "a\n",
      r: "a\n", says: "r: no line has any text"),
    Case(
      name: "unknown id", arguments: "cer --hyp h --ref r",
      h: "a x\nc x\n", r: "a x\n", says: "h:2: no reference has the id 'c'"),
    Case(
      name: "missing id", arguments: "per --hyp h --ref r", h: "a x\n",
      r: "a x\nb x\n", says: "r:2: no hypothesis has the id 'b'"),
    Case(
      name: "repeated id", arguments: "accuracy --hyp h --ref r",
      h: "a x\na x\n", r: "a x\n", says: "h:2: the id 'a' was already"),
    Case(
      name: "empty line", arguments: "slots --hyp h --ref r",
      h: "a x\n", r: "\na x\n", says: "r:1: the line is empty"),
    Case(
      name: "columns of labels", arguments: "accuracy --csv --hyp h --ref r",
      h: "a,x\n", r: "a,x\nb\n", says: "r:2: no comma after the id 'b'"),
    Case(
      name: "no trials", arguments: "eer --scores h --trials r",
      h: "x_y 1\n", r: "", says: "r: the file is empty"),
    Case(
      name: "malformed trial", arguments: "eer --scores h --trials r",
      h: "x_y 1\n", r: "1 x y\n2 x z\n",
      says: "r:2: the label '2' is neither 0 nor 1"),
    Case(
      name: "unknown trial", arguments: "eer --scores h --trials r",
      h: "x_y 1\nx_q 0\n", r: "1 x y\n0 x z\n",
      says: "h:2: 'x_q' is not in the list of trials"),
    Case(
      name: "trial without a score", arguments: "eer --scores h --trials r",
      h: "x_y 1\n", r: "1 x y\n0 x z\n",
      says: "r:2: the trial 'x z' has no score"),
    Case(
      name: "repeated trial", arguments: "eer --scores h --trials r",
      h: "x_y 1\nx_y 1\n", r: "1 x y\n0 x z\n",
      says: "h:2: 'x_y' already has a score on line 1"),
    Case(
      name: "score that is no number", arguments: "eer --scores h",
      h: "1 1\nnan 0\n", r: "",
      says: "h:2: the score 'nan' is not a finite number"),
    Case(
      name: "targets alone", arguments: "eer --scores h", h: "1 1\n0 1\n",
      r: "", says: "2 targets and 0 non-targets"),
    Case(
      name: "malformed turn", arguments: "der --hyp h --ref r",
      h: turn + "SPEAKER a 1 0.00\n", r: turn,
      says: "h:2: 4 fields where a turn has 9 or 10"),
    Case(
      name: "turn of no length", arguments: "der --hyp h --ref r",
      h: turn, r: turn.replacingOccurrences(of: "2.00", with: "0.00"),
      says: "r:1: the duration '0.00' is not above 0"),
    Case(
      name: "no turns", arguments: "der --hyp h --ref r", h: "", r: turn,
      says: "h: there is no speaker turn"),
    Case(
      name: "unknown recording", arguments: "der --hyp h --ref r",
      h: turn + turn.replacingOccurrences(of: " a ", with: " b "), r: turn,
      says: "r: no turn is in the recording 'b'"),
    Case(
      name: "missing recording", arguments: "der --hyp h --ref r", h: turn,
      r: turn + turn.replacingOccurrences(of: " a ", with: " b "),
      says: "h: no turn is in the recording 'b'"),
  ]

  private func score(_ files: Case) throws -> Program.Outcome {
    let folder = try BenchmarkFolder(nil)
    try folder.write("h", files.h)
    try folder.write("r", files.r)
    return try folder.superb(
      ["score"] + files.arguments.split(separator: " ").map(String.init))
  }

  @Test(arguments: scores)
  func scoreIsOneObject(files: Case) throws {
    let outcome = try score(files)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains(files.says), "\(outcome.output)")
    #expect(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        is [String: Any])
  }

  @Test(arguments: mistakes)
  func mistakeHasItsPlaceAndNoFigure(files: Case) throws {
    let outcome = try score(files)
    #expect(outcome.exitCode == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(files.says), "\(outcome.errors)")
  }
}
