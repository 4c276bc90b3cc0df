import Foundation
import Testing

@testable import Weights

struct PickleReaderTests {
  func read(_ bytes: [UInt8]) throws -> PickleNode {
    try ([0x80, 2] + bytes).withUnsafeBytes { bytes in
      var reader = PickleReader(bytes)
      let value = try reader.read()
      return PickleNode(heap: reader.heap, value: value)
    }
  }

  func refusal(_ bytes: [UInt8]) -> String {
    let error = #expect(throws: WeightsRefusal.self) { try read(bytes) }
    return error?.reason ?? ""
  }

  func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
  func text(_ text: String) -> [UInt8] {
    [0x58]
      + withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) {
        [UInt8]($0)
      } + ascii(text)
  }
  /// One list of many numbers, used ever again, is work without bytes.
  @Test func aSizeHasNoMoreExtentsThanATensor() {
    let list =
      ascii("](") + (0..<200).flatMap { _ in [UInt8(0x4b), 1] }
      + ascii("eq\0")
    let size = ascii("0ctorch\nSize\nh\0") + [0x85] + ascii("R")
    #expect(refusal(list + size + ascii(".")).contains("whole numbers"))
  }

  /// A storage of four floats under the key "0", as the reader wants it.
  var storage: [UInt8] {
    ascii("(") + text("storage") + ascii("ctorch\nFloatStorage\n") + text("0")
      + text("cpu") + [0x4b, 4] + ascii("tQ")
  }
  /// A tensor in that storage.
  func tensor(offset: UInt8, shape: [UInt8], strides: [UInt8]) -> [UInt8] {
    func tuple(_ values: [UInt8]) -> [UInt8] {
      ascii("(") + values.flatMap { [0x4b, $0] } + ascii("t")
    }
    return ascii("ctorch._utils\n_rebuild_tensor_v2\n(") + storage
      + [0x4b, offset] + tuple(shape) + tuple(strides) + [0x89] + ascii("}tR.")
  }

  @Test func numbersAndStrings() throws {
    #expect(try read(ascii("N.")).value == .none)
    #expect(try read([0x88, 0x2e]).bool == true)
    #expect(try read([0x4a, 0xff, 0xff, 0xff, 0xff, 0x2e]).integer == -1)
    #expect(try read([0x8a, 2, 0, 0xff, 0x2e]).integer == -256)
    #expect(try read([0x8a, 0, 0x2e]).integer == 0)
    let nine = [UInt8](repeating: 1, count: 9)
    #expect(try read([0x8a, 9] + nine + [0x2e]).value == .largeInteger)
    #expect(
      try read([0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0x2e]).value == .real(1.5))
    #expect(try read(text("ä") + ascii(".")).text == "ä")
  }

  @Test func whatIsSetLastHolds() throws {
    let node = try read(
      ascii("}(") + text("a") + [0x4b, 1] + text("b") + [0x4b, 2] + text("a")
        + [0x4b, 3] + ascii("u."))
    #expect(node["a"]?.integer == 3)
    #expect(node.entries.map(\.key) == ["a", "b"])
    #expect(node.entries.map(\.node.integer) == [3, 2])
    #expect(node["c"] == nil)
  }

  @Test func aNamespaceIsItsState() throws {
    let node = try read(
      ascii("cargparse\nNamespace\n)") + [0x81] + ascii("}") + text("lr")
        + [0x4b, 5] + ascii("sb."))
    #expect(node["lr"]?.integer == 5)
    #expect(node.isContainer)
  }

  @Test func whatIsNotKnownIsNamedAndNotRun() {
    for (module, name) in [
      ("os", "system"), ("builtins", "eval"), ("builtins", "getattr"),
      ("posix", "system"), ("torch", "load"), ("torch", "hub"),
      ("subprocess", "Popen"), ("fairseq_evil", "x"), ("numpy", "load"),
    ] {
      let reason = refusal(
        ascii("c\(module)\n\(name)\n") + text("true") + [0x85] + ascii("R."))
      #expect(reason.contains("\(module).\(name)"), "\(reason)")
      #expect(reason.contains("at byte 2"))
      let stacked = refusal(text(module) + text(name) + [0x93] + ascii("."))
      #expect(stacked.contains("\(module).\(name)"))
    }
  }

  @Test func tensorsStayWithinTheirStorage() throws {
    func fits(_ offset: UInt8, _ shape: [UInt8], _ strides: [UInt8]) throws
      -> Bool
    {
      let node = try read(
        tensor(offset: offset, shape: shape, strides: strides))
      guard case .tensor = node.value, let tensor = node.heap.tensors.first
      else { return false }
      #expect(node.heap.storages.first?.element == .float32)
      return tensor.lastElement(of: node.heap.storages[0].count) != nil
    }
    #expect(try fits(0, [2, 2], [2, 1]))
    #expect(try fits(0, [2, 2], [1, 2]))
    #expect(try fits(3, [1], [1]))
    #expect(try fits(3, [], []))
    #expect(try fits(4, [0], [1]))
    #expect(try !fits(5, [0], [1]))
    #expect(try !fits(4, [], []))
    #expect(try !fits(1, [2, 2], [2, 1]))
    #expect(try !fits(0, [2, 2], [3, 1]))
    // The same elements more than once: small on disk, large in memory.
    #expect(try !fits(0, [5], [0]))
    #expect(try !fits(0, [200, 200, 200], [0, 0, 0]))
  }

  @Test func sizesThatOverflowDoNotFit() {
    var tensor = PickleHeap.Tensor(
      storage: 0, offset: .max, shape: [1], strides: [1])
    #expect(tensor.lastElement(of: 4) == nil)
    tensor = .init(storage: 0, offset: 1, shape: [3], strides: [.max])
    #expect(tensor.lastElement(of: .max) == nil)
    tensor = .init(
      storage: 0, offset: 0, shape: [1 << 40, 1 << 40], strides: [0, 0])
    #expect(tensor.lastElement(of: .max) == nil)
  }

  @Test func mistypedTensorsAreRefused() {
    let rebuild = ascii("ctorch._utils\n_rebuild_tensor_v2\n")
    #expect(refusal(rebuild + ascii(")R.")).contains("not made as tensors"))
    #expect(refusal(rebuild + ascii("NR.")).contains("no arguments"))
    #expect(refusal(text("x") + ascii("Q.")).contains("not named as storages"))
    #expect(
      refusal(ascii("ctorch\nFloatStorage\n)R.")).contains("of its own"))
    #expect(refusal(text("x") + ascii(")R.")).contains("no global"))
  }

  @Test func damagedPicklesAreRefusedWithTheirPlace() {
    #expect(refusal([]).contains("ends too early"))
    #expect(refusal(ascii(".")).contains("stops with 0 values"))
    #expect(refusal(ascii("NN.")).contains("stops with 2 values"))
    #expect(refusal(ascii("(N.")).contains("stops with"))
    #expect(refusal(ascii("t.")).contains("a mark is missing"))
    #expect(refusal(ascii("R.")).contains("a value is missing"))
    #expect(refusal([0x68, 9, 0x2e]).contains("remembered under 9"))
    #expect(refusal(ascii("I1\n.")).contains("0x49 is no operation, at byte 2"))
    #expect(refusal(ascii("(Nu.")).contains("a key has no value"))
    #expect(refusal(ascii("N(NNu.")).contains("no dictionary"))
    #expect(refusal(ascii("NNa.")).contains("no list"))
    #expect(refusal([0x58, 2, 0, 0, 0, 0xff, 0xfe, 0x2e]).contains("UTF-8"))
    #expect(refusal([0x80, 9, 0x2e]).contains("protocol 9"))
    #expect(refusal([0x80, 0, 0x2e]).contains("protocol 0"))
  }

  @Test func lengthsAreNotBelieved() {
    #expect(
      refusal([0x58, 0xff, 0xff, 0xff, 0xff]).contains("ends too early"))
    let most = [UInt8](repeating: 0xff, count: 8)
    #expect(refusal([0x8d] + most).contains("too large"))
    #expect(
      refusal([0x8e] + most.dropLast() + [0x7f]).contains("ends too early"))
  }

  @Test func nestingAndDoublingCostWhatWasWritten() throws {
    // A million lists, each in the one before; no stack of ours overflows.
    let deep =
      [UInt8](repeating: 0x5d, count: 900_000)
      + [UInt8](repeating: 0x61, count: 899_999)
    #expect(try read(deep + ascii(".")).heap.sequences.count == 900_000)
    // Each tuple holds the last one twice: 2⁵⁰⁰⁰ values if they were copied.
    let bomb = [0x29] + (0..<5000).flatMap { _ -> [UInt8] in [0x32, 0x86] }
    #expect(try read(bomb + ascii(".")).heap.sequences.count == 5001)
    // A list that holds itself.
    #expect(
      try read([0x5d, 0x71, 0, 0x68, 0, 0x61, 0x2e]).heap.sequences
        == [[.sequence(0)]])
  }

  @Test func limitsAreKept() {
    let stack = [UInt8](repeating: 0x4e, count: (1 << 20) + 1)
    #expect(refusal(stack).contains("too much at once"))
    let lists = [[UInt8]](repeating: [0x5d, 0x30], count: (1 << 20) + 1)
    #expect(refusal(lists.flatMap { $0 }).contains("too many values"))
    let marks = [UInt8](repeating: 0x28, count: (1 << 20) + 1)
    #expect(refusal(marks).contains("too much at once"))
    // A set is a copy of its list: a few bytes each, a thousand values.
    let list =
      ascii("](") + [UInt8](repeating: 0x4e, count: 1000)
      + ascii("eq\u{0}0cbuiltins\nset\nq\u{1}0")
    let copy: [UInt8] = [0x68, 1, 0x68, 0, 0x85, 0x52, 0x30]
    let copies = [[UInt8]](repeating: copy, count: 5000).flatMap { $0 }
    #expect(refusal(list + copies).contains("too many values"))
    let long = [UInt8](repeating: 0, count: 17 << 20)
    #expect(
      refusal([0x42, 0, 0, 0x10, 1] + long).contains("longer than 16777216"))
  }
}
