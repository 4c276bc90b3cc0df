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
    #expect(headers.count == 23)
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
        return SUPERB_ENTRY_MAGIC == 0x3031425245505553u ? 0 : 3;
      }

      """
    for (compiler, standard) in [("cc", "c11"), ("c++", "c++17")] {
      let outcome = try CCompiler.compile(
        source, with: compiler, standard: standard, runs: true)
      #expect(outcome.status == 0, "\(outcome.output)")
    }
  }

  /// Positions of audio are in the task's own unit or the upstream's.
  @Test func noHeaderNamesASamplingRateAsALaw() throws {
    for header in try HeaderFile.all {
      let text = try String(
        contentsOfFile: CCompiler.headers + "/superb/" + header.name,
        encoding: .utf8)
      #expect(!text.contains("16 kHz"), "\(header.name)")
    }
  }

  /// What superb/helpers.h declares makes a whole library of one task.
  @Test func helpersMakeALibraryInBothLanguages() throws {
    let source = """
      #include <superb/helpers.h>
      #include <string.h>

      SUPERB_METRIC(accuracy, "acc", "accuracy", SUPERB_UNIT_FRACTION, 1);
      static const superb_metric *const metrics[] = {&accuracy, NULL};
      static const char *const none[] = {NULL};
      static const char *const tests[] = {"test", NULL};
      SUPERB_TASK(described, 3, "toy", "a toy", "Plays.", none, metrics, none,
                  "toy", tests);

      static superb_status said;
      static char words[64];
      static superb_status fail(const superb_host *self, superb_status status,
                                const char *message) {
        (void)self;
        said = status;
        strncpy(words, message, sizeof words - 1);
        return status;
      }
      static int32_t kind(const superb_host *self, const char *path) {
        (void)self;
        return strcmp(path, "there") == 0 ? SUPERB_CONFIG_INTEGER
                                          : SUPERB_CONFIG_ABSENT;
      }
      static superb_status integer(const superb_host *self, const char *path,
                                   int64_t *out) {
        (void)self, (void)path;
        *out = 7;
        return SUPERB_OK;
      }
      static const void *nothing(const superb_host *self, const char *id) {
        (void)self, (void)id;
        return NULL;
      }
      static superb_status make(const superb_host *host, superb_expert **out) {
        int64_t value = 0;
        *out = NULL;
        if (superb_config_or_integer(host, "there", 1, 0, &value) || value != 7)
          return SUPERB_INTERNAL;
        if (superb_config_or_integer(host, "absent", 5, 0, &value) ||
            value != 5)
          return SUPERB_INTERNAL;
        if (superb_find(host, SUPERB_LOSS_EXTENSION, 8) ||
            said != SUPERB_UNSUPPORTED)
          return SUPERB_INTERNAL;
        return superb_config_or_integer(host, "there", 1, 9, &value);
      }
      SUPERB_LIBRARY(described, make);

      int main(void) {
        const superb_task_entry *entry = superb_task_entry_point();
        const superb_task_factory *factory = entry->factory(entry);
        superb_expert *expert = NULL;
        superb_host host;
        memset(&host, 0, sizeof host);
        host.fail = fail;
        host.config_kind = kind;
        host.config_integer = integer;
        host.get_extension = nothing;
        if (factory->descriptor(factory, 0)->version != 3) return 1;
        if (factory->descriptor(factory, 1)) return 2;
        if (factory->create(factory, &host, "to", &expert) != SUPERB_NOT_FOUND)
          return 3;
        if (factory->create(factory, &host, "toys", &expert) !=
            SUPERB_NOT_FOUND)
          return 4;
        if (factory->create(factory, &host, "toy", &expert) !=
            SUPERB_INVALID_ARGUMENT)
          return 5;
        return strstr(words, "there must be at least 9, not 7") ? 0 : 6;
      }

      """
    for (compiler, standard) in [("cc", "c11"), ("c++", "c++17")] {
      let outcome = try CCompiler.compile(
        source, with: compiler, standard: standard, runs: true)
      #expect(outcome.status == 0, "\(standard): \(outcome.output)")
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
    #expect(SUPERB_SEQUENCE_EXTENSION == "superb.sequence/1")
    #expect(SUPERB_NORMALIZATION_EXTENSION == "superb.normalization/1")
    #expect(SUPERB_LOSS_EXTENSION == "superb.loss/1")
    #expect(SUPERB_AUGMENTATION_EXTENSION == "superb.augmentation/1")
    let kinds = [
      SUPERB_CONFIG_ABSENT, SUPERB_CONFIG_BOOL, SUPERB_CONFIG_INTEGER,
      SUPERB_CONFIG_FLOAT, SUPERB_CONFIG_STRING, SUPERB_CONFIG_LIST,
      SUPERB_CONFIG_MAP,
    ]
    #expect(kinds == Array(0...6))
    #expect(SUPERB_FOLDS_EXTENSION == "superb.folds/1")
    #expect(SUPERB_POOLING_EXTENSION == "superb.pooling/1")
    #expect(SUPERB_PREDICT_EXTENSION == "superb.predict/1")
    #expect(SUPERB_STATE_EXTENSION == "superb.state/1")
    #expect(SUPERB_ENTRY_SYMBOL == "superb_task_entry_point")
  }
}
