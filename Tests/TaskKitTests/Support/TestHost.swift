import Foundation
import TaskABI

/// A host as small as the contract allows: configuration and corpora from
/// dictionaries, an eager engine without gradients.
final class TestHost {
  enum Value {
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list(Int)
    case map([String])
    case null
  }

  var config: [String: Value]
  var corpora: [String: String]
  var failures: [(status: superb_status, message: String)] = []
  var isCancelled = false
  /// Samples of audio, after its effects, by the file's name; files that are
  /// not here have none that can be read.
  var lengths: [String: Int64] = [:]
  /// Tables beside the operators', by id.
  var extensions: [String: UnsafeRawPointer] = [:]
  let engine = TestEngine()
  let table: UnsafeMutablePointer<superb_host>
  private var texts: [UnsafeMutablePointer<CChar>] = []

  init(
    dim: Int64 = 3, config: [String: Value] = [:],
    corpora: [String: String] = [:]
  ) {
    self.config = config
    self.corpora = corpora
    table = .allocate(capacity: 1)
    table.initialize(to: superb_host())
    table.pointee.struct_size = UInt32(MemoryLayout<superb_host>.size)
    table.pointee.context = Unmanaged.passUnretained(self).toOpaque()
    table.pointee.upstream_dim = dim
    table.pointee.upstream_rate = 320
    table.pointee.sampling_rate = 16_000
    table.pointee.seed = 1337
    fillServices()
    fillConfiguration()
  }

  deinit {
    table.deallocate()
    for text in texts { free(text) }
  }

  static func at(_ me: UnsafePointer<superb_host>?) -> TestHost {
    Unmanaged<TestHost>.fromOpaque(me!.pointee.context!).takeUnretainedValue()
  }

  func keep(_ text: String) -> UnsafePointer<CChar> {
    texts.append(strdup(text)!)
    return UnsafePointer(texts.last!)
  }

  private func fillServices() {
    table.pointee.fail = { me, status, message in
      TestHost.at(me).failures.append((status, String(cString: message!)))
      return status
    }
    table.pointee.log = { _, _, _ in }
    table.pointee.progress = { _, _, _ in }
    table.pointee.cancelled = { TestHost.at($0).isCancelled ? 1 : 0 }
    table.pointee.corpus = { me, name, root in
      let host = TestHost.at(me)
      let name = String(cString: name!)
      guard let path = host.corpora[name] else {
        return me!.pointee.fail(me, SUPERB_NOT_FOUND, "no corpus \(name)")
      }
      root!.pointee = host.keep(path)
      return SUPERB_OK
    }
    table.pointee.audio_info = { me, path, info in
      let name = URL(fileURLWithPath: String(cString: path!))
        .lastPathComponent
      if let samples = TestHost.at(me).lengths[name] {
        info!.pointee.channels = 1
        info!.pointee.sample_rate = 16_000
        info!.pointee.samples = samples
        return SUPERB_OK
      }
      guard name == "known.wav" else { return SUPERB_IO }
      info!.pointee.channels = 2
      info!.pointee.sample_rate = 44_100
      info!.pointee.samples = 12
      return SUPERB_OK
    }
    table.pointee.audio_lengths = { me, audio, count, lengths in
      for index in 0..<Int(count) {
        let path = String(cString: audio![index]!.pointee.path)
        let name = URL(fileURLWithPath: path).lastPathComponent
        guard let samples = TestHost.at(me).lengths[name] else {
          return me!.pointee.fail(me, SUPERB_IO, "\(path) is not audio")
        }
        lengths![index] = samples
      }
      return SUPERB_OK
    }
    table.pointee.random_stream = { _, name in
      String(cString: name!).utf8.reduce(14_695_981_039_346_656_037) {
        ($0 ^ UInt64($1)) &* 1_099_511_628_211
      }
    }
    table.pointee.random_bits = { me, stream, index in
      TestHost.mixed(me!.pointee.seed &+ TestHost.mixed(stream) &+ index)
    }
    table.pointee.get_extension = { me, id in
      let id = String(cString: id!)
      return TestHost.at(me).engine.operators(id)
        ?? TestHost.at(me).extensions[id]
    }
  }

  private func fillConfiguration() {
    table.pointee.config_kind = { me, path in
      switch TestHost.at(me).config[String(cString: path!)] {
      case .bool: SUPERB_CONFIG_BOOL
      case .integer: SUPERB_CONFIG_INTEGER
      case .number: SUPERB_CONFIG_FLOAT
      case .text: SUPERB_CONFIG_STRING
      case .list: SUPERB_CONFIG_LIST
      case .map: SUPERB_CONFIG_MAP
      case .null: SUPERB_CONFIG_ABSENT
      case nil: SUPERB_CONFIG_ABSENT
      }
    }
    table.pointee.config_bool = { me, path, out in
      guard case .bool(let value) = TestHost.at(me)[path] else {
        return SUPERB_INVALID_ARGUMENT
      }
      out!.pointee = value ? 1 : 0
      return SUPERB_OK
    }
    table.pointee.config_integer = { me, path, out in
      guard case .integer(let value) = TestHost.at(me)[path] else {
        return SUPERB_INVALID_ARGUMENT
      }
      out!.pointee = value
      return SUPERB_OK
    }
    table.pointee.config_number = { me, path, out in
      switch TestHost.at(me)[path] {
      case .number(let value): out!.pointee = value
      case .integer(let value): out!.pointee = Double(value)
      default: return SUPERB_INVALID_ARGUMENT
      }
      return SUPERB_OK
    }
    table.pointee.config_string = { me, path, out in
      guard case .text(let value) = TestHost.at(me)[path] else {
        return SUPERB_INVALID_ARGUMENT
      }
      out!.pointee = TestHost.at(me).keep(value)
      return SUPERB_OK
    }
    table.pointee.config_count = { me, path, out in
      switch TestHost.at(me)[path] {
      case .list(let count): out!.pointee = Int64(count)
      case .map(let keys): out!.pointee = Int64(keys.count)
      default: return SUPERB_INVALID_ARGUMENT
      }
      return SUPERB_OK
    }
    table.pointee.config_key = { me, path, index, out in
      guard case .map(let keys) = TestHost.at(me)[path] else {
        return SUPERB_INVALID_ARGUMENT
      }
      out!.pointee = TestHost.at(me).keep(keys[Int(index)])
      return SUPERB_OK
    }
  }

  private subscript(path: UnsafePointer<CChar>?) -> Value? {
    config[String(cString: path!)]
  }

  /// Sebastiano Vigna's SplitMix64 step.
  private static func mixed(_ number: UInt64) -> UInt64 {
    var z = number &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
