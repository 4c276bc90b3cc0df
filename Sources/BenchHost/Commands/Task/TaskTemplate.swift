import Diagnostics
import Foundation

/// The files of a new task: a classifier of the clips in folders of classes.
struct TaskTemplate {
  /// The task's id, and the name of its corpus.
  let name: String

  init(name: String) throws {
    let isLetter = { (byte: UInt8) in (0x61...0x7a).contains(byte) }
    guard let first = name.utf8.first, isLetter(first),
      name.utf8.allSatisfy({
        isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5f
      })
    else {
      throw UserError(
        "'\(name)' is no task id",
        fix: "lower-case letters, digits and _, a letter first")
    }
    self.name = name
  }

  /// "my_task" as a type's name: "MyTask".
  var typeName: String {
    let words = name.split(separator: "_").map(\.capitalized).joined()
    // Names that the kit or the template have already taken.
    let taken: Set<String> = [
      "Item", "Batch", "Tensor", "Linear", "Metric", "Corpus", "Folder",
      "Folds", "Crop", "Pooling", "ClassFolders", "Dropout", "String", "Int",
      "Array", "Set", "Double", "Float", "Dataloader", "Parameters",
      "Activation", "Data", "Character", "Any", "Self", "Type", "Result",
    ]
    return taken.contains(words) ? words + "Task" : words
  }

  /// The name as words: "my task".
  var title: String { name.replacing("_", with: " ") }

  /// Puts this task's names where a template has NAME, TYPE and TITLE.
  func filled(_ text: String) -> String {
    text.replacing("{{NAME}}", with: name)
      .replacing("{{TYPE}}", with: typeName)
      .replacing("{{TITLE}}", with: title)
  }

  /// How the task is trained, and what it reads; the same for both languages.
  var configuration: String {
    filled(
      """
      # How long to train, and when to look. All counts are of updates.
      runner:
        total_steps: 1000
        gradient_clipping: 1
        gradient_accumulate_steps: 1
        log_step: 50
        eval_step: 100
        save_step: 100
        max_keep: 1
        eval_dataloaders:
          - dev

      optimizer:
        name: Adam
        lr: 1.0e-3

      # What the task itself reads; a key that it does not read is an error.
      downstream_expert:
        batch_size: 16
        width: 64

      """)
  }

  func readme(files: String, head: String) -> String {
    filled(
      """
      # {{NAME}}: {{TITLE}}

      Classifies the clips of a corpus whose folders are its classes.

      \(files)

      ## Data

      The corpus `{{NAME}}`, whose root is set in `benchmark.yaml`:

          corpora:
            {{NAME}}: /data/{{NAME}}

      Its folders are the classes and hold `.wav` files. Of each class, in the
      order of names, every tenth clip is dev, the next one test, the rest is
      train. A class needs three clips.

      ## Protocol

      Adam, learning rate 1e-3, 1 000 updates of 16 clips; dev every 100
      updates, and the best dev accuracy is saved as `dev-best.ckpt`.

      ## Head

      \(head)

      ## Metric

      Accuracy: the share of test clips whose class is named.

      ## Deviations and accidents

      None yet. Say here where the task departs from the publication that it
      follows, and what it keeps although it looks like a mistake.

      ## Cost

      Say here how many hours of audio there are, and how long a run takes.

      """)
  }
}
