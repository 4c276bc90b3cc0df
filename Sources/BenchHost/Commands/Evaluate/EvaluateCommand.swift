import ArgumentParser
import Configuration
import Diagnostics
import Files
import Foundation
import Training

/// `superb evaluate`: the figures of a trained head on any split.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Evaluate trained heads on splits of their corpora.",
    discussion: """
      Several tasks at once, from the folder of a run:

        superb evaluate --from runs/demo/fbank --split "ks:test,ic:dev"

      Of an experiment's folder, the checkpoint is asked that its result
      comes from. With --out, predictions and the task's files are kept, and
      what is there already is not made again.
      """)

  @OptionGroup var shared: BenchmarkOptions

  @Option(
    name: [.long, .customShort("e"), .customLong("past-exp")],
    help: ArgumentHelp(
      "A checkpoint, or a folder of experiments; may be repeated.",
      valueName: "checkpoint"))
  var from: [String] = []

  @Option(
    name: [.customShort("i"), .long],
    help: ArgumentHelp(
      """
      The same, of which the weights alone are taken: the configuration is \
      that of -c, or the task's own.
      """, valueName: "checkpoint"))
  var initCkpt: [String] = []

  @Option(
    name: [.customShort("t"), .long, .customLong("evaluate-split")],
    help: ArgumentHelp(
      "Splits, each with its task or for all; else each task's test splits.",
      valueName: "[task:]split,…"))
  var split: NameList?

  @Option(
    name: [.customShort("d"), .long, .customLong("downstream")],
    help: ArgumentHelp("Of these tasks alone.", valueName: "t[,t]"))
  var tasks: NameList?

  @Option(
    name: [.customShort("c"), .long],
    help: "A configuration in place of the checkpoint's.")
  var config: String?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Last edits of the configuration: \"config.runner.evaluate_ratio=0.1\".",
      valueName: "str"))
  var override: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      Several settings, one evaluation each: "KEY=1,2,3", a range, or a \
      grid's file; may be repeated.
      """, valueName: "axis"))
  var grid: [String] = []

  @OptionGroup var origin: OriginOptions

  @Flag(
    help: "Go on although the upstream is not the one of the training.")
  var otherUpstream = false

  @OptionGroup(title: "Kept") var kept: EvaluationOutput

  @Option(
    help: ArgumentHelp(
      "Batches that may fail; they are left out, and named.", valueName: "n"))
  var ignoreExceptions: Int?

  @Flag(
    help: """
      Go on with checkpoints as they appear, all states-*.ckpt of the folders, \
      until the trainings there have their results.
      """)
  var watch = false

  @Option(
    help: ArgumentHelp(
      "Seconds between two looks of --watch; 60.", valueName: "seconds"))
  var every: Double?

  @Flag(help: "As JSON.")
  var json = false

  func validate() throws {
    try require(
      !(from + initCkpt).isEmpty, "one of --from and --init-ckpt is needed")
    try require(
      ignoreExceptions ?? 0 >= 0, "--ignore-exceptions takes 0 or more")
    try require(every ?? 1 > 0, "--every takes seconds above 0")
  }

  func run() throws {
    Interruption.handleSignals()
    let job = try EvaluationJob(self)
    let rows = try watch ? job.watching(every: every ?? 60) : job.all()
    try job.checkAsked()
    if json {
      return try Console.printJSON(rows.flatMap(EvaluatedFigure.all))
    }
    EvaluationTable(rows: rows).show()
  }
}

/// What is kept of an evaluation, and what is shown of its answers.
struct EvaluationOutput: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where predictions and the task's files go.", valueName: "folder"))
  var out: String?

  @Option(
    name: [.customShort("n"), .long, .customLong("expname")],
    help: "The same, below the runs' folder.")
  var name: String?

  @Option(
    name: [.customShort("p"), .customLong("expdir")],
    help: .hidden)
  var expdir: String?

  @Option(
    help: ArgumentHelp(
      """
      The worst answers: error, characters, confidence or another score of \
      predictions, with :max or :min and a number; may be repeated.
      """, valueName: "score[:max|:min][:n]"))
  var worst: [String] = []

  @Option(
    name: .customLong("by"),
    help: ArgumentHelp(
      """
      Figures by group: speaker, gender, or any attribute that utterances \
      have here or in --attributes; may be repeated.
      """, valueName: "attribute"))
  var groups: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      A table of what is known of utterances or speakers, whose first column \
      names them.
      """, valueName: "file"))
  var attributes: String?
}
