import Diagnostics
import TaskABI

/// The contract's beam search, "superb.decode/1".
///
/// A host puts a `create` of its own into the table, which calls ``create``
/// with what the host lends.
package enum DecodeExtension {
  package typealias Create =
    @convention(c) (
      UnsafePointer<superb_host>?, UnsafePointer<superb_decoder_settings>?,
      UnsafeMutablePointer<OpaquePointer?>?
    ) -> superb_status

  /// A table that lives as long as the process.
  package static func table(
    create: @escaping Create
  ) -> UnsafePointer<superb_decode_api> {
    let table = UnsafeMutablePointer<superb_decode_api>.allocate(capacity: 1)
    var api = superb_decode_api()
    api.struct_size = UInt32(MemoryLayout<superb_decode_api>.size)
    api.create = create
    api.decode = { decoder, emissions, offsets, count, best, hypotheses in
      guard let decoder else { return SUPERB_INVALID_ARGUMENT }
      let borrowed = Unmanaged<ContractDecoder>.fromOpaque(
        UnsafeRawPointer(decoder)
      ).takeUnretainedValue()
      return DecodeExtension.reporting(to: borrowed.host) {
        try borrowed.decode(emissions, offsets, count, best, hypotheses)
      }
    }
    api.destroy = { decoder in
      guard let decoder else { return }
      Unmanaged<ContractDecoder>.fromOpaque(UnsafeRawPointer(decoder)).release()
    }
    table.initialize(to: api)
    return UnsafePointer(table)
  }

  /// What the table's function of that name does, with what a host lends.
  ///
  /// - Parameters:
  ///   - threads: utterances at a time at most.
  ///   - cache: the folder for compiled language models.
  package static func create(
    _ host: UnsafePointer<superb_host>?,
    _ settings: UnsafePointer<superb_decoder_settings>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?, threads: Int,
    cache: String?
  ) -> superb_status {
    guard let host else { return SUPERB_INVALID_ARGUMENT }
    return reporting(to: host) {
      guard let settings, let out else {
        throw UserError("the settings or the result's place is null")
      }
      guard
        Int(settings.pointee.struct_size)
          >= MemoryLayout<superb_decoder_settings>.size
      else {
        throw UserError("superb_decoder_settings has a wrong struct_size")
      }
      let made = ContractDecoder(
        try BeamDecoder(contract: settings.pointee, cache: cache), host,
        threads: threads)
      made.remark()
      out.pointee = OpaquePointer(Unmanaged.passRetained(made).toOpaque())
    }
  }

  private static func reporting(
    to host: UnsafePointer<superb_host>, _ body: () throws -> Void
  ) -> superb_status {
    do {
      try body()
      return SUPERB_OK
    } catch {
      let status =
        switch error {
        case is UserError: SUPERB_INVALID_ARGUMENT
        case is CancellationError: SUPERB_CANCELLED
        default: SUPERB_INTERNAL
        }
      let reason =
        error is CancellationError ? "stopped" : String(describing: error)
      guard let fail = host.pointee.fail else { return status }
      return fail(host, status, reason)
    }
  }
}
