import Foundation

/// Task folders as a stranger would drop them.
enum TaskSources {
  /// The example in C under another name, with its text changed.
  struct CTask {
    var id: String
    /// C code that `forward` begins with.
    var inForward = ""
    /// C code after everything else.
    var atEnd = ""
    /// What is replaced in `task.c`.
    var replacing: [String: String] = [:]

    /// Writes the folder `Plugins/<id>`.
    func write(to folder: BenchmarkFolder) throws {
      let example = Program.repository + "/Examples/c-task/"
      for name in ["task.c", "dataset.c", "head.c", "two_words.h"] {
        var text = try String(contentsOfFile: example + name, encoding: .utf8)
        if name == "task.c" { text = try edited(text) }
        try folder.write("Plugins/\(id)/\(name)", text)
      }
      try folder.write("Plugins/\(id)/config.yaml", Self.configuration)
    }

    private func edited(_ text: String) throws -> String {
      var text = text.replacingOccurrences(of: "two_words\"", with: id + "\"")
      let forward = "superb_tensor **loss) {\n"
      for (old, new) in replacing.merging(
        [forward: forward + inForward],
        uniquingKeysWith: { $1 })
      {
        guard text.contains(old) else {
          throw CocoaError(.formatting, userInfo: ["missing": old])
        }
        text = text.replacingOccurrences(of: old, with: new)
      }
      return "#define _DEFAULT_SOURCE\n#include <stdio.h>\n"
        + "#include <unistd.h>\n" + text + "\n" + atEnd + "\n"
    }

    private static let configuration = """
      runner:
        total_steps: 100
        log_step: 20
        eval_step: 20
        save_step: 20
        eval_dataloaders: [dev]
      optimizer:
        name: Adam
        lr: 1.0e-2
      downstream_expert:
        batch_size: 4
        width: 8

      """
  }

  /// A task that stops in the middle of training, as long as the file that
  /// SUPERB_TEST_HOLD names is there, and says so in `<file>.<process>`.
  static let holding = CTask(
    id: "holding",
    inForward: """
        static int calls;
        const char *hold = getenv("SUPERB_TEST_HOLD");
        if (hold && ++calls == 30) {
          char name[1024];
          snprintf(name, sizeof name, "%s.%d", hold, (int)getpid());
          FILE *reached = fopen(name, "w");
          if (reached) fclose(reached);
          while (access(hold, F_OK) == 0) usleep(1000);
        }

      """)

  /// A whole task in Swift: high tones or low ones?
  static func swift(id: String) -> String {
    """
    import TaskKit

    @_cdecl("superb_task_entry_point")
    public func taskEntryPoint() -> UnsafePointer<superb_task_entry> {
      TaskLibrary.entry([HighOrLow.self])
    }

    final class HighOrLow: DownstreamExpert {
      static let descriptor = TaskDescriptor(
        id: "\(id)", title: "high or low", summary: "Hears high tones.",
        metrics: [.accuracy], corpora: ["speech_commands"],
        scalarPrefix: "\(id)")

      private let items: [Item]
      private let output: Linear
      private let pooling_ = MeanPooling()
      private let records: ClassificationRecords
      private let context: TaskContext
      private let best: BestScore

      init(_ context: TaskContext) throws {
        self.context = context
        let root = try context.corpus("speech_commands").folder()
        items = try root.folders().filter {
          ["yes", "go"].contains($0.name)
        }.flatMap { folder in
          try folder.files(endingIn: ".wav").map {
            Item(
              id: folder.name + $0, tag: folder.name == "go" ? 1 : 0,
              audio: AudioSource(path: folder[$0]))
          }
        }
        output = try Linear(
          from: context.upstreamDim, to: 2, in: context.parameters["output"])
        best = try BestScore(in: context.parameters)
        records = ClassificationRecords(context)
      }

      func dataloader(for pass: Pass) throws -> any Dataloader {
        try BatchPlan.shuffled(
          items, batchSize: 8, random: context.random("order/\\(pass.epoch)"))
      }

      func forward(_ batch: Batch, in pass: Pass) throws -> Tensor {
        let logits = pooling_(output(batch.frames), batch.offsets)
        let loss = logits.crossEntropy(batch.tags)
        let predicted = logits.argmax()
        records.add(
          predicted.indices.map {
            ClassificationRecords.Outcome(
              id: batch.ids[$0], predicted: "\\(predicted[$0])",
              truth: "\\(batch.tags[$0])")
          }, loss: loss, in: pass)
        return loss
      }

      func logRecords(of pass: Pass, into log: RecordLog) throws {
        guard let summary = records.take(pass) else { return }
        log.metric("acc", summary.accuracy)
        if pass.evaluates("dev"), try best.improves(summary.accuracy) {
          log.save(as: "dev-best.ckpt")
        }
      }
    }

    """
  }

  static let swiftConfiguration = """
    runner: {total_steps: 40, eval_step: 20, save_step: 20, log_step: 20}
    optimizer: {name: Adam, lr: 1.0e-2}

    """
}
