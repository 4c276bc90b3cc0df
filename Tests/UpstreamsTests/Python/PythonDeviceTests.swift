import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Upstreams

/// Where module and waveforms are, with a torch that only notes it.
@Suite(.enabled(if: PythonProgram.isThere, "there is no python3 on PATH"))
struct PythonDeviceTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (name, source) in ["torch.py": Self.torch, "expert.py": Self.expert] {
      try Data(source.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    }
  }

  private static let torch = """
    import array, contextlib

    float32, float16, bfloat16 = "float32", "float16", "bfloat16"
    no_grad = contextlib.nullcontext

    def manual_seed(seed): pass
    def set_num_threads(count): pass
    def set_num_interop_threads(count): pass

    class Tensor:
        def __init__(self, values, shape, device="cpu", dtype=float32):
            self.values, self.shape = values, shape
            self.device, self.dtype = device, dtype

        def to(self, device=None, dtype=None):
            return Tensor(
                self.values, self.shape, device or self.device,
                dtype or self.dtype)

        def detach(self): return self
        def contiguous(self): return self
        def numel(self): return len(self.values)
        def data_ptr(self): return self.values.buffer_info()[0]

    def frombuffer(data, dtype):
        values = array.array("f")
        values.frombytes(bytes(data))
        return Tensor(values, (len(values),))
    """

  /// Its states are 1 where the waveform is where the module is.
  private static let expert = """
    import array, os, torch

    class UpstreamExpert:
        place = ("cpu", torch.float32)

        def to(self, device=None, dtype=None):
            self.place = (device or "cpu", dtype or torch.float32)

        def __call__(self, waves):
            wave = waves[0]
            print("on", wave.device, wave.dtype)
            frames = wave.shape[0] // 320
            here = (wave.device, wave.dtype) == self.place
            values = array.array("f", [float(here)] * frames)
            state = torch.Tensor(values, (1, frames, 1), *self.place)
            return {"hidden_states": [state]}

        def get_downsample_rates(self, key): return 320

    class Bare(UpstreamExpert):
        to = None
    """

  private func upstream(
    _ settings: [String: String], _ name: String = "python:expert"
  ) throws -> PythonUpstream {
    try PythonUpstream(
      named: name,
      environment: PythonProgram.environment(folder.path, settings))
  }

  @Test func moduleAndWaveformsAreOnTheDevice() async throws {
    var digests: [String] = []
    for settings in [
      [:], ["SUPERB_PYTHON_DEVICE": "cpu"],
      ["SUPERB_PYTHON_DEVICE": "cuda:0,cuda:1"],
      ["SUPERB_PYTHON_DEVICE": "cuda"],
      ["SUPERB_PYTHON_DEVICE": "cuda", "SUPERB_PYTHON_PRECISION": "float16"],
    ] {
      let upstream = try upstream(settings)
      digests.append(upstream.description.digest)
      let states = try await withThrowingTaskGroup(of: HiddenStates.self) {
        group in
        for _ in 0..<4 {
          group.addTask {
            try upstream.hiddenStates(of: [Float](repeating: 1, count: 3200))
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      for one in states {
        #expect(one.values == [Float](repeating: 1, count: 10))
      }
    }
    // Which of several does not matter, of what kind it is does.
    #expect(digests[0] == digests[1])
    #expect(digests[2] == digests[3])
    #expect(Set(digests).count == 3)
  }

  @Test func aProcessForEachDevice() throws {
    let settings = try PythonSettings(
      environment: PythonProgram.environment(
        folder.path, ["SUPERB_PYTHON_DEVICE": "cuda:0, cuda:1,cuda:3"]))
    #expect(settings.processes == 3)
    #expect(settings.devices == ["cuda:0", "cuda:1", "cuda:3"])
    #expect(
      settings.environment(onDevice: "cuda:3")["SUPERB_PYTHON_DEVICE"]
        == "cuda:3")
  }

  @Test func whatCannotBeIsRefused() {
    for settings in [
      ["SUPERB_PYTHON_DEVICE": "the moon"], ["SUPERB_PYTHON_DEVICE": "cuda,"],
      ["SUPERB_PYTHON_PRECISION": "float8"],
    ] {
      #expect(throws: UserError.self) { try upstream(settings) }
    }
    let error = #expect(throws: UserError.self) {
      try upstream(["SUPERB_PYTHON_DEVICE": "cuda"], "python:expert:Bare")
    }
    #expect(error?.what.contains("no method 'to'") == true)
  }
}
