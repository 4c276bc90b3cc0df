import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Upstreams

/// Classes of the user's, in nothing but the standard library.
@Suite(.enabled(if: PythonProgram.isThere, "there is no python3 on PATH"))
struct PythonUpstreamTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two layers of width three: the sums of 160 samples, times 1, 2, 3.
  static let expert = """
    class UpstreamExpert:
        def __init__(self, ckpt=None, model_config=None, **kwargs):
            print("made with", ckpt)
            self.scale = 1.0
            if ckpt:
                with open(ckpt) as file:
                    self.scale = float(file.read())

        def get_downsample_rates(self, key):
            return 160

        def __call__(self, waves):
            print("called")
            wave = waves[0]
            sums = [
                self.scale * sum(wave[i : i + 160])
                for i in range(0, len(wave) - 159, 160)
            ]
            first = [[s, 2 * s, 3 * s] for s in sums]
            second = [[-x for x in row] for row in first]
            return {"hidden_states": [first, [second]]}

    """

  func write(_ source: String, _ name: String = "expert.py") throws {
    try Data(source.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
  }

  func upstream(
    _ name: String = "python:expert", _ settings: [String: String] = [:]
  ) throws -> PythonUpstream {
    try PythonUpstream(
      named: name,
      environment: PythonProgram.environment(folder.path, settings))
  }

  /// What the user is told when the class cannot be had.
  func refusal(
    _ name: String = "python:expert", _ settings: [String: String] = [:]
  ) throws -> String {
    let error = #expect(throws: UserError.self) { try upstream(name, settings) }
    return error?.description ?? ""
  }

  /// What the user is told when a class is called, whose `__call__` has this
  /// body for everything but the second of noise.
  func failure(
    _ body: String, _ settings: [String: String] = [:]
  ) throws -> String {
    let lines = body.split(separator: "\n").map { "        \($0)" }
    try write(
      """
      import os, sys, time
      class UpstreamExpert:
          def __call__(self, waves):
              if len(waves[0]) == 16000:
                  return {"hidden_states": [[[0.0] * 3] * 50]}
      \(lines.joined(separator: "\n"))
      """)
    let upstream = try upstream("python:expert", settings)
    let error = #expect(throws: UserError.self) {
      try CheckedUpstream(upstream).hiddenStates(
        of: [Float](repeating: 0.5, count: 640), path: "speech.wav")
    }
    #expect(error?.location == "speech.wav")
    return error?.description ?? ""
  }

  let samples = (0..<1000).map { Float($0 * 7919 % 1000) / 2000 - 0.25 }

  @Test func modulesWithNamesOfPythonsOwnAreNotTheBridges() throws {
    for name in ["json", "select", "socket", "struct", "traceback"] {
      try write("raise ImportError('not Python\'s own')", name + ".py")
    }
    try write("import wave\n" + Self.expert)
    try write("raise ImportError('found')", "wave.py")
    // The user's modules still find the user's.
    #expect(try refusal().contains("ImportError: found"))
    try write("", "wave.py")
    #expect(try upstream().description.layers == 2)
  }

  @Test func theStatesAreTheClassesOwn() throws {
    try write(Self.expert)
    let upstream = try upstream()
    let description = upstream.description
    #expect(description.layers == 2 && description.dimension == 3)
    #expect(description.samplesPerFrame == 160)
    let states = try upstream.hiddenStates(of: samples)
    #expect(states.layers == 2 && states.frames == 6 && states.dimension == 3)
    for frame in 0..<6 {
      let sum = samples[frame * 160..<(frame + 1) * 160]
        .reduce(0.0) { $0 + Double($1) }
      for i in 0..<3 {
        let value = Float(sum * Double(i + 1))
        #expect(abs(states.values[frame * 3 + i] - value) < 1e-5)
        #expect(
          states.values[18 + frame * 3 + i] == -states.values[frame * 3 + i])
      }
    }
  }

  @Test func aFileOfAPackageKeepsItsRelativeImports() throws {
    let package = folder.file("models/inner")
    try FileManager.default.createDirectory(
      atPath: package, withIntermediateDirectories: true)
    try write("", "models/__init__.py")
    try write("", "models/inner/__init__.py")
    try write(
      "from ..base import Base\nclass Mine(Base): pass\n",
      "models/inner/expert.py")
    try write(
      Self.expert.replacingOccurrences(of: "UpstreamExpert", with: "Base"),
      "models/base.py")
    let upstream = try upstream("python:\(package)/expert.py:Mine")
    #expect(try upstream.hiddenStates(of: samples).frames == 6)
  }

  @Test func theCheckpointReachesTheConstructorAndTheDigest() throws {
    try write(Self.expert)
    var digests = [try upstream().description.digest]
    for text in ["2", "4"] {
      try write(text, "weights, 100%.txt")
      let path = folder.file("weights%2C 100%25.txt")
      let upstream = try upstream("python:expert?ckpt=\(path)")
      digests.append(upstream.description.digest)
      #expect(upstream.description.weights == folder.file("weights, 100%.txt"))
      let plain = try self.upstream().hiddenStates(of: samples).values
      #expect(
        try upstream.hiddenStates(of: samples).values
          == plain.map { $0 * (Float(text) ?? 0) })
    }
    try write(Self.expert + "# changed\n")
    digests.append(try upstream().description.digest)
    try write(Self.expert)
    #expect(Set(digests).count == 4)
    #expect(try upstream().description.digest == digests[0])
  }

  @Test func drawsAreTheSameWhoeverWasBefore() throws {
    try write(
      """
      import random
      class UpstreamExpert:
          def __init__(self):
              self.weight = random.random()
          def __call__(self, waves):
              n = len(waves[0]) // 320
              return {"hidden_states": [
                  [[self.weight, random.random()] for _ in range(n)]]}
      """)
    let one = try upstream("python:expert", ["SUPERB_PYTHON_PROCESSES": "1"])
    #expect(one.description.samplesPerFrame == 320)
    let first = try one.hiddenStates(of: samples)
    _ = try one.hiddenStates(of: samples + samples)
    #expect(try one.hiddenStates(of: samples) == first)
    #expect(try upstream().hiddenStates(of: samples) == first)
  }

  @Test func threadsShareTheProcesses() async throws {
    try write(
      Self.expert.replacingOccurrences(
        of: "print(\"made with\", ckpt)",
        with: """
          import os
                  open("\(folder.path)/pids", "a").write("%d\\n" % os.getpid())
          """))
    let upstream = try upstream(
      "python:expert", ["SUPERB_PYTHON_PROCESSES": "3"])
    let samples = samples
    let expected = try upstream.hiddenStates(of: samples)
    try await withThrowingTaskGroup(of: HiddenStates.self) { group in
      for _ in 0..<24 {
        group.addTask { try upstream.hiddenStates(of: samples) }
      }
      for try await states in group { #expect(states == expected) }
    }
    let started = try String(
      contentsOfFile: folder.file("pids"), encoding: .utf8
    ).split(separator: "\n")
    #expect((1...3).contains(started.count))
  }

  @Test func processesEndWithTheirOwner() throws {
    try write(
      """
      import os
      class UpstreamExpert:
          def __init__(self):
              open("\(folder.path)/pid", "w").write(str(os.getpid()))
          def __call__(self, waves):
              return {"hidden_states": [[[0.0]] * (len(waves[0]) // 320)]}
      """)
    var upstream: PythonUpstream? = try upstream()
    let process = try #require(
      pid_t(try String(contentsOfFile: folder.file("pid"), encoding: .utf8)))
    #expect(kill(process, 0) == 0)
    #expect(upstream != nil)
    upstream = nil
    #expect(kill(process, 0) != 0)
  }

  /// Even while the user's code holds the interpreter's lock.
  @Test func aBusyProcessEndsWithAHostThatIsKilled() async throws {
    try write(
      """
      import os, re
      class UpstreamExpert:
          def __call__(self, waves):
              if len(waves[0]) == 16000:
                  return {"hidden_states": [[[0.0]] * 50]}
              open("\(folder.path)/pid", "w").write(str(os.getpid()))
              re.match("(a*)*b", "a" * 60)
      """)
    setenv("SUPERB_TEST_BRIDGE", folder.path, 1)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let path = String(cString: getenv("SUPERB_TEST_BRIDGE"))
      let upstream = try PythonUpstream(
        named: "python:expert",
        environment: PythonProgram.environment(path))
      Thread {
        while access(path + "/pid", F_OK) != 0 { usleep(1000) }
        usleep(100_000)
        kill(getpid(), SIGKILL)
      }.start()
      _ = try upstream.hiddenStates(of: [Float](repeating: 0, count: 320))
    }
    let process = try #require(
      pid_t(try String(contentsOfFile: folder.file("pid"), encoding: .utf8)))
    let deadline = Date(timeIntervalSinceNow: 20)
    while kill(process, 0) == 0, Date() < deadline { usleep(2000) }
    #expect(kill(process, 0) != 0)
  }

  @Test func whatIsNotThereIsNamed() throws {
    try write(Self.expert)
    #expect(
      try refusal("python:expert", ["SUPERB_PYTHON": "/nowhere/python"])
        .contains("'/nowhere/python' is no program"))
    #expect(
      try refusal("python:expert", ["PATH": folder.path])
        .contains("no 'python3' on PATH"))
    let module = try refusal("python:no.such")
    #expect(module.contains("No module named 'no'"))
    #expect(module.contains("PYTHONPATH"))
    #expect(
      try refusal("python:/nowhere/x.py").contains("no file /nowhere/x.py"))
    #expect(
      try refusal("python:expert:Upstream")
        .contains("no class 'Upstream', but UpstreamExpert"))
    #expect(
      try refusal("python:expert?ckpt=/nowhere").contains("No such file"))
    try write("x = 1\nimport nothing_of_the_kind\n")
    let inner = try refusal()
    #expect(inner.contains("No module named 'nothing_of_the_kind'"))
    #expect(inner.contains("expert.py:2 in <module>: import nothing"))
    try write("def f(:\n")
    #expect(try refusal().contains("expert.py:1"))
    try write("import os\nos._exit(7)\n")
    #expect(try refusal().contains("with exit status 7"))
    try write("import sys\nsys.exit('enough')\n")
    #expect(try refusal().contains("SystemExit: enough"))
  }

  @Test func aCallThatFailsSaysWhere() throws {
    let text = try failure("raise ValueError('too quiet')")
    #expect(text.contains("ValueError: too quiet"))
    #expect(text.contains("expert.py:6 in __call__: raise ValueError"))
  }

  /// One process, whose call fails for five samples, and what comes after.
  private func expectGoesOn(after failure: String) throws {
    try write(
      Self.expert.replacingOccurrences(
        of: "wave = waves[0]", with: "wave = waves[0]; \(failure)"))
    let upstream = try upstream(
      "python:expert", ["SUPERB_PYTHON_PROCESSES": "1"])
    let expected = try upstream.hiddenStates(of: samples)
    #expect(throws: UserError.self) {
      try upstream.hiddenStates(of: [0, 0, 0, 0, 0])
    }
    #expect(try upstream.hiddenStates(of: samples) == expected)
  }

  @Test func theProcessOutlivesAFailedCall() throws {
    try expectGoesOn(after: "assert len(wave) != 5")
  }

  @Test func aCrashIsReportedWithItsLastLines() throws {
    let crash = try failure(
      "print('last words', flush=True)\nos.kill(os.getpid(), 11)")
    #expect(crash.contains("by signal 11"))
    #expect(crash.contains("last words"))
    let exit = try failure("os._exit(3)")
    #expect(exit.contains("with exit status 3"))
  }

  @Test func aCrashedProcessIsReplaced() throws {
    try expectGoesOn(after: "import os; len(wave) == 5 and os._exit(3)")
  }

  @Test func aCallThatHangsIsEnded() throws {
    let start = ContinuousClock.now
    let text = try failure(
      "time.sleep(1000)", ["SUPERB_PYTHON_TIMEOUT": "3"])
    #expect(text.contains("no answer within 3 s to this utterance"))
    #expect(text.contains("SUPERB_PYTHON_TIMEOUT"))
    #expect(start.duration(to: .now) < .seconds(60))
  }

  @Test(arguments: [
    ("return [1]", "the call gave list"),
    ("return {'x': 1}", "the call gave the keys [x]"),
    ("return {'hidden_states': []}", "no hidden states"),
    ("return {'hidden_states': [[1.0, 2.0]]}", "the shape [2]"),
    ("return {'hidden_states': [[[[1.0]], [[1.0]]]]}", "the shape [2, 1, 1]"),
    ("return {'hidden_states': [[[1.0, 2.0], [1.0]]]}", "ragged"),
    ("return {'hidden_states': [[[1.0], 2.0]]}", "ragged"),
    ("return {'hidden_states': [[[1.0]], [[1.0, 2.0]]]}", "hidden state 1"),
    ("return {'hidden_states': [[['a']]]}", "holds str where numbers"),
    ("return {'hidden_states': 7}", "where numbers are expected"),
  ])
  func statesOfAnotherFormAreRefused(_ body: String, _ reason: String) throws {
    let text = try failure(body)
    #expect(text.contains(reason), "\(text)")
  }

  @Test(arguments: [
    (
      "return {'hidden_states': [[[float('nan'), 1.0, 2.0]] * 2]}", "not finite"
    ),
    ("return {'hidden_states': [[[1.0, 2.0, 1e999]] * 2]}", "not finite"),
    ("return {'hidden_states': [[[1.0, 2.0]] * 2]}", "promises 1 layers of 3"),
    ("return {'hidden_states': [[[0.0] * 3] * 2] * 2}", "[2, 2, 3]"),
    ("return {'hidden_states': [[[0.0] * 3] * 9]}", "9 frames where 2"),
    ("return {'hidden_states': [[]]}", "the shape [0]"),
  ])
  func statesThatBreakThePromiseAreRefused(
    _ body: String, _ reason: String
  ) throws {
    let text = try failure(body)
    #expect(text.contains(reason), "\(text)")
  }

  @Test func anImportThatHangsIsEnded() throws {
    try write("print('fetching', flush=True)\nimport time\ntime.sleep(1000)\n")
    let text = try refusal("python:expert", ["SUPERB_PYTHON_TIMEOUT": "3"])
    #expect(text.contains("within 3 s to load 'UpstreamExpert' of 'expert'"))
    #expect(text.contains("fetching"))
  }

  @Test func anImportThatIsSlowIsWaitedFor() throws {
    try write("import time\ntime.sleep(2)\n" + Self.expert)
    #expect(try upstream().hiddenStates(of: samples).frames == 6)
  }

  @Test func printingALotBlocksNothing() throws {
    try write(
      Self.expert.replacingOccurrences(
        of: "print(\"called\")",
        with: "import sys; sys.stderr.write('x' * 300000 + chr(10))"))
    let settings = try PythonSettings(
      environment: PythonProgram.environment(folder.path))
    let process = try PythonProcess(settings, forwardsOutput: false)
    let (loaded, _) = try process.exchange(
      BridgeFrame.Request(
        action: "load", module: "expert", className: "UpstreamExpert",
        arguments: [:]), timeout: 60)
    guard case .loaded = loaded else {
      Issue.record("\(loaded)")
      return
    }
    let (states, values) = try process.exchange(
      BridgeFrame.Request(action: "run"), samples: samples, timeout: 60)
    #expect(states == .states(layers: 2, frames: 6, dimension: 3))
    #expect(values.count == 36)
  }

  @Test func theUsersCodeCannotReadRequests() throws {
    try write(
      Self.expert.replacingOccurrences(
        of: "print(\"called\")",
        with: "import sys; assert sys.stdin.read() == ''; print(1)"))
    #expect(try upstream().hiddenStates(of: samples).frames == 6)
  }

  @Test func arraysAndViewsWillDo() throws {
    try write(
      """
      import array
      class UpstreamExpert:
          def __call__(self, waves):
              n = len(waves[0]) // 320
              rows = [array.array("d", [i, 0.5]) for i in range(n)]
              flat = array.array("f", [x for row in rows for x in row])
              view = memoryview(flat).cast("B").cast("f", [1, n, 2])
              return {"hidden_states": {"a": rows, "b": view}}
      """)
    let states = try upstream().hiddenStates(of: samples)
    #expect(states.layers == 2)
    #expect(Array(states.values[..<6]) == [0, 0.5, 1, 0.5, 2, 0.5])
    #expect(states.values[..<6] == states.values[6...])
  }
}
