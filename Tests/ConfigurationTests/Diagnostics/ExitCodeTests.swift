import Diagnostics
import Testing

@Suite struct ExitCodeTests {
  private struct Unknown: Error {}

  @Test func everyFamilyHasItsOwn() {
    let breach = ContractBreach(of: "ks", in: "forward(train)", "it is late")
    #expect(ExitCode.of(UserError("wrong")) == 2)
    #expect(ExitCode.of(breach) == 1)
    #expect(ExitCode.of(InternalError("lost")) == 70)
    #expect(ExitCode.of(Unknown()) == 70)
    #expect(
      breach.description
        == "the task 'ks' broke the contract in forward(train): it is late")
  }
}
