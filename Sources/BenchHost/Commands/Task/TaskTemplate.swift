import ArgumentParser
import Diagnostics
import Foundation

/// The files of a new task: those of an example, with the task's own names.
struct TaskTemplate {
  /// Which example is copied.
  enum Language: String, ExpressibleByArgument, CaseIterable {
    case swift
    case c

    /// The example's folder below `Examples/`.
    var folder: String { rawValue + "-task" }

    /// The example's id, which the task's own takes the place of.
    var id: String {
      switch self {
      case .swift: "sound_classes"
      case .c: "two_words"
      }
    }
  }

  /// The task's id.
  let name: String
  let language: Language

  init(name: String, language: Language) throws {
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
    self.language = language
  }

  /// File names and contents.
  ///
  /// - Parameter examples: the folder of the examples.
  func files(from examples: String) throws -> [(name: String, text: String)] {
    let folder = examples + "/" + language.folder
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .sorted().filter { Self.isSource($0) }
        .map { file in
          let text = try String(
            contentsOfFile: folder + "/" + file, encoding: .utf8)
          return (renamed(file), renamed(text))
        }
    } catch {
      throw UserError(
        "cannot read the example that a new task is copied from: \(error)",
        at: folder, fix: "run make install again")
    }
  }

  /// What somebody may have built in the folder is left alone.
  private static func isSource(_ file: String) -> Bool {
    [".swift", ".c", ".h", ".yaml", ".md"].contains { file.hasSuffix($0) }
      && !file.hasPrefix(".")
  }

  /// Puts the task's names where the example has its own: as an id, a macro,
  /// a type and a title in quotes.
  private func renamed(_ text: String) -> String {
    let id = language.id
    return text.replacing(id, with: name)
      .replacing(id.uppercased(), with: name.uppercased())
      .replacing(Self.joined(id), with: typeName)
      .replacing("\"\(Self.words(id))\"", with: "\"\(Self.words(name))\"")
  }

  /// "my_task" as a type's name: "MyTask".
  private var typeName: String {
    let type = Self.joined(name)
    // Names that the kit or the example have already taken.
    let taken: Set<String> = [
      "Item", "Batch", "Tensor", "Linear", "Metric", "Corpus", "Folder",
      "Folds", "Crop", "Pooling", "ClassFolders", "Entry", "Dropout", "String",
      "Int", "Array", "Set", "Double", "Float", "Dataloader", "Parameters",
      "Activation", "Data", "Character", "Any", "Self", "Type", "Result",
    ]
    return taken.contains(type) ? type + "Task" : type
  }

  private static func joined(_ id: String) -> String {
    id.split(separator: "_").map(\.capitalized).joined()
  }

  private static func words(_ id: String) -> String {
    id.replacing("_", with: " ")
  }
}
