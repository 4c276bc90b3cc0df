import ArgumentParser
import Diagnostics
import Foundation
import TaskKit

/// `superb score twv`.
struct ScoreTWV: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "twv",
    abstract: "Term-weighted value and cross entropy of a search.",
    discussion: """
      --stdlist is a detection list as of NIST's 2006 evaluation of spoken
      term detection. --truth is a folder with one term list (*.tlist.xml), one
      list of documents (*.ecf.xml) and one transcript (*.rttm), as
      groundtruth_quesst14_eval. A trial is a term and a document; terms that
      occur nowhere are left out.

        superb score twv --stdlist benchmark.stdlist.xml \\
          --truth scoring/groundtruth_quesst14_eval --default-score -10
      """)

  @Option(help: "The system's detections.")
  var stdlist: String

  @Option(help: "The folder with the truth.")
  var truth: String

  @Option(
    parsing: .unconditional,
    help: """
      The score of trials that the system does not report. Without it, they \
      are an error.
      """)
  var defaultScore: Double?

  @Flag(help: "Score only terms and documents that the system reports.")
  var searchedOnly = false

  @Option(help: "What a false alarm weighs beside a miss.")
  var beta = TermTrials.quesstBeta

  @Option(help: "How likely a target is in the cross entropy: 1 / (1 + beta).")
  var prior: Double?

  private struct Score: Encodable {
    var mtwv: Double
    /// Null if accepting nothing is best.
    var threshold: Double?
    var atwv: Double
    var cnxe: Double
    var minCnxe: Double
    var terms: Int
    var absentTerms: Int
    var documents: Int
    var targets: Int
    var nonTargets: Int
    var missing: Int
  }

  func validate() throws {
    try require(beta > 0 && beta.isFinite, "--beta takes a number above 0")
    try require(
      prior.map { $0 > 0 && $0 < 1 } ?? true,
      "--prior takes a number between 0 and 1")
    try require(
      defaultScore?.isFinite ?? true, "--default-score takes a finite number")
  }

  func run() throws {
    let files = ScoredFiles(paths: [
      .scores: stdlist, .trials: try file(endingIn: ".tlist.xml"),
      .regions: try file(endingIn: ".ecf.xml"),
      .reference: try file(endingIn: ".rttm"),
    ])
    let terms = try files.read(.trials) {
      try TermReference.terms(parsing: $0)
    }
    let documents = try files.read(.regions) {
      try TermReference.documents(parsing: $0)
    }
    let occurrences = try files.read(.reference) {
      try TermReference.occurrences(parsing: $0)
    }
    let detections = try files.read(.scores) {
      try TermDetections(parsing: $0)
    }
    let trials = try files.located {
      let whole = try TermReference(
        terms: terms, documents: documents, occurrences: occurrences)
      // What the lists lack is found before they are cut.
      let all = try TermTrials(
        detections, reference: whole,
        defaultScore: searchedOnly ? defaultScore ?? 0 : defaultScore)
      guard searchedOnly else { return all }
      return try TermTrials(
        detections, reference: whole.restricted(to: detections),
        defaultScore: defaultScore)
    }
    let best = trials.maximumTermWeightedValue(beta: beta)
    let prior = prior ?? TermTrials.effectivePrior(beta: beta)
    try printScore(
      Score(
        mtwv: best.value, threshold: best.threshold,
        atwv: trials.actualTermWeightedValue(beta: beta),
        cnxe: trials.crossEntropy(prior: prior),
        minCnxe: trials.minimumCrossEntropy(prior: prior),
        terms: trials.termCount, absentTerms: trials.absentTerms,
        documents: trials.documentCount, targets: trials.targetCount,
        nonTargets: trials.otherCount, missing: trials.missing))
  }

  /// The only file of that kind in the folder with the truth.
  private func file(endingIn suffix: String) throws -> String {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: truth)
    } catch {
      throw UserError(
        "the folder cannot be listed", at: truth,
        fix: "check that it exists and that you may read it")
    }
    let matching = names.filter {
      $0.hasSuffix(suffix) && !$0.hasPrefix(".")
    }
    guard matching.count == 1 else {
      throw UserError(
        "\(matching.count) files *\(suffix) where one is needed", at: truth)
    }
    return truth + "/" + matching[0]
  }
}
