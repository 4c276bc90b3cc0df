extension TaskTemplate {
  /// File names and texts of a task in Swift.
  var swiftFiles: [(name: String, text: String)] {
    [
      (typeName + ".swift", filled(Self.expert)),
      ("ClassFolders.swift", filled(Self.dataset)),
      ("Entry.swift", filled(Self.entry)),
      ("config.yaml", configuration),
      (
        "README.md",
        readme(
          files: """
            | file | what |
            | --- | --- |
            | `{{TYPE}}.swift` | the model, its loss and its figures |
            | `ClassFolders.swift` | which clips, and which class they are |
            | `Entry.swift` | the symbol that the host looks for |
            | `config.yaml` | how it is trained, and what the task reads |
            """,
          head: """
            Linear D → 64, the mean over the clip's frames, linear 64 →
            classes; cross entropy. Up to the mean everything is linear, so
            the task declares mean pooling and receives one frame a clip.
            """)
      ),
    ]
  }

  private static let entry = """
    import TaskKit

    /// The one symbol that the host looks for.
    @_cdecl("superb_task_entry_point")
    public func taskEntryPoint() -> UnsafePointer<superb_task_entry> {
      TaskLibrary.entry([{{TYPE}}.self])
    }

    """

  private static let expert = """
    import TaskKit

    /// Names the class of a clip.
    ///
    /// A task answers three questions: which utterances (`dataloader`), what
    /// loss (`forward`), which figures (`logRecords`).
    final class {{TYPE}}: DownstreamExpert {
      static let descriptor = TaskDescriptor(
        id: "{{NAME}}", title: "{{TITLE}}",
        summary: "Names the class of a clip.",
        metrics: [.accuracy], corpora: ["{{NAME}}"],
        scalarPrefix: "{{NAME}}")

      /// Everything before the mean over time is linear, so the host may hand
      /// over the mean itself. Remove this if you put anything else there.
      let pooling = Pooling.mean

      private let context: TaskContext
      private let clips: ClassFolders
      private let batchSize: Int
      private let projector: Linear
      private let meanPooling = MeanPooling()
      private let classifier: Linear
      private let best: BestScore
      private let records = ClassificationRecords()

      /// Reads all of the configuration and makes all parameters.
      init(_ context: TaskContext) throws {
        self.context = context
        batchSize = try context.config.integer(
          "batch_size", default: 16, atLeast: 1)
        let width = try context.config.integer(
          "width", default: 64, atLeast: 1)
        clips = try ClassFolders(try context.corpus("{{NAME}}").folder())
        projector = try Linear(
          from: context.upstreamDim, to: width,
          in: context.parameters["projector"])
        classifier = try Linear(
          from: width, to: clips.classes.count,
          in: context.parameters["classifier"])
        best = try BestScore(in: context.parameters)
      }

      func dataloader(split: String, epoch: Int) throws -> any Dataloader {
        let items = try clips.items(split: split)
        guard split == "train" else {
          return try BatchPlan.sequential(items, batchSize: batchSize)
        }
        return try BatchPlan.shuffled(
          items, batchSize: batchSize,
          random: context.random("train-order/\\(epoch)"))
      }

      func forward(_ batch: Batch, split: String) throws -> Tensor {
        let pooled = meanPooling(projector(batch.frames), batch.offsets)
        let logits = classifier(pooled)
        let loss = logits.crossEntropy(batch.tags)
        let predicted = logits.argmax()
        records.add(
          predicted.indices.map {
            ClassificationRecords.Outcome(
              id: batch.ids[$0], predicted: clips.classes[predicted[$0]],
              truth: clips.classes[batch.tags[$0]])
          }, loss: loss, split: split)
        return loss
      }

      func logRecords(split: String, step: Int, into log: RecordLog) throws {
        guard let summary = records.take(split) else { return }
        log.metric("acc", summary.accuracy)
        log.metric("loss", summary.loss)
        summary.report(into: log)
        if split == "dev", try best.improves(summary.accuracy) {
          log.save(as: "dev-best.ckpt")
        }
      }
    }

    """

  private static let dataset = """
    import TaskKit

    /// A corpus whose folders are its classes: <root>/<class>/*.wav.
    final class ClassFolders {
      /// The folders' names, in their order. An item's tag is an index here.
      let classes: [String]

      private var splits: [String: [Item]] = ["train": [], "dev": [], "test": []]

      init(_ root: Folder) throws {
        var classes: [String] = []
        for folder in try root.folders() {
          let files = try folder.files(endingIn: ".wav")
          // A folder without wav files is no class.
          guard !files.isEmpty else { continue }
          guard files.count >= 3 else {
            throw TaskError(
              .corruptData,
              "\\(folder.path): \\(files.count) wav files. A class needs three.")
          }
          for (index, file) in files.enumerated() {
            splits[Self.split(of: index), default: []].append(
              Item(
                id: folder.name + "/" + file, tag: classes.count,
                audio: AudioSource(path: folder[file])))
          }
          classes.append(folder.name)
        }
        guard classes.count > 1 else {
          throw TaskError(
            .corruptData,
            "\\(root.path): fewer than two folders of wav files. Point "
              + "corpora.{{NAME}} to a folder whose folders are classes.")
        }
        self.classes = classes
      }

      func items(split: String) throws -> [Item] {
        guard let items = splits[split] else {
          throw TaskError.unknownSplit(split, known: ["train", "dev", "test"])
        }
        return items
      }

      /// Every tenth clip of a class is dev, the next one test.
      private static func split(of index: Int) -> String {
        switch index % 10 {
        case 0: "dev"
        case 1: "test"
        default: "train"
        }
      }
    }

    """
}
