import Kernels

/// One worker's memory. It grows to what the longest document needs and no
/// further: (dim + 120 + 2) numbers a document frame.
struct Workspace: ~Copyable {
  /// The document, [panels][dim][16].
  private(set) var document = Buffer()
  /// Products of a block of query rows with the whole document.
  private(set) var products = Buffer()
  private(set) var line = Buffer()
  private(set) var costs = Buffer()

  /// Query rows a block: with a document of a thousand frames, block and
  /// products fit a level-2 cache.
  static let blockGroups = 10

  static func padded(_ frames: Int) -> Int {
    let panel = Int(SUPERB_DOCUMENT_PANEL)
    return (frames + panel - 1) / panel * panel
  }

  mutating func reserve(frames: Int, dim: Int) {
    let padded = Self.padded(frames)
    document.reserve(padded * dim)
    products.reserve(padded * Self.blockGroups * QueryStack.group)
    line.reserve(padded + Int(SUPERB_COST_PAD))
    costs.reserve(padded + Int(SUPERB_COST_PAD))
  }

  /// Numbers on a cache line's border.
  struct Buffer: ~Copyable {
    private var capacity = 0
    private(set) var numbers: UnsafeMutablePointer<Float>

    init() {
      numbers = Self.allocate(0)
    }

    deinit {
      UnsafeMutableRawPointer(numbers).deallocate()
    }

    /// Makes room for `count` numbers and forgets those there were.
    mutating func reserve(_ count: Int) {
      guard count > capacity else { return }
      UnsafeMutableRawPointer(numbers).deallocate()
      numbers = Self.allocate(count)
      capacity = count
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
      let bytes = max(count, 1) * MemoryLayout<Float>.stride
      let raw = UnsafeMutableRawPointer.allocate(
        byteCount: bytes, alignment: 64)
      raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
      return raw.bindMemory(to: Float.self, capacity: max(count, 1))
    }
  }
}
