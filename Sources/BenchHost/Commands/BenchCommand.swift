import ArgumentParser
import Foundation
import Measuring

/// `superb bench`: what things cost on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure what costs time; one JSON object a line.",
    discussion: """
      What the processor's multiply-adds make at most (peak), which others \
      say their share of; matrix products (BLAS's, sgemm, and the engine's, \
      matmul), dynamic \
      time warping (dtw), hidden states of pretrained models (extract, \
      extract-large) and their gradients (finetune), spectral ones from FLAC \
      files into a store, beside decoding alone (store; in TMPDIR, so name a \
      disk in memory), and training steps. The \
      steps are read from a file, Benchmarks/steps.yaml unless named. A \
      task's own loader makes the batches, from corpora of silence that are \
      made for the time of the measurement; a corpus of another layout must \
      be there.
      """)

  @OptionGroup var shared: BenchmarkOptions

  @Option(help: "The file of cases.")
  var cases = "Benchmarks/steps.yaml"

  @Option(help: "Only these cases.")
  var only: NameList?

  @Option(help: "Cores to use; all by default.")
  var threads: Int?

  @Option(help: "Seconds to spend on each case.")
  var seconds = 5.0

  @Option(
    help: ArgumentHelp(
      "Training steps to do, after a first one, whatever they take.",
      discussion: "Of what scripts/count-instructions counts: how often."))
  var steps: Int?

  func run() throws {
    func isWanted(_ name: String) -> Bool { only?.names.contains(name) ?? true }
    let benchmark = try shared.located()
    let cores = threads ?? ProcessInfo.processInfo.activeProcessorCount
    // Whoever counts instructions has no use for rates.
    let peak = steps == nil ? PeakMeasurement.run(threads: cores) : nil
    func share(_ gflops: Double) -> Double? { peak.map { gflops / $0.gflops } }
    if isWanted("peak"), let peak { try Self.emit(peak) }
    var products: StepMeasurement.Line?
    if isWanted("sgemm") {
      var lines = MatrixMeasurement.run(size: 2048, threads: cores, rounds: 9)
      lines.sgemm.shareOfPeak = share(lines.sgemm.gflops)
      lines.matmul.shareOfPeak = share(lines.matmul.gflops)
      try Self.emit(lines.sgemm)
      try Self.emit(lines.matmul)
      products = lines.sgemm
    }
    if isWanted("dtw") {
      var line = try AlignmentMeasurement.run(threads: cores)
      line.shareOfPeak = share(line.gflops)
      try Self.emit(line)
    }
    func emit(_ line: ModelMeasurement.Line) throws {
      var line = line
      line.shareOfPeak = share(line.gflops)
      try Self.emit(line)
    }
    if isWanted("extract") {
      try ModelMeasurement.base(threads: cores, emit: emit)
    }
    if isWanted("store") {
      try StoreMeasurement.run(threads: cores) { try Self.emit($0) }
    }
    if isWanted("extract-large") {
      try ModelMeasurement.large(threads: cores, emit: emit)
    }
    if isWanted("finetune") {
      try Self.emit(ModelMeasurement.trainingLine(threads: cores))
    }
    for work in CountedWork.allCases
    where only?.names.contains(work.rawValue) ?? false {
      try Self.emit(work.run(times: steps ?? 1))
    }
    let measuredSteps = try StepMeasurement.Case.all(in: cases).filter {
      isWanted($0.name)
    }
    guard !measuredSteps.isEmpty else { return }
    let catalog = try shared.catalog(benchmark)
    let corpora = try StepCorpora()
    for measured in measuredSteps {
      let measurement = try StepMeasurement(
        measured, benchmark: benchmark, corpora: corpora, catalog: catalog,
        threads: cores)
      var line = try measurement.run(seconds: seconds, steps: steps)
      line.shareOfPeak = share(line.gflops)
      line.shareOfSgemm = products.map { line.gflops / $0.gflops }
      try Self.emit(line)
    }
  }

  private static func emit(_ line: some Encodable) throws {
    try Console.printJSON(line, onOneLine: true, keys: .convertToSnakeCase)
    fflush(nil)
  }
}
