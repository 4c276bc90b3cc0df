/// The text of `bridge.py`, the Python side of the bridge. It is part of this
/// program, so that it is there wherever the program is.
enum BridgeScript {
  static let text = String(decoding: PackageResources.bridge_py, as: UTF8.self)
}
