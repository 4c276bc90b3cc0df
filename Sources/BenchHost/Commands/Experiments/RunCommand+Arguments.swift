import Configuration
import Diagnostics
import Records
import Runs

/// An option of `superb run` by the names that s3prl gives it.
struct RunArgument {
  /// With underscores.
  let names: [String]
  /// Whether the command line has it.
  let isGiven: (RunCommand) -> Bool
  let set: (inout RunCommand, ConfigValue) throws -> Void

  init(
    _ names: String..., isGiven: @escaping (RunCommand) -> Bool,
    set: @escaping (inout RunCommand, ConfigValue) throws -> Void
  ) {
    self.names = names
    self.isGiven = isGiven
    self.set = set
  }

  static func text(
    _ names: String..., in path: WritableKeyPath<RunCommand, String?>
  ) -> RunArgument {
    RunArgument(names, path) { try $0.string(at: "") }
  }

  static func int(
    _ names: String..., in path: WritableKeyPath<RunCommand, Int?>
  ) -> RunArgument {
    RunArgument(names, path) { try $0.int(at: "") }
  }

  static func number(
    _ names: String..., in path: WritableKeyPath<RunCommand, Double?>
  ) -> RunArgument {
    RunArgument(names, path) { try $0.double(at: "") }
  }

  static func names(
    _ names: String..., in path: WritableKeyPath<RunCommand, NameList?>
  ) -> RunArgument {
    RunArgument(names, path) { value in
      if case .list = value.kind {
        return NameList(try value.strings(at: ""))
      }
      let text = try value.string(at: "")
      guard let list = NameList(argument: text) else {
        throw UserError("no name", at: value.mark?.description)
      }
      return list
    }
  }

  static func flag(
    _ names: String..., in path: WritableKeyPath<RunCommand, Bool>
  ) -> RunArgument {
    RunArgument(names: names, isGiven: { $0[keyPath: path] }) {
      $0[keyPath: path] = try $1.bool(at: "")
    }
  }

  private init<Value>(
    _ names: [String], _ path: WritableKeyPath<RunCommand, Value?>,
    _ read: @escaping (ConfigValue) throws -> Value
  ) {
    self.init(names: names, isGiven: { $0[keyPath: path] != nil }) {
      $0[keyPath: path] = $1.isNull ? nil : try read($1)
    }
  }

  private init(
    names: [String], isGiven: @escaping (RunCommand) -> Bool,
    set: @escaping (inout RunCommand, ConfigValue) throws -> Void
  ) {
    self.names = names
    self.isGiven = isGiven
    self.set = set
  }
}

/// The options of `superb run` by name: as `-o args.NAME=VALUE` sets them, and
/// as `benchmark.yaml` may have them.
extension RunCommand {
  static var arguments: [RunArgument] {
    [
      .names("upstream", "upstreams", in: \.upstream),
      .names("downstream", "tasks", "task", in: \.tasks),
      .text("data", in: \.ownData.data),
      .text("data_name", in: \.ownData.dataName),
      .text("data_trials", in: \.ownData.dataTrials),
      RunArgument("data_kind", isGiven: { $0.ownData.dataKind != nil }) {
        $0.ownData.dataKind = try LabelledData.Kind($1)
      },
      .text("config", in: \.config), .text("expname", "name", in: \.name),
      .text("runs", in: \.runs), .text("expdir", in: \.expdir),
      .text("downstream_variant", in: \.downstreamVariant),
      RunArgument("mode", isGiven: { $0.mode != nil }) {
        let text = try $1.string(at: "")
        guard let mode = RunMode(rawValue: text) else {
          throw UserError(
            "there is no mode '\(text)'", at: $1.mark?.description,
            fix: "write train, or use superb evaluate")
        }
        $0.mode = mode
      },
      RunArgument("seed", isGiven: { $0.seed != nil }) {
        $0.seed = UInt64(try $1.int(at: "", in: 0 ... .max, default: 1337))
      },
      .text("upstream_feature_selection", in: \.upstreamFeatureSelection),
      .int("upstream_layer_selection", "layer", in: \.upstreamLayerSelection),
      .flag("upstream_feature_normalize", in: \.upstreamFeatureNormalize),
      .flag("upstream_trainable", in: \.fineTuning.upstreamTrainable),
      .number("upstream_learning_rate", in: \.fineTuning.upstreamLearningRate),
      .flag("train_feature_encoder", in: \.fineTuning.trainFeatureEncoder),
      .int("limit", in: \.limit), .int("jobs", in: \.jobs),
      RunArgument("profile", isGiven: { $0.profile != nil }) {
        let text = try $1.string(at: "")
        guard let profile = RunProfile(rawValue: text) else {
          throw UserError(
            "there is no profile '\(text)'", at: $1.mark?.description,
            fix: Suggestion.fix(
              for: text, among: RunProfile.allCases.map(\.rawValue)))
        }
        $0.profile = profile
      },
      .flag("multitask", in: \.multitask),
      .flag("fresh", "clear", in: \.fresh), .text("from", in: \.from),
      .text("past_exp", in: \.pastExp), .text("init_ckpt", in: \.initCkpt),
      .text("init_weights", in: \.initWeights),
      .flag("auto_resume", in: \.autoResume),
      .number("checkpoint_every", in: \.checkpointEvery),
      .flag("verify", in: \.verify),
      .flag("other_upstream", in: \.otherUpstream),
      .flag("dry_run", in: \.dryRun), .int("retry", in: \.retry),
      .text("on", in: \.cluster.on), .int("nodes", in: \.cluster.nodes),
      .flag("local", in: \.cluster.local),
      .flag("ranks", in: \.cluster.ranks),
      .int("together", in: \.cluster.together),
      .int("stall_timeout", in: \.stallTimeout),
      .number("memory_limit", in: \.memoryLimit),
      RunArgument("store_limit", isGiven: { $0.storeLimit != nil }) {
        $0.storeLimit =
          if case .integer(let bytes) = $1.kind { "\(bytes)" } else {
            try $1.string(at: "")
          }
      },
      .text("benchmark", in: \.shared.benchmark),
      .text("plugin_path", in: \.shared.pluginPath),
      RunArgument("grid", isGiven: { !$0.grid.isEmpty }) {
        if case .list = $1.kind {
          $0.grid = try $1.strings(at: "")
        } else {
          $0.grid = [try $1.string(at: "")]
        }
      },
    ]
  }

  /// The argument of that name; dashes are as good as underscores.
  static func argument(_ name: String) throws -> RunArgument {
    let wanted = name.replacingOccurrences(of: "-", with: "_")
    if let found = arguments.first(where: { $0.names.contains(wanted) }) {
      return found
    }
    throw UserError(
      "there is no argument '\(name)'", at: "--override",
      fix: Suggestion.fix(for: name, among: arguments.flatMap(\.names)))
  }
}
