import Alignment
import Configuration
import Diagnostics
import Foundation
import Records
import Speech
import TaskABI
import Tensors
import Upstreams

/// The function table that an expert sees. Every function finds the host
/// behind the table, and turns a thrown error into a kept failure.
extension ExpertHost {
  func makeTable() -> superb_host {
    var table = superb_host()
    table.struct_size = UInt32(MemoryLayout<superb_host>.size)
    table.context = operators.context
    table.upstream_dim = Int64(setting.upstreamDimension)
    table.upstream_rate = setting.samplesPerFrame
    table.sampling_rate = Int64(setting.samplingRate)
    table.seed = setting.seed
    addMessages(to: &table)
    addConfiguration(to: &table)
    addData(to: &table)
    return table
  }

  private func addMessages(to table: inout superb_host) {
    table.fail = { table, status, message in
      guard let host = ExpertHost.of(table) else { return SUPERB_INTERNAL }
      return host.fail(status, message.map(bounded) ?? "no reason given")
    }
    table.log = { table, level, message in
      guard let message, let host = ExpertHost.of(table) else { return }
      host.setting.logger.log(
        level: logLevel(level), "\(bounded(message))")
    }
    table.progress = { table, fraction, what in
      guard let host = ExpertHost.of(table) else { return }
      host.setting.reportsProgress(
        fraction.isNaN ? 0 : min(max(fraction, 0), 1),
        what.map(bounded)?.shown ?? "")
    }
    table.cancelled = { table in
      guard let host = ExpertHost.of(table) else { return 1 }
      return host.setting.isCancelled() ? 1 : 0
    }
  }

  private func addConfiguration(to table: inout superb_host) {
    table.config_kind = { table, path in
      guard let host = ExpertHost.of(table) else { return SUPERB_CONFIG_ABSENT }
      let value = try? host.setting.config.value(at: host.whole(path))
      return value.map(contractKind) ?? SUPERB_CONFIG_ABSENT
    }
    table.config_bool = { table, path, out in
      look(table, path, out) { try $1.bool(at: $2) ? 1 : 0 }
    }
    table.config_integer = { table, path, out in
      look(table, path, out) { Int64(try $1.int(at: $2)) }
    }
    table.config_number = { table, path, out in
      look(table, path, out) { try $1.double(at: $2) }
    }
    table.config_string = { table, path, out in
      look(table, path, out) {
        $0.keep(try PathText.expandingMarked($1.string(at: $2), at: $2))
      }
    }
    table.config_count = { table, path, out in
      attempt(table) { host in
        let value = try host.enumerate(path)
        switch value.kind {
        case .list(let list): out?.pointee = Int64(list.count)
        case .map(let map): out?.pointee = Int64(map.entries.count)
        default:
          throw UserError(
            "expected a list or a map", at: value.mark?.description)
        }
      }
    }
    table.config_key = { table, path, index, out in
      attempt(table) { host in
        let value = try host.enumerate(path)
        guard case .map(let map) = value.kind,
          map.entries.indices.contains(Int(index))
        else {
          throw UserError(
            "there is no key number \(index)", at: value.mark?.description)
        }
        out?.pointee = host.keep(map.entries[Int(index)].key)
      }
    }
  }

  private func addData(to table: inout superb_host) {
    table.corpus = { table, name, out in
      attempt(table) { host in
        let name = name.map { String(cString: $0) } ?? ""
        guard let root = host.setting.corpora[name] else {
          throw UserError(
            "the corpus '\(name)' has no folder",
            fix: "set corpora.\(name) in benchmark.yaml, or make a demo with"
              + " superb data make-demo")
        }
        out?.pointee = host.keep(root)
      }
    }
    table.audio_info = { table, path, out in
      attempt(table) { host in
        guard let path, let out else { return }
        let info = try AudioFile.info(String(cString: path))
        let size = out.pointee.struct_size
        guard size >= UInt32(MemoryLayout<superb_audio_info>.size) else {
          throw host.breach(
            in: "audio_info", "superb_audio_info.struct_size is \(size)")
        }
        out.pointee.channels = Int32(clamping: info.channels)
        out.pointee.sample_rate = Int32(clamping: info.sampleRate)
        out.pointee.samples = info.samples
      }
    }
    table.audio_lengths = { table, audio, count, out in
      attempt(table) { host in
        guard let audio, let out, count > 0 else { return }
        let rate = host.setting.samplingRate
        let audios = try UnsafeBufferPointer(start: audio, count: Int(count))
          .map { audio in
            guard let audio = audio?.pointee, audio.path != nil else {
              throw host.breach(
                in: "audio_lengths", "an audio is null or has no path")
            }
            return audio
          }
        let lengths = try host.setting.audioLengths(
          audios.compactMap { try AudioSpan($0, samplingRate: rate) })
        for (index, (audio, length)) in zip(audios, lengths).enumerated() {
          out[index] = Int64(length / (try audio.samplesPerUnit(at: rate)))
        }
      }
    }
    table.random_stream = { _, name in
      CounterRandom.stream(name.map { String(cString: $0) } ?? "")
    }
    table.random_bits = { table, stream, index in
      // On any thread: reads nothing that changes.
      guard let table else { return 0 }
      return CounterRandom(seed: table.pointee.seed)
        .bits(stream: stream, index: index)
    }
    table.get_extension = { _, id in
      let id = id.map { String(cString: $0) } ?? ""
      return switch id {
      case SUPERB_DTW_EXTENSION: UnsafeRawPointer(ExpertHost.alignmentTable)
      case SUPERB_DECODE_EXTENSION: UnsafeRawPointer(ExpertHost.decodeTable)
      default: TensorExtension.table(id)
      }
    }
  }
}

/// A text of a task's, as far as anybody would read it: what has gone wrong
/// in it may have a hundred megabytes.
private func bounded(_ text: UnsafePointer<CChar>) -> String {
  let most = 1 << 14
  let length = strnlen(text, most + 1)
  let bytes = UnsafeRawBufferPointer(start: text, count: min(length, most))
  return String(decoding: bytes, as: UTF8.self) + (length > most ? "…" : "")
}

/// Runs `body` with the host behind `table`; its error becomes the call's
/// failure and status.
private func attempt(
  _ table: UnsafePointer<superb_host>?, _ body: (ExpertHost) throws -> Void
) -> superb_status {
  guard let host = ExpertHost.of(table) else { return SUPERB_INTERNAL }
  do {
    try body(host)
    return SUPERB_OK
  } catch {
    return host.fail(error)
  }
}

/// Gives what `read` finds at a path of the configuration.
private func look<Value>(
  _ table: UnsafePointer<superb_host>?, _ path: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<Value>?,
  _ read: (ExpertHost, ConfigValue, _ path: String) throws -> Value
) -> superb_status {
  attempt(table) { host in
    out?.pointee = try read(host, host.setting.config, host.whole(path))
  }
}

private func contractKind(_ value: ConfigValue) -> Int32 {
  switch value.kind {
  case .null: SUPERB_CONFIG_ABSENT
  case .bool: SUPERB_CONFIG_BOOL
  case .integer: SUPERB_CONFIG_INTEGER
  case .float: SUPERB_CONFIG_FLOAT
  case .string: SUPERB_CONFIG_STRING
  case .list: SUPERB_CONFIG_LIST
  case .map: SUPERB_CONFIG_MAP
  }
}
