import Diagnostics
import Foundation
import Testing

@testable import Files
@testable import Hosting

@Suite struct KitStampTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// A library that looks for a symbol of the kit, as tasks in Swift do.
  private func library(_ stamp: String?, usesKit: Bool = true) throws -> String
  {
    let source = folder.path + "/task.c"
    let path = folder.path + "/task.so"
    let constant = stamp.map { "const char \(KitStamp.symbol)[] = \"\($0)\";" }
    let use = """
      extern int kit __asm__("$s7TaskKit11TaskLibraryO");
      int *use = &kit;
      """
    try Data("\(constant ?? "")\n\(usesKit ? use : "int none;")\n".utf8)
      .write(to: URL(fileURLWithPath: source))
    let output = try Subprocess.run([
      "/usr/bin/env", "cc", "-shared", "-fPIC", source, "-o", path,
    ])
    #expect(output.status == 0, "\(output.text)")
    return path
  }

  private func refusal(_ stamp: String?) throws -> UserError? {
    let path = try library(stamp)
    let error = #expect(throws: UserError.self) { try KitStamp.check(path) }
    #expect(error?.location == path)
    #expect(error?.fix?.contains("superb task build") == true)
    return error
  }

  private var own: String { "\(KitStamp.own.kit) \(KitStamp.own.compiler)" }

  @Test func thisProgramsStampIsAccepted() throws {
    #expect(KitStamp.own.kit.count == 16)
    #expect(KitStamp.own.compiler.contains("lang"))
    try KitStamp.check(library(own))
  }

  @Test func anotherKitIsRefused() throws {
    let error = try refusal("0123456789abcdef " + KitStamp.own.compiler)
    #expect(
      error?.what == "the task was built with TaskKit 0123456789abcdef, this"
        + " program has \(KitStamp.own.kit)")
  }

  @Test func anotherCompilerIsRefused() throws {
    let error = try refusal("\(KitStamp.own.kit) Clang 3.4 (of old)")
    #expect(error?.what.contains("built by Clang 3.4 (of old)") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func aTaskOfTheKitWithoutAStampIsRefused() throws {
    let error = try refusal(nil)
    #expect(error?.what.contains("does not say which TaskKit") == true)
  }

  @Test func aTaskInCNeedsNone() throws {
    try KitStamp.check(library(nil, usesKit: false))
  }

  @Test func whatIsNoLibraryIsForTheLoaderToRefuse() throws {
    try KitStamp.check(folder.path + "/nowhere.so")
    try KitStamp.check("/proc/self/exe/none")
    let text = folder.path + "/text.so"
    try Data("no library".utf8).write(to: URL(fileURLWithPath: text))
    try KitStamp.check(text)
  }
}
