import TaskABI
import Testing

@Suite struct HeaderTests {
  @Test(arguments: [
    ("cc", "c11"), ("cc", "c17"), ("c++", "c++17"), ("c++", "c++20"),
  ])
  func eachHeaderCompilesAloneWithoutWarnings(
    compiler: String, standard: String
  ) throws {
    let headers = try HeaderFile.all
    #expect(headers.count == 14)
    for header in headers {
      let outcome = try CCompiler.compile(
        "#include <superb/\(header.name)>\n"
          + "#include <superb/\(header.name)>\nextern int superb_used;\n",
        with: compiler, standard: standard)
      #expect(outcome.status == 0, "\(header.name): \(outcome.output)")
    }
  }

  @Test func macrosCompileInBothLanguages() throws {
    let source = """
      #include <superb/task.h>
      static int reads(const superb_expert *expert) {
        return SUPERB_HAS(expert, get_extension);
      }
      int main(void) {
        superb_expert expert;
        expert.struct_size = sizeof expert;
        if (!reads(&expert)) return 1;
        expert.struct_size = (uint32_t)(sizeof expert - 1);
        if (reads(&expert)) return 2;
        return SUPERB_ENTRY_MAGIC == 0x4b54425245505553u ? 0 : 3;
      }

      """
    for (compiler, standard) in [("cc", "c11"), ("c++", "c++17")] {
      let outcome = try CCompiler.compile(
        source, with: compiler, standard: standard, runs: true)
      #expect(outcome.status == 0, "\(outcome.output)")
    }
  }

  @Test func aMistakeInASourceIsSeen() throws {
    let outcome = try CCompiler.compile(
      "#include <superb/task.h>\nint f(void) { int unused; return 0; }\n",
      with: "cc", standard: "c11")
    #expect(outcome.status != 0)
  }

  @Test func statusCodesAndExtensionsKeepTheirValues() {
    let codes = [
      SUPERB_OK, SUPERB_INVALID_ARGUMENT, SUPERB_NOT_FOUND, SUPERB_IO,
      SUPERB_CORRUPT_DATA, SUPERB_UNSUPPORTED, SUPERB_CANCELLED,
      SUPERB_RESOURCE, SUPERB_INTERNAL,
    ]
    #expect(codes == Array(0...8))
    #expect(SUPERB_TENSOR_EXTENSION == "superb.tensor/1")
    #expect(SUPERB_FOLDS_EXTENSION == "superb.folds/1")
    #expect(SUPERB_POOLING_EXTENSION == "superb.pooling/1")
    #expect(SUPERB_PREDICT_EXTENSION == "superb.predict/1")
    #expect(SUPERB_STATE_EXTENSION == "superb.state/1")
    #expect(SUPERB_ENTRY_SYMBOL == "superb_task_entry_point")
  }
}
