import Foundation

/// The system's C and C++ compilers, run on source text.
enum CCompiler {
  struct Outcome {
    let status: Int32
    let output: String
  }

  static let headers = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .appendingPathComponent("Sources/TaskABI/include").path

  static let warnings = [
    "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror",
  ]

  /// Compiles `source` and, if `runs`, runs what came of it and gives its
  /// output.
  static func compile(
    _ source: String, with compiler: String, standard: String,
    runs: Bool = false
  ) throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("taskabi-" + UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let isCPlusPlus = standard.contains("++")
    let file = folder.appendingPathComponent(isCPlusPlus ? "a.cc" : "a.c")
    try Data(source.utf8).write(to: file)
    let product = folder.appendingPathComponent("a.out").path
    let compiled = try run(
      "/usr/bin/env",
      [compiler, "-std=" + standard, "-I", headers, file.path]
        + (runs ? ["-o", product] : ["-c", "-o", product]) + warnings)
    guard runs, compiled.status == 0 else { return compiled }
    return try run(product, [])
  }

  private static func run(
    _ path: String, _ arguments: [String]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: String(decoding: output, as: UTF8.self))
  }
}
