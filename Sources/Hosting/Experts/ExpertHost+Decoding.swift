import Decoding
import Files
import Foundation
import TaskABI

extension ExpertHost {
  /// "superb.decode/1" of an experiment: on its share of the cores, with
  /// language models compiled once, in the user's cache.
  nonisolated(unsafe) static let decodeTable = DecodeExtension.table {
    host, settings, out in
    let threads = host.flatMap { ExpertHost.of($0) }?.setting.threads
    return DecodeExtension.create(
      host, settings, out,
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
      cache: CacheFolder.standard().path + "/lm")
  }
}
