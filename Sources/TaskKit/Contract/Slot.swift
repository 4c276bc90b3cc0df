import TaskABI

/// The C functions of a factory. They are told neither the library nor the
/// factory that they belong to, and a C function cannot carry a Swift
/// context; so each library takes the next row of a fixed table of functions,
/// in which the row's number is written out.
///
/// The alternatives are worse: finding a type by its id alone would mix up
/// two libraries that claim one id, and cannot answer `descriptor(index)`;
/// functions emitted into each plugin would need underscored attributes.
struct Slot: Sendable {
  typealias Out = UnsafeMutablePointer<UnsafeMutablePointer<superb_expert>?>
  typealias Factory =
    @convention(c) () -> UnsafePointer<superb_task_factory>?
  typealias Descriptor =
    @convention(c) (UInt32) -> UnsafePointer<superb_task_descriptor>?
  typealias Create =
    @convention(c) (
      UnsafePointer<superb_host>?, UnsafePointer<CChar>?, Out?
    ) -> superb_status
  typealias Table =
    @convention(c) (UnsafePointer<CChar>?, UInt32) -> UnsafeRawPointer?

  let factory: Factory
  let descriptor: Descriptor
  let create: Create
  let table: Table

  init(
    _ factory: Factory, _ descriptor: Descriptor, _ create: Create,
    _ table: Table
  ) {
    self.factory = factory
    self.descriptor = descriptor
    self.create = create
    self.table = table
  }
}

// swift-format-ignore
extension Slot {
  private static func at(_ row: Int) -> LoadedLibrary? {
    LoadedLibrary.inSlot(row)
  }

  private static func make(
    _ row: Int, _ host: UnsafePointer<superb_host>?,
    _ id: UnsafePointer<CChar>?, _ out: Out?
  ) -> superb_status {
    at(row)?.create(host: host, id: id, out: out) ?? SUPERB_NOT_FOUND
  }

  /// One row for each Swift library that a process can hold.
  static let all: [Slot] = [
    Slot({ at(0)?.factory }, { at(0)?.descriptor($0) },
      { make(0, $0, $1, $2) }, { at(0)?.table($0, $1) }),
    Slot({ at(1)?.factory }, { at(1)?.descriptor($0) },
      { make(1, $0, $1, $2) }, { at(1)?.table($0, $1) }),
    Slot({ at(2)?.factory }, { at(2)?.descriptor($0) },
      { make(2, $0, $1, $2) }, { at(2)?.table($0, $1) }),
    Slot({ at(3)?.factory }, { at(3)?.descriptor($0) },
      { make(3, $0, $1, $2) }, { at(3)?.table($0, $1) }),
    Slot({ at(4)?.factory }, { at(4)?.descriptor($0) },
      { make(4, $0, $1, $2) }, { at(4)?.table($0, $1) }),
    Slot({ at(5)?.factory }, { at(5)?.descriptor($0) },
      { make(5, $0, $1, $2) }, { at(5)?.table($0, $1) }),
    Slot({ at(6)?.factory }, { at(6)?.descriptor($0) },
      { make(6, $0, $1, $2) }, { at(6)?.table($0, $1) }),
    Slot({ at(7)?.factory }, { at(7)?.descriptor($0) },
      { make(7, $0, $1, $2) }, { at(7)?.table($0, $1) }),
    Slot({ at(8)?.factory }, { at(8)?.descriptor($0) },
      { make(8, $0, $1, $2) }, { at(8)?.table($0, $1) }),
    Slot({ at(9)?.factory }, { at(9)?.descriptor($0) },
      { make(9, $0, $1, $2) }, { at(9)?.table($0, $1) }),
    Slot({ at(10)?.factory }, { at(10)?.descriptor($0) },
      { make(10, $0, $1, $2) }, { at(10)?.table($0, $1) }),
    Slot({ at(11)?.factory }, { at(11)?.descriptor($0) },
      { make(11, $0, $1, $2) }, { at(11)?.table($0, $1) }),
    Slot({ at(12)?.factory }, { at(12)?.descriptor($0) },
      { make(12, $0, $1, $2) }, { at(12)?.table($0, $1) }),
    Slot({ at(13)?.factory }, { at(13)?.descriptor($0) },
      { make(13, $0, $1, $2) }, { at(13)?.table($0, $1) }),
    Slot({ at(14)?.factory }, { at(14)?.descriptor($0) },
      { make(14, $0, $1, $2) }, { at(14)?.table($0, $1) }),
    Slot({ at(15)?.factory }, { at(15)?.descriptor($0) },
      { make(15, $0, $1, $2) }, { at(15)?.table($0, $1) }),
    Slot({ at(16)?.factory }, { at(16)?.descriptor($0) },
      { make(16, $0, $1, $2) }, { at(16)?.table($0, $1) }),
    Slot({ at(17)?.factory }, { at(17)?.descriptor($0) },
      { make(17, $0, $1, $2) }, { at(17)?.table($0, $1) }),
    Slot({ at(18)?.factory }, { at(18)?.descriptor($0) },
      { make(18, $0, $1, $2) }, { at(18)?.table($0, $1) }),
    Slot({ at(19)?.factory }, { at(19)?.descriptor($0) },
      { make(19, $0, $1, $2) }, { at(19)?.table($0, $1) }),
    Slot({ at(20)?.factory }, { at(20)?.descriptor($0) },
      { make(20, $0, $1, $2) }, { at(20)?.table($0, $1) }),
    Slot({ at(21)?.factory }, { at(21)?.descriptor($0) },
      { make(21, $0, $1, $2) }, { at(21)?.table($0, $1) }),
    Slot({ at(22)?.factory }, { at(22)?.descriptor($0) },
      { make(22, $0, $1, $2) }, { at(22)?.table($0, $1) }),
    Slot({ at(23)?.factory }, { at(23)?.descriptor($0) },
      { make(23, $0, $1, $2) }, { at(23)?.table($0, $1) }),
    Slot({ at(24)?.factory }, { at(24)?.descriptor($0) },
      { make(24, $0, $1, $2) }, { at(24)?.table($0, $1) }),
    Slot({ at(25)?.factory }, { at(25)?.descriptor($0) },
      { make(25, $0, $1, $2) }, { at(25)?.table($0, $1) }),
    Slot({ at(26)?.factory }, { at(26)?.descriptor($0) },
      { make(26, $0, $1, $2) }, { at(26)?.table($0, $1) }),
    Slot({ at(27)?.factory }, { at(27)?.descriptor($0) },
      { make(27, $0, $1, $2) }, { at(27)?.table($0, $1) }),
    Slot({ at(28)?.factory }, { at(28)?.descriptor($0) },
      { make(28, $0, $1, $2) }, { at(28)?.table($0, $1) }),
    Slot({ at(29)?.factory }, { at(29)?.descriptor($0) },
      { make(29, $0, $1, $2) }, { at(29)?.table($0, $1) }),
    Slot({ at(30)?.factory }, { at(30)?.descriptor($0) },
      { make(30, $0, $1, $2) }, { at(30)?.table($0, $1) }),
    Slot({ at(31)?.factory }, { at(31)?.descriptor($0) },
      { make(31, $0, $1, $2) }, { at(31)?.table($0, $1) }),
    Slot({ at(32)?.factory }, { at(32)?.descriptor($0) },
      { make(32, $0, $1, $2) }, { at(32)?.table($0, $1) }),
    Slot({ at(33)?.factory }, { at(33)?.descriptor($0) },
      { make(33, $0, $1, $2) }, { at(33)?.table($0, $1) }),
    Slot({ at(34)?.factory }, { at(34)?.descriptor($0) },
      { make(34, $0, $1, $2) }, { at(34)?.table($0, $1) }),
    Slot({ at(35)?.factory }, { at(35)?.descriptor($0) },
      { make(35, $0, $1, $2) }, { at(35)?.table($0, $1) }),
    Slot({ at(36)?.factory }, { at(36)?.descriptor($0) },
      { make(36, $0, $1, $2) }, { at(36)?.table($0, $1) }),
    Slot({ at(37)?.factory }, { at(37)?.descriptor($0) },
      { make(37, $0, $1, $2) }, { at(37)?.table($0, $1) }),
    Slot({ at(38)?.factory }, { at(38)?.descriptor($0) },
      { make(38, $0, $1, $2) }, { at(38)?.table($0, $1) }),
    Slot({ at(39)?.factory }, { at(39)?.descriptor($0) },
      { make(39, $0, $1, $2) }, { at(39)?.table($0, $1) }),
    Slot({ at(40)?.factory }, { at(40)?.descriptor($0) },
      { make(40, $0, $1, $2) }, { at(40)?.table($0, $1) }),
    Slot({ at(41)?.factory }, { at(41)?.descriptor($0) },
      { make(41, $0, $1, $2) }, { at(41)?.table($0, $1) }),
    Slot({ at(42)?.factory }, { at(42)?.descriptor($0) },
      { make(42, $0, $1, $2) }, { at(42)?.table($0, $1) }),
    Slot({ at(43)?.factory }, { at(43)?.descriptor($0) },
      { make(43, $0, $1, $2) }, { at(43)?.table($0, $1) }),
    Slot({ at(44)?.factory }, { at(44)?.descriptor($0) },
      { make(44, $0, $1, $2) }, { at(44)?.table($0, $1) }),
    Slot({ at(45)?.factory }, { at(45)?.descriptor($0) },
      { make(45, $0, $1, $2) }, { at(45)?.table($0, $1) }),
    Slot({ at(46)?.factory }, { at(46)?.descriptor($0) },
      { make(46, $0, $1, $2) }, { at(46)?.table($0, $1) }),
    Slot({ at(47)?.factory }, { at(47)?.descriptor($0) },
      { make(47, $0, $1, $2) }, { at(47)?.table($0, $1) }),
    Slot({ at(48)?.factory }, { at(48)?.descriptor($0) },
      { make(48, $0, $1, $2) }, { at(48)?.table($0, $1) }),
    Slot({ at(49)?.factory }, { at(49)?.descriptor($0) },
      { make(49, $0, $1, $2) }, { at(49)?.table($0, $1) }),
    Slot({ at(50)?.factory }, { at(50)?.descriptor($0) },
      { make(50, $0, $1, $2) }, { at(50)?.table($0, $1) }),
    Slot({ at(51)?.factory }, { at(51)?.descriptor($0) },
      { make(51, $0, $1, $2) }, { at(51)?.table($0, $1) }),
    Slot({ at(52)?.factory }, { at(52)?.descriptor($0) },
      { make(52, $0, $1, $2) }, { at(52)?.table($0, $1) }),
    Slot({ at(53)?.factory }, { at(53)?.descriptor($0) },
      { make(53, $0, $1, $2) }, { at(53)?.table($0, $1) }),
    Slot({ at(54)?.factory }, { at(54)?.descriptor($0) },
      { make(54, $0, $1, $2) }, { at(54)?.table($0, $1) }),
    Slot({ at(55)?.factory }, { at(55)?.descriptor($0) },
      { make(55, $0, $1, $2) }, { at(55)?.table($0, $1) }),
    Slot({ at(56)?.factory }, { at(56)?.descriptor($0) },
      { make(56, $0, $1, $2) }, { at(56)?.table($0, $1) }),
    Slot({ at(57)?.factory }, { at(57)?.descriptor($0) },
      { make(57, $0, $1, $2) }, { at(57)?.table($0, $1) }),
    Slot({ at(58)?.factory }, { at(58)?.descriptor($0) },
      { make(58, $0, $1, $2) }, { at(58)?.table($0, $1) }),
    Slot({ at(59)?.factory }, { at(59)?.descriptor($0) },
      { make(59, $0, $1, $2) }, { at(59)?.table($0, $1) }),
    Slot({ at(60)?.factory }, { at(60)?.descriptor($0) },
      { make(60, $0, $1, $2) }, { at(60)?.table($0, $1) }),
    Slot({ at(61)?.factory }, { at(61)?.descriptor($0) },
      { make(61, $0, $1, $2) }, { at(61)?.table($0, $1) }),
    Slot({ at(62)?.factory }, { at(62)?.descriptor($0) },
      { make(62, $0, $1, $2) }, { at(62)?.table($0, $1) }),
    Slot({ at(63)?.factory }, { at(63)?.descriptor($0) },
      { make(63, $0, $1, $2) }, { at(63)?.table($0, $1) }),
  ]
}
