import Testing

/// What a task of `hostile.c` does, and what `superb run` is to make of it.
struct HostileKind: CustomTestStringConvertible, Sendable {
  /// How its cell ends. The cell beside it always gets its number.
  enum End: Sendable {
    case done
    /// It fails, and this is a part of the reason.
    case fails(String)
    /// As chance has it: memory that was overwritten may or may not matter.
    case either
    /// It is not known by its name.
    case unknown
    /// It ends superb itself, as the user could.
    case endsTheRun
  }

  let name: String
  let end: End

  var testDescription: String { name }

  init(_ name: String, _ end: End) { (self.name, self.end) = (name, end) }

  private static let inTime = "it does not come back within 10 s"
  private static let silence = "no sign of life for 3 s"

  /// It does not get as far as being asked for its tasks.
  private static let loading = [
    HostileKind("load_loops", .fails(inTime)),
    HostileKind("load_forks", .done),
    HostileKind("load_daemonizes", .done),
    HostileKind("load_floods", .fails(inTime)),
    HostileKind("load_exits", .fails("ends the process with exit code 0")),
    HostileKind("load_aborts", .fails("crashes on load (signal 6)")),
    HostileKind("load_closes", .fails("in loading")),
    HostileKind("load_closes_and_waits", .fails(inTime)),
    HostileKind("load_eats", .fails("it")),
    HostileKind("load_stops", .fails(inTime)),
    HostileKind("load_blocks_signals", .done),
    HostileKind("load_answers", .done),
    HostileKind("unload_loops", .done),
    HostileKind("entry_nothing", .fails("its entry point gives null")),
    HostileKind("entry_short", .fails("superb_task_entry.struct_size is 1")),
    HostileKind("entry_version", .fails("speaks ABI 65535.0")),
    HostileKind("entry_mark", .fails("does not carry the contract's mark")),
    HostileKind("entry_no_factory", .fails("its entry gives no factory")),
    HostileKind("factory_nothing", .fails("its entry gives no factory")),
    HostileKind("factory_garbage", .fails("crashes on load (signal 11)")),
    HostileKind("factory_counts", .fails("counts 4294967295 tasks")),
    HostileKind("factory_short", .fails("struct_size is 4")),
    HostileKind("factory_no_descriptor", .fails("has no descriptor 0")),
    HostileKind("factory_no_create", .fails("create(factory_no_create)")),
    HostileKind("describe_waits", .fails(inTime)),
    HostileKind("describe_crashes", .fails("crashes on load (signal 11)")),
    HostileKind("describe_nothing", .fails("has no descriptor 0")),
    HostileKind("describe_short", .fails("struct_size is 4")),
    HostileKind("describe_long_title", .fails("its title has 8388608 bytes")),
    HostileKind("describe_rubbish_title", .done),
    HostileKind("describe_no_metrics", .fails("no metric or no test split")),
    HostileKind("describe_folder_id", .fails("the id '../../escaped'")),
    HostileKind("describe_folder_prefix", .done),
    HostileKind("describe_folder_split", .fails("no such split")),
    HostileKind("describe_no_end", .fails("it has no id")),
    HostileKind("describe_unterminated", .fails("signal 11")),
    HostileKind("describe_another", .unknown),
  ]

  /// It makes an expert that is none.
  private static let creating = [
    HostileKind("create_waits", .fails(silence)),
    HostileKind("create_exits", .fails("exit code 0, in create")),
    HostileKind("create_nothing", .fails("an expert without its methods")),
    HostileKind("create_garbage", .either),
    HostileKind("create_huge_parameter", .fails("")),
    HostileKind("create_nan", .fails("at any of the 6 steps")),
    HostileKind("create_same_names", .fails("")),
    HostileKind("create_short", .fails("superb_expert.struct_size is 1")),
    HostileKind("create_no_forward", .fails("an expert without its methods")),
    HostileKind("create_no_destroy", .done),
    HostileKind("destroy_crashes", .fails("signal 11")),
    HostileKind("destroy_twice", .fails("signal 6")),
    HostileKind("destroy_waits", .fails(silence)),
  ]

  /// Its data are not what they say.
  private static let loaders = [
    HostileKind("data_same_ids", .done),
    HostileKind("data_no_file", .fails("/nowhere/at/all.wav")),
    HostileKind("data_folder", .fails("directory")),
    HostileKind("data_endless_file", .fails("/dev/zero: ")),
    HostileKind("data_pipe", .fails("not a regular file")),
    HostileKind("data_long_path", .fails("xxxx")),
    HostileKind("data_control_ids", .done),
    HostileKind("data_not_text", .done),
    HostileKind("data_null_audio", .fails("no id or no audio file")),
    HostileKind("data_negative_span", .fails("the span from sample -5")),
    HostileKind("data_huge_span", .fails("does not lie within the audio")),
    HostileKind("data_huge_crop", .done),
    HostileKind("data_nan_gain", .fails("a gain of nan dB")),
    HostileKind("data_odd_rate", .fails("in 1/7 seconds")),
    HostileKind("data_empty_span", .fails("does not lie within the audio")),
    HostileKind("loader_waits", .fails(silence)),
    HostileKind("loader_crashes", .fails("signal 11")),
    HostileKind("loader_gives_nothing", .fails("it gave no dataloader")),
    HostileKind("loader_odd_status", .fails("(status -77)")),
    HostileKind("loader_negative", .fails("it gave no dataloader")),
    HostileKind("loader_countless", .fails("")),
    HostileKind("loader_no_batch", .fails("it gave no dataloader")),
    HostileKind("loader_huge_batch", .fails("4294967295 utterances")),
    HostileKind("loader_null_items", .fails("the batch is empty")),
    HostileKind("loader_empty_batch", .fails("the batch is empty")),
  ]

  /// It harms the process that it is in, or others.
  private static let processes = [
    HostileKind("forward_writes", .fails("signal 11")),
    HostileKind("forward_overflows", .fails("signal 11")),
    HostileKind("forward_divides", .fails("signal 8")),
    HostileKind("forward_aborts", .fails("signal 6")),
    HostileKind("forward_exits", .fails("exit code 0, in forward(train)")),
    HostileKind("forward_leaves", .fails("exit code 3, in forward(train)")),
    HostileKind("forward_frees_host", .either),
    HostileKind("forward_frees_features", .either),
    HostileKind("forward_writes_features", .fails("signal 11")),
    HostileKind("forward_daemonizes", .done),
    HostileKind("forward_daemonizes_and_waits", .fails(silence)),
    HostileKind("forward_daemonizes_and_crashes", .fails("signal 6")),
    HostileKind("forward_child_eats", .fails("more than 500 MB of memory")),
    HostileKind("forward_spins", .fails(silence)),
    HostileKind("forward_thread_spins", .done),
    HostileKind("forward_waits", .fails(silence)),
    HostileKind("forward_closes_and_waits", .fails(silence)),
    HostileKind("forward_floods", .fails(silence)),
    HostileKind("forward_floods_errors", .fails(silence)),
    HostileKind("forward_floods_without_end", .fails(silence)),
    HostileKind("forward_blocks_signals", .fails(silence)),
    HostileKind("forward_stops", .fails(silence)),
    HostileKind("forward_stops_its_group", .fails(silence)),
    HostileKind("forward_asks_parent_to_stop", .endsTheRun),
    HostileKind("forward_kills_parent", .endsTheRun),
    HostileKind("forward_moves", .either),
    HostileKind("forward_removes_its_folder", .either),
    HostileKind("forward_limits_files", .fails("Too many open files")),
    HostileKind("forward_limits_size", .fails("File too large")),
    HostileKind("forward_limits_memory", .either),
    HostileKind("forward_limits_time", .either),
    HostileKind("forward_eats", .fails("more than 500 MB of memory")),
    HostileKind("forward_eats_shared", .fails("more than 500 MB of memory")),
    HostileKind("forward_eats_file", .fails("more than 500 MB of memory")),
    HostileKind("forward_allocates_all", .fails("signal 11")),
    HostileKind("forward_opens", .fails("Too many open files")),
  ]

  /// What it computes, or says, is none of what was asked for.
  private static let computing = [
    HostileKind("forward_fails_at_length", .done),
    HostileKind("forward_logs_at_length", .done),
    HostileKind("forward_logs_rubbish", .done),
    HostileKind("forward_progresses", .fails(silence)),
    HostileKind("forward_wild_labels", .fails("label 2147483647")),
    HostileKind("forward_long_labels", .fails("1073741824 labels")),
    HostileKind("forward_nan", .fails("at any of the 6 steps")),
    HostileKind("forward_nan_once", .done),
    HostileKind("forward_vector", .fails("not rank 0")),
    HostileKind("forward_null", .fails("it gave no loss")),
    HostileKind("forward_garbage", .fails("")),
    HostileKind("operator_overruns", .fails("signal 11")),
    HostileKind("operator_fails", .fails("failed with status 3")),
    HostileKind("operator_nan_gradient", .fails("at any of the 6 steps")),
    HostileKind("operator_back_fails", .fails("failed with status 8")),
    HostileKind("operator_no_forward", .fails("no forward function")),
    HostileKind("operator_negative", .fails("cannot have shape")),
    HostileKind("operator_huge", .fails("cannot have shape")),
  ]

  /// What it reports is none of what may be reported.
  private static let reporting = [
    HostileKind("records_waits", .fails(silence)),
    HostileKind("records_crashes", .fails("signal 11")),
    HostileKind("records_fails", .fails("in log_records(")),
    HostileKind("records_nan", .fails("it reports acc = nan")),
    HostileKind("records_infinite", .fails("it reports acc = inf")),
    HostileKind("records_out_of_range", .done),
    HostileKind("records_nothing", .fails("it reports no acc")),
    HostileKind("records_twice", .done),
    HostileKind("records_odd_names", .fails("it names a figure")),
    HostileKind("records_predicts_rubbish", .done),
    HostileKind("records_negative", .done),
    HostileKind("records_nan_scores", .fails("a score that is no number")),
    HostileKind("records_null", .done),
    HostileKind("records_long", .either),
    HostileKind("records_huge_file", .fails("its file 'a.txt' has")),
    HostileKind("records_escapes", .fails("a file '../../escaped.txt'")),
    HostileKind("records_replaces_result", .fails("'result.json'")),
    HostileKind("records_replaces_experiment", .fails("'experiment.json'")),
    HostileKind("records_long_name", .fails("it names a file 'xxx")),
    HostileKind("records_saves_rubbish", .fails("it names a file")),
    HostileKind("records_many_files", .either),
  ]

  static let all =
    loading + creating + loaders + processes + computing + reporting

  /// One of each mechanism, for every run of the tests.
  static let quick = all.filter {
    [
      "load_loops", "load_daemonizes", "describe_unterminated", "data_pipe",
      "loader_waits", "forward_writes", "forward_exits",
      "forward_daemonizes_and_crashes", "forward_child_eats", "forward_floods",
      "forward_closes_and_waits", "forward_stops", "forward_fails_at_length",
      "records_null", "records_huge_file", "destroy_waits",
    ].contains($0.name)
  }
}
