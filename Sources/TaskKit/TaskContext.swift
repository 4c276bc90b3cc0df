import TaskABI

/// What the host offers to one expert, for as long as the expert lives.
///
/// Belongs to the thread that made the expert.
public final class TaskContext {
  /// Width of a hidden state.
  public let upstreamDim: Int
  /// 16 kHz samples a frame stands for, the upstream's downsample rate.
  public let upstreamRate: Double
  /// The experiment's seed.
  public let seed: UInt64
  /// The task's section of the configuration, `downstream_expert`. All of it
  /// must be read while the expert is made.
  public let config: TaskConfiguration

  let host: UnsafePointer<superb_host>
  let tensors: TensorAPI

  init(_ host: UnsafePointer<superb_host>) throws {
    guard
      let table = host.pointee.get_extension?(host, SUPERB_TENSOR_EXTENSION)
    else {
      throw TaskError(
        .unsupported,
        "this host does not offer '\(SUPERB_TENSOR_EXTENSION)', which tasks "
          + "written in Swift need. Update superb.")
    }
    self.host = host
    tensors = table.assumingMemoryBound(to: superb_tensor_api.self)
    upstreamDim = Int(host.pointee.upstream_dim)
    upstreamRate = host.pointee.upstream_rate
    seed = host.pointee.seed
    config = TaskConfiguration(host)
  }

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
    let status =
      host.pointee.audio_info?(host, path, &info) ?? SUPERB_UNSUPPORTED
    if let status = TaskError.Status(rawValue: status) {
      throw TaskError(status, "\(path): not an audio file that can be read")
    }
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

  public enum LogLevel: Int32, Sendable {
    case debug = 0
    case info = 1
    case warning = 2
    case error = 3
  }

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
  public let channels: Int
  /// Hz, of the file.
  public let sampleRate: Int
  /// Per channel, at the file's own rate.
  public let samples: Int
}
