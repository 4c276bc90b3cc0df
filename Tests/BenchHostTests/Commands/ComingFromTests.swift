import Foundation
import Testing

/// docs/coming-from.md has every option of those from whom users come, and
/// names options that are there.
@Suite struct ComingFromTests {
  private static let s3prl = """
    -m --mode -t --evaluate_split -o --override --backend --local_rank -e \
    --past_exp -i --init_ckpt -c --config -d --downstream -v \
    --downstream_variant --hub -u --upstream -k --upstream_ckpt -g \
    --upstream_model_config -r --upstream_refresh -f --upstream_trainable -s \
    --upstream_feature_selection -l --upstream_layer_selection \
    --upstream_feature_normalize --upstream_model_name --upstream_revision -n \
    --expname -p --expdir -a --auto_resume --push_to_hf_hub --hf_hub_org --seed \
    --device --cache_dir --verbose --disable_cudnn
    """

  private static let speechain = """
    --config --seed --cudnn_enabled --cudnn_benchmark --cudnn_deterministic \
    --num_workers --pin_memory --non_blocking --use_amp --grad_clip \
    --grad_norm_type --accum_grad --ft_factor --dist_backend --dist_url \
    --world_size --rank --ngpu --gpus --same_proc_seed --train_result_path \
    --train --dry_run --no_optim --resume --start_epoch --num_epochs \
    --valid_per_epochs --report_per_steps --best_model_selection \
    --early_stopping_patience --early_stopping_threshold --last_model_number \
    --monitor_snapshot_conf --visual_snapshot_number \
    --visual_snapshot_interval --test_result_path --test --test_model \
    --attach_config_folder_to_path --attach_model_folder_when_test \
    --bad_cases_selection --saving_proc_num --data_cfg --train_cfg --infer_cfg \
    --ignore_train_exception --ignore_test_exception --enable_syncbatchnorm \
    --train_num_workers --valid_num_workers --test_num_workers
    """

  private static let dora = """
    -f -d --ddp --ddp_workers --git_save --clear -r --retry -R --replace -D \
    --replace_done --no_git_save -C --cancel -i --interval --no_monitoring \
    --dry_run -T --trim -L --trim_last --folder -l --log -t --tail --init -m \
    --metrics
    """

  private static let wav2letter = """
    --mode --config --model_path --extra --local --binary --ngpu --n --prefix \
    --beamsize --beamthreshold --beamsizetoken --lm --lexicon --decodertype \
    --isbeamdump --sclite --search --gridsearch --new --in_wts
    """

  private static let page = Result {
    try String(
      contentsOfFile: Program.repository + "/docs/coming-from.md",
      encoding: .utf8)
  }

  /// The rows of the table below a heading: what is there, what is here.
  private func rows(_ heading: String) throws -> [(there: String, here: String)]
  {
    let sections = try Self.page.get().components(separatedBy: "\n## ")
    let section = try #require(sections.first { $0.hasPrefix(heading) })
    return section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map {
      let cells = $0.components(separatedBy: " | ")
      return (cells[0], cells.dropFirst().joined(separator: " "))
    }
  }

  private static func options(_ text: String) -> [String] {
    text.split { !($0.isLetter || $0.isNumber || "-_".contains($0)) }
      .map(String.init).filter { $0.hasPrefix("-") && $0.count > 1 }
  }

  @Test(arguments: [
    ("s3prl", s3prl), ("SpeeChain", speechain), ("Dora", dora),
    ("wav2letter", wav2letter),
  ]) func everyOptionHasARow(_ heading: String, _ list: String) throws {
    let rows = try rows(heading)
    let known = Set(rows.flatMap { Self.options($0.there) })
    for option in list.split(separator: " ").map(String.init) {
      #expect(known.contains(option), "\(heading): \(option)")
    }
    #expect(rows.allSatisfy { $0.here.count > 5 })
  }

  @Test func theOptionsThatItNamesAreThere() throws {
    let folder = try BenchmarkFolder(nil)
    let commands = [
      ["run"], ["evaluate"], ["predict"], ["grid"], ["info"], ["decode"],
      ["decode", "sweep"], ["decode", "collect"], ["rescore"], ["run-while"],
    ]
    var known: Set<String> = []
    for command in commands {
      known.formUnion(
        Self.options(try folder.superb(command + ["--help-hidden"]).output))
    }
    for heading in ["s3prl", "SpeeChain", "Dora", "wav2letter"] {
      for row in try rows(heading) {
        let quoted = row.here.components(separatedBy: "`").enumerated()
          .filter { $0.offset % 2 == 1 }.map(\.element)
        for option in quoted.flatMap(Self.options)
        where Double(option) == nil {
          #expect(known.contains(option), "\(row.there): \(option)")
        }
      }
    }
  }
}
