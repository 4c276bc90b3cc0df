import Diagnostics
import Files
import Foundation

/// An upstream that is a class of the user's own Python, unchanged: what
/// s3prl calls an `UpstreamExpert`.
///
/// The constructor takes `ckpt` and `model_config` where they are named, the
/// object is called with a list of one waveform, 16 kHz, and returns a
/// dictionary whose `hidden_states` is a list of `[1, frames, width]`, from
/// the shallowest to the deepest; `get_downsample_rates(key)` gives the
/// samples from one frame to the next. Waveforms are torch tensors if the
/// class's module imports torch, else numpy arrays if it imports that, else
/// arrays of the standard library; states may be any of these, or nested
/// lists.
///
/// Each process computes one utterance at a time on one thread, with the
/// seeds of all generators set anew. That a class keeps no state between its
/// calls cannot be promised here.
package struct PythonUpstream: Upstream {
  package let description: UpstreamDescription
  private let pool: PythonPool
  private let timeout: Double

  /// Starts Python, makes the object and tries it on a second of noise.
  ///
  /// - Parameters:
  ///   - name: `python:MODULE[:CLASS][?ckpt=PATH&config=PATH]`.
  ///   - environment: for `SUPERB_PYTHON` and what begins so (see
  ///     ``PythonSettings``), and for Python itself.
  /// - Throws: `UserError` with Python's own words.
  package init(
    named name: String,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws {
    let subject = try PythonClass(parsing: name)
    let settings = try PythonSettings(environment: environment)
    let (first, loaded) = try Self.start(
      subject, settings, device: settings.devices.first, forwardsOutput: true)
    description = try Self.describe(name, subject, loaded)
    timeout = settings.timeout
    let others =
      settings.devices == ["cpu"]
      ? [String](repeating: "cpu", count: settings.processes - 1)
      : Array(settings.devices.dropFirst())
    pool = PythonPool(
      first: first, count: settings.processes, devices: others
    ) { device in
      let (process, again) = try Self.start(
        subject, settings, device: device, forwardsOutput: false)
      guard again == loaded else {
        throw UserError(
          "the class '\(subject.name)', its files or its checkpoint have "
            + "changed since the first process was started",
          fix: "start again, and leave them alone meanwhile")
      }
      return process
    }
  }

  package func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    let (reply, values) = try pool.withProcess { process in
      try Self.ask(
        process, BridgeFrame.Request(action: "run"), samples: samples,
        timeout: timeout)
    }
    guard case .states(let layers, let frames, let dimension) = reply else {
      throw UserError("Python answers what was not asked")
    }
    return HiddenStates(
      layers: layers, frames: frames, dimension: dimension, values: values)
  }

  private static func start(
    _ subject: PythonClass, _ settings: PythonSettings, device: String?,
    forwardsOutput: Bool
  ) throws -> (PythonProcess, BridgeReply.Loaded) {
    let process = try PythonProcess(
      settings, device: device, forwardsOutput: forwardsOutput)
    let request = BridgeFrame.Request(
      action: "load", module: subject.module, className: subject.name,
      arguments: subject.arguments)
    let (reply, _) = try ask(process, request, timeout: settings.timeout)
    guard case .loaded(let loaded) = reply else {
      throw UserError("Python answers what was not asked")
    }
    return (process, loaded)
  }

  private static func describe(
    _ name: String, _ subject: PythonClass, _ loaded: BridgeReply.Loaded
  ) throws -> UpstreamDescription {
    guard loaded.layers > 0, loaded.dimension > 0,
      loaded.samplesPerFrame >= 1, loaded.samplesPerFrame <= 1e9
    else {
      throw UserError(
        "the class '\(subject.name)' says that it has \(loaded.layers) "
          + "layers of \(loaded.dimension) every \(loaded.samplesPerFrame) "
          + "samples", fix: "see get_downsample_rates and hidden_states")
    }
    let hasher = DigestHasher()
    hasher.combine("superb.upstream.python/1", subject.name)
    for part in loaded.digest { hasher.combine(part) }
    return UpstreamDescription(
      name: name, title: "\(subject.name) of \(subject.module), in Python",
      digest: hasher.finish().hexadecimal, layers: loaded.layers,
      dimension: loaded.dimension, samplesPerFrame: loaded.samplesPerFrame,
      parameters: loaded.parameters, weights: subject.arguments["ckpt"])
  }

  /// The reply, or a ``UserError`` in its place.
  static func ask(
    _ process: PythonProcess, _ request: BridgeFrame.Request,
    samples: [Float] = [], timeout: Double
  ) throws -> (BridgeReply, [Float]) {
    do {
      let answer = try process.exchange(
        request, samples: samples, timeout: timeout)
      if case .failed(let failure) = answer.0 {
        throw UserError(failure, request)
      }
      return answer
    } catch let silence as PythonProcess.Silence {
      let lines = process.lastLines.map { "; its last lines: \($0)" } ?? ""
      switch silence {
      case .ended(let reason):
        throw UserError("Python has ended \(reason)" + lines)
      case .timedOut(let seconds):
        let what = request.module.map {
          "to load '\(request.className ?? "")' of '\($0)'"
        }
        throw UserError(
          String(format: "Python gave no answer within %g s ", seconds)
            + (what ?? "to this utterance") + lines,
          fix: "give it more time with SUPERB_PYTHON_TIMEOUT")
      case .refused(let reason):
        throw UserError("Python's answer makes no sense: \(reason)" + lines)
      }
    }
  }
}

extension UserError {
  /// What Python says has gone wrong, and where.
  fileprivate init(
    _ failure: BridgeReply.Failure, _ request: BridgeFrame.Request
  ) {
    let module = request.module ?? ""
    let name = request.className ?? ""
    var what = failure.reason
    var fix: String?
    switch failure.stage {
    case "import":
      what = "the Python module '\(module)' cannot be imported: \(what)"
      fix =
        "its folder is to be the working folder or on PYTHONPATH, and its "
        + "libraries those of the Python in SUPERB_PYTHON"
    case "class": what = "the Python module '\(module)': \(what)"
    case "construct": what = "'\(name)' of '\(module)' cannot be made: \(what)"
    case "probe":
      what = "'\(name)' of '\(module)' fails on a second of noise: \(what)"
    default:
      let subject = request.texts == nil ? "this audio" : "these sentences"
      what = "the Python class fails on \(subject): \(what)"
    }
    if !failure.places.isEmpty {
      what += " [" + failure.places.joined(separator: " → ") + "]"
    }
    self.init(what, fix: fix)
  }
}

extension UpstreamFamily {
  /// Classes of the user's own Python.
  package static let python = UpstreamFamily(
    title: "classes in Python", members: [],
    recognizes: { $0.hasPrefix(PythonClass.prefix) },
    describe: { try PythonUpstream(named: $0).description },
    make: { try PythonUpstream(named: $0) })
}
