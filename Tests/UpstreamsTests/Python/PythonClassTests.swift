import Diagnostics
import Testing

@testable import Upstreams

struct PythonClassTests {
  @Test func theClassAndItsArgumentsMayBeLeftOut() throws {
    let plain = try PythonClass(parsing: "python:my.module")
    #expect(plain.module == "my.module")
    #expect(plain.name == "UpstreamExpert")
    #expect(plain.arguments.isEmpty)
    let full = try PythonClass(
      parsing: "python:dir/expert.py:Mine?ckpt=/a%2Cb%26c=d&config=x.yaml")
    #expect(full.module == "dir/expert.py")
    #expect(full.name == "Mine")
    #expect(full.arguments == ["ckpt": "/a,b&c=d", "model_config": "x.yaml"])
  }

  @Test(arguments: [
    "python:", "python::X", "python:m:", "python:m:a:b", "python:m?ckpt",
    "python:m?ckpt=", "python:m?ckpt=%", "python:m?ckpt=a&ckpt=b",
    "python:m?chkpt=a", "python:m?config=a&model_config=b",
  ])
  func whatIsNoNameIsRefused(_ text: String) {
    let error = #expect(throws: UserError.self) {
      try PythonClass(parsing: text)
    }
    #expect(error?.what.contains(text) == true)
    #expect(error?.fix != nil)
  }

  @Test func aMistypedArgumentBringsTheNearest() {
    let error = #expect(throws: UserError.self) {
      try PythonClass(parsing: "python:m?chkpt=a")
    }
    #expect(error?.fix == "did you mean 'ckpt'?")
  }
}
