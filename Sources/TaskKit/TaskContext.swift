import TaskABI

/// What the host offers to one expert, for as long as the expert lives.
///
/// Belongs to the thread that made the expert.
public final class TaskContext {
  /// Width of a hidden state.
  public let upstreamDim: Int
  /// The frame shift: samples at `samplingRate` that a frame stands for, the
  /// upstream's downsample rate.
  public let upstreamRate: Double
  /// Hz of the audio that the upstream hears.
  public let samplingRate: Int
  /// The experiment's seed.
  public let seed: UInt64
  /// The task's section of the configuration, `downstream_expert`. All of it
  /// must be read while the expert is made.
  public let config: TaskConfiguration

  let host: UnsafePointer<superb_host>
  let operators: OperatorTables
  /// What goes into checkpoints besides parameters and buffers, in the order
  /// in which it was made.
  private(set) var remembered: [any Remembered] = []

  init(_ host: UnsafePointer<superb_host>) throws {
    self.host = host
    operators = try OperatorTables(host)
    upstreamDim = Int(host.pointee.upstream_dim)
    upstreamRate = host.pointee.upstream_rate
    samplingRate = Int(host.pointee.sampling_rate)
    seed = host.pointee.seed
    config = TaskConfiguration(host)
  }

  /// Has `memory` go into checkpoints.
  func remember(_ memory: any Remembered) { remembered.append(memory) }

  /// A corpus that the descriptor names. The configuration key, if one is
  /// given and set, goes before the host's own setting of the root folder.
  public func corpus(
    _ name: String, unless configKey: String? = nil
  ) throws -> Corpus {
    Corpus(
      name, setBy: configKey,
      to: try configKey.flatMap { try config.optionalString($0) }, host)
  }

  /// What an audio file's header says.
  public func audioInfo(_ path: String) throws -> AudioInfo {
    var info = superb_audio_info()
    info.struct_size = sizeField(of: superb_audio_info.self)
    try TaskError.check(
      host.pointee.audio_info?(host, path, &info),
      "\(path): not an audio file that can be read")
    return AudioInfo(
      channels: Int(info.channels), sampleRate: Int(info.sample_rate),
      samples: Int(info.samples))
  }

  /// The stream of that name, such as "train-order/3".
  public func random(_ name: String) -> RandomStream {
    let host = host
    let stream = host.pointee.random_stream?(host, name) ?? 0
    return RandomStream { index in
      host.pointee.random_bits?(host, stream, index) ?? 0
    }
  }

  /// How urgent a message to the user is.
  public enum LogLevel: Int32, Sendable {
    case debug = 0
    case info = 1
    case warning = 2
    case error = 3
  }

  /// Says something in the run's log.
  public func log(_ level: LogLevel = .info, _ message: String) {
    host.pointee.log?(host, level.rawValue, message)
  }

  /// Says how far work that takes longer than a second has come, and stops
  /// it if the host wants to stop. `what` names the work in a few words.
  public func progress(_ fraction: Double, _ what: String) throws {
    host.pointee.progress?(host, fraction, what)
    if (host.pointee.cancelled?(host) ?? 0) != 0 {
      throw TaskError(.cancelled, "stopped while \(what)")
    }
  }
}

/// What an audio file's header says.
public struct AudioInfo: Sendable, Equatable {
  /// How many the file has; the host mixes them to one.
  public let channels: Int
  /// Hz, of the file.
  public let sampleRate: Int
  /// Per channel, at the file's own rate.
  public let samples: Int
}
