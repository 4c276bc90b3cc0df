import Foundation
import Testing

@testable import Upstreams

struct ModelCardTests {
  @Test(arguments: [
    ("---\nlanguage: en\nlicense: apache-2.0\n---\n# X", "apache-2.0"),
    ("---\r\nlicense: 'mit'\r\n---\r\n", "mit"),
    ("---\nlicense:\n---\n", nil), ("---\ntags: x\n---\nlicense: mit\n", nil),
    ("license: mit\n", nil), ("", nil),
  ])
  func theLicenceIsAmongTheFirstFields(_ text: String, _ licence: String?) {
    #expect(ModelCard.licence(Data(text.utf8)) == licence)
  }
}
