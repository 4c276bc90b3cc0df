import ArgumentParser
import Diagnostics
import Runs

extension LabelledData.Kind: ExpressibleByArgument {}

/// The user's own labelled recordings, for commands that take tasks.
struct LabelledDataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A table of your own recordings, CSV or JSON lines: path, and label, text \
      or speaker; trained and shown under its name.
      """, valueName: "file"))
  var data: String?

  @Option(
    help: ArgumentHelp(
      "What the data go by; the file's name unless given.", valueName: "name"))
  var dataName: String?

  @Option(
    help: ArgumentHelp(
      """
      classification, transcription or verification; seen from the columns \
      unless given.
      """, valueName: "kind"))
  var dataKind: LabelledData.Kind?

  @Option(
    help: ArgumentHelp(
      """
      Trials of the test for verification, lines "1 path path" or "0 path \
      path"; drawn unless given.
      """, valueName: "file"))
  var dataTrials: String?

  func validate() throws {
    try require(
      data != nil || (dataName == nil && dataKind == nil && dataTrials == nil),
      "--data-name, --data-kind and --data-trials are about --data")
  }

  /// Adds the data to the tasks; without tasks named beside them they are the
  /// only one.
  func apply(to benchmark: inout Benchmark, besideTasks: Bool) {
    guard let data else { return }
    let name = dataName ?? LabelledData.name(of: data)
    benchmark.data[name] = LabelledData(
      file: data, kind: dataKind, trials: dataTrials)
    benchmark.tasks =
      besideTasks ? benchmark.tasks.filter { $0 != name } + [name] : [name]
  }
}
