import Files
import Foundation
import Tensors
import Testing

@testable import Hosting

@Suite struct DynamicSymbolsTests {
  @Test func hiddenAndUndefinedSymbolsAreNotExported() throws {
    let folder = try ScratchFolder()
    let hidden = try BrokenTask.build(["OPEN"], in: folder.path)
    let symbols = try #require(DynamicSymbols(of: hidden))
    let names = symbols.exported
    #expect(names.contains("superb_task_entry_point"))
    #expect(!names.contains("helper"))
    #expect(!names.contains("calloc"))
    #expect(symbols.symbols.contains { $0.name == "calloc" && !$0.isDefined })

    let open = try BrokenTask.build(["OPEN"], flags: [], in: folder.path)
    #expect(DynamicSymbols(of: open)?.exported.contains("helper") == true)
  }

  @Test func aConstantIsReadFromTheFile() throws {
    let folder = try ScratchFolder()
    let source = folder.path + "/text.c"
    let library = folder.path + "/text.so"
    try Data("const char text[] = \"one\\0two\"; extern int other[];".utf8)
      .write(to: URL(fileURLWithPath: source))
    let output = try Subprocess.run([
      "/usr/bin/env", "cc", "-shared", "-fPIC", source, "-o", library,
    ])
    #expect(output.status == 0, "\(output.text)")
    let symbols = try #require(DynamicSymbols(of: library))
    #expect(symbols.text(of: "text") == "one")
    #expect(symbols.text(of: "other") == nil)
  }

  @Test func damagedFilesGiveNoSymbolsAndNoCrash() throws {
    let folder = try ScratchFolder()
    let library = try BrokenTask.build([], in: folder.path)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: library))
    let random = CounterRandom(seed: 11)
    let end = ContinuousClock.now + .seconds(2)
    var refused = 0
    for round in 0..<2000 where ContinuousClock.now < end {
      let stream = UInt64(round)
      var damaged = bytes
      if round % 3 == 0 {
        damaged = damaged.prefix(
          Int(
            random.integer(
              below: UInt64(bytes.count), stream: stream, index: 0)))
      }
      for index in 0..<UInt64(round % 7) {
        // Mostly where offsets and sizes stand: header and section table.
        let isHeader = index % 2 == 0
        let range = isHeader ? 64 : min(2048, damaged.count)
        guard damaged.count > 64, range > 0 else { continue }
        let offset = Int(
          random.integer(
            below: UInt64(range), stream: stream, index: 2 * index + 1))
        let place = isHeader ? offset : damaged.count - 1 - offset
        damaged[damaged.startIndex + place] = UInt8(
          truncatingIfNeeded: random.bits(
            stream: stream, index: 2 * index + 2))
      }
      let symbols = DynamicSymbols(damaged)
      for name in symbols?.exported ?? [] { _ = symbols?.text(of: name) }
      if symbols == nil { refused += 1 }
    }
    #expect(refused > 0)
    #expect(DynamicSymbols(bytes) != nil)
    #expect(DynamicSymbols(Data()) == nil)
  }
}
