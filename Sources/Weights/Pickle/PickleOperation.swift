/// The operations of pickle protocols 2 to 5 that data are written with.
///
/// Those of protocols 0 and 1 that write numbers as text, and those that look
/// classes up in a registry of the reader's, are left out.
enum PickleOperation: UInt8 {
  case mark = 0x28  // (
  case stop = 0x2e  // .
  case pop = 0x30  // 0
  case popMark = 0x31  // 1
  case duplicate = 0x32  // 2
  case bytes32 = 0x42  // B
  case shortBytes = 0x43  // C
  case real64 = 0x47  // G
  case integer32 = 0x4a  // J
  case integer8 = 0x4b  // K
  case integer16 = 0x4d  // M
  case none = 0x4e  // N
  case persistent = 0x51  // Q
  case reduce = 0x52  // R
  case string32 = 0x54  // T
  case shortString = 0x55  // U
  case text32 = 0x58  // X
  case append = 0x61  // a
  case build = 0x62  // b
  case global = 0x63  // c
  case dictionary = 0x64  // d
  case emptyDictionary = 0x7d  // }
  case appends = 0x65  // e
  case get8 = 0x68  // h
  case get32 = 0x6a  // j
  case list = 0x6c  // l
  case put8 = 0x71  // q
  case put32 = 0x72  // r
  case setItem = 0x73  // s
  case tuple = 0x74  // t
  case emptyTuple = 0x29  // )
  case setItems = 0x75  // u
  case emptyList = 0x5d  // ]
  case proto = 0x80
  case newObject = 0x81
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case yes = 0x88
  case no = 0x89
  case long8 = 0x8a
  case long32 = 0x8b
  case shortText = 0x8c
  case text64 = 0x8d
  case bytes64 = 0x8e
  case emptySet = 0x8f
  case addItems = 0x90
  case frozenSet = 0x91
  case newObjectWithKeywords = 0x92
  case stackGlobal = 0x93
  case memoize = 0x94
  case frame = 0x95
  case byteArray64 = 0x96
}
