import Foundation
import Testing

/// Runs, cache and corpora are moved, all three, and nothing is lost.
@Suite struct MovedPlacesTests {
  @Test func finishedCellsStayFinishedAndAnswer() throws {
    let tones = try ToneCorpus.shared.get().path
    let folder = try BenchmarkFolder(nil)
    func write(corpora: String, runs: String) throws {
      try folder.write(
        "benchmark.yaml",
        """
        name: demo
        runs: $PLACE/\(runs)
        upstreams: [fbank_no_cmvn]
        corpora:
          speech_commands: $PLACE/\(corpora)/speech_commands
          speech_commands_test: $PLACE/\(corpora)/speech_commands_test
        tasks:
          ks:
            runner: {total_steps: 60, eval_step: 30, save_step: 30}
            optimizer: {lr: 1.0e-2}
            downstream_expert: {datarc: {batch_size: 16}}

        """)
    }
    folder.setEnvironment("PLACE", folder.path)
    let files = FileManager.default
    for name in ["speech_commands", "speech_commands_test"] {
      try makeFolder(above: folder.path + "/corpora/" + name)
      try files.copyItem(
        atPath: tones + "/" + name, toPath: folder.path + "/corpora/" + name)
    }
    try write(corpora: "corpora", runs: "runs")
    let first = try folder.superb("run")
    #expect(first.exitCode == 0, "\(first.errors)")
    for (old, new) in [
      ("corpora", "disk/elsewhere"), ("runs", "disk/results"),
      ("cache", "disk/cache"),
    ] {
      try makeFolder(above: folder.path + "/" + new)
      try files.moveItem(
        atPath: folder.path + "/" + old, toPath: folder.path + "/" + new)
    }
    folder.setEnvironment("SUPERB_CACHE_DIR", folder.path + "/disk/cache")
    try write(corpora: "disk/elsewhere", runs: "disk/results")
    let again = try folder.superb("run")
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.errors.contains("done before"), "\(again.errors)")
    #expect(!again.errors.contains("training"))
    let figures = try folder.superb("evaluate", "--from", "disk/results")
    #expect(figures.exitCode == 0, "\(figures.errors)")
    #expect(figures.output.contains("acc"))
    let answer = try folder.superb(
      "predict", "--from", "disk/results",
      "disk/elsewhere/speech_commands/yes/3c6ef362_nohash_0.wav")
    #expect(answer.exitCode == 0, "\(answer.errors)")
    let states = try #require(
      folder.files(below: "disk/results").first {
        $0.hasSuffix("states-60.ckpt")
      })
    let onward = try folder.superb(
      "run", "-e", "disk/results/" + states, "-o",
      "config.runner.total_steps=90")
    #expect(onward.exitCode == 0, "\(onward.errors)")
    // Nothing was made at the old places.
    for old in ["corpora", "runs", "cache"] {
      #expect(!files.fileExists(atPath: folder.path + "/" + old), "\(old)")
    }
  }

  @Test func siteSaysWhatTheBenchmarkDoesNot() throws {
    let tones = try ToneCorpus.shared.get().path
    let folder = try BenchmarkFolder(
      "upstreams: [fbank_no_cmvn]\ntasks: [ks]\n")
    try folder.write(
      "site.yaml",
      """
      corpora:
        speech_commands: \(tones)/speech_commands
        speech_commands_test: \(tones)/speech_commands_test
      runs: shared
      reference: \(folder.path)/reference

      """)
    folder.setEnvironment("SUPERB_SITE", folder.path + "/site.yaml")
    let doctor = try folder.superb("doctor")
    #expect(
      doctor.output.contains("site.yaml, named by SUPERB_SITE"),
      "\(doctor.output)")
    let short =
      "config.runner.total_steps=10,,config.runner.eval_step=5"
      + ",,config.runner.save_step=5"
    let run = try folder.superb("run", "-o", short)
    #expect(run.exitCode == 0, "\(run.errors)")
    let states = try #require(
      folder.files(below: "shared").first { $0.hasSuffix("states-10.ckpt") })
    try folder.link(
      "reference/head.ckpt", to: folder.path + "/shared/" + states)
    let onward = try folder.superb(
      "run", "--init-weights", "//reference/head.ckpt", "-o", short)
    #expect(onward.exitCode == 0, "\(onward.errors)")
    let missing = try folder.superb("run", "-i", "$NOT_SET/x.ckpt")
    #expect(missing.exitCode == 2)
    #expect(missing.errors.contains("NOT_SET"), "\(missing.errors)")
  }
}
