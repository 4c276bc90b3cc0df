import Foundation
import TaskABI
import Testing

@Suite struct LayoutTests {
  /// The contract's structs as of version 1.0 on LP64 systems: sizes, and
  /// offsets of members. A line may be added at the end of a struct, with its
  /// size; no other change leaves libraries of last year alone.
  static let golden = """
    superb_audio 56
      struct_size 0
      effects 4
      path 8
      gain_db 16
      start 24
      length 32
      crop_length 40
      crop 48
      reserved 52
    superb_item 32
      struct_size 0
      reserved 4
      id 8
      tag 16
      audio 24
    superb_batch 16
      struct_size 0
      count 4
      items 8
    superb_dataloader 40
      struct_size 0
      reserved 4
      context 8
      batch_count 16
      batch 24
      destroy 32
    superb_features 24
      struct_size 0
      count 4
      frames 8
      offsets 16
    superb_dtw_settings 16
      struct_size 0
      distance 4
      pattern 8
      flags 12
    superb_dtw_frames 24
      struct_size 0
      reserved 4
      data 8
      frames 16
    superb_dtw_api 16
      struct_size 0
      reserved 4
      distances 8
    superb_task_entry 40
      struct_size 0
      abi_major 4
      abi_minor 6
      magic 8
      init 16
      deinit 24
      factory 32
    superb_records 48
      struct_size 0
      reserved 4
      context 8
      metric 16
      save_as 24
      prediction 32
      file 40
    superb_expert 56
      struct_size 0
      reserved 4
      context 8
      get_dataloader 16
      forward 24
      log_records 32
      destroy 40
      get_extension 48
    superb_metric 32
      struct_size 0
      unit 4
      name 8
      title 16
      higher_is_better 24
      reserved 28
    superb_task_descriptor 72
      struct_size 0
      version 4
      id 8
      title 16
      summary 24
      aliases 32
      metrics 40
      corpora 48
      scalar_prefix 56
      test_splits 64
    superb_task_factory 32
      struct_size 0
      count 4
      descriptor 8
      create 16
      get_extension 24
    superb_folds 32
      struct_size 0
      count 4
      task 8
      config_key 16
      names 24
    superb_audio_info 24
      struct_size 0
      channels 4
      sample_rate 8
      reserved 12
      samples 16
    superb_host 176
      struct_size 0
      reserved 4
      context 8
      upstream_dim 16
      upstream_rate 24
      seed 32
      fail 40
      log 48
      progress 56
      cancelled 64
      config_kind 72
      config_bool 80
      config_integer 88
      config_number 96
      config_string 104
      config_count 112
      config_key 120
      corpus 128
      audio_info 136
      random_stream 144
      random_bits 152
      get_extension 160
      audio_lengths 168
    superb_pooling 8
      struct_size 0
      kind 4
    superb_answers 24
      struct_size 0
      reserved 4
      context 8
      answer 16
    superb_predict 24
      struct_size 0
      recordings 4
      prepare 8
      predict 16
    superb_state 24
      struct_size 0
      reserved 4
      save 8
      load 16
    superb_init 32
      struct_size 0
      kind 4
      a 8
      b 16
      seed 24
    superb_custom_operator 48
      struct_size 0
      reserved 4
      name 8
      context 16
      forward 24
      backward 32
      destroy 40
    superb_recurrent_weights 40
      struct_size 0
      reserved 4
      input 8
      recurrent 16
      input_bias 24
      recurrent_bias 32
    superb_spec_augment 104
      struct_size 0
      apply_time_warp 4
      time_warp_window 8
      apply_freq_mask 16
      apply_time_mask 20
      freq_mask_width_low 24
      freq_mask_width_high 32
      num_freq_mask 40
      time_mask_width_low 48
      time_mask_width_high 56
      num_time_mask 64
      adaptive 72
      reserved 76
      adaptive_number_ratio 80
      adaptive_size_ratio 88
      max_n_time_masks 96
    superb_tensor_api 416
      struct_size 0
      reserved 4
      rank 8
      extent 16
      data 24
      constant 32
      parameter 40
      assign 48
      reshape 56
      columns 64
      rows 72
      concat_columns 80
      add 88
      sub 96
      mul 104
      scale 112
      matmul 120
      linear 128
      relu 136
      gelu 144
      tanh 152
      sigmoid 160
      exp 168
      log 176
      dropout 184
      softmax 192
      log_softmax 200
      layer_norm 208
      segment_mean 216
      sum 224
      mean 232
      cross_entropy 240
      custom 248
      lstm 256
      gru 264
      conv1d_offsets 272
      conv1d 280
      splice_linear 288
      attention 296
      batch_norm 304
      group_norm 312
      normalize_rows 320
      gather_rows 328
      concat_rows 336
      segment_statistics 344
      segment_softmax 352
      segment_weighted_sum 360
      ctc_loss 368
      bce_with_logits 376
      pit_bce 384
      am_softmax 392
      aam_softmax 400
      spec_augment 408
    """

  @Test func everyMemberStandsWhereItStood() throws {
    let structs = try HeaderFile.all.flatMap(\.structs)
    #expect(structs.count == 26)
    var source = "#include <stdio.h>\n#include <superb/task.h>\n"
    source += "int main(void) {\n"
    for found in structs {
      source += "printf(\"\(found.name) %zu\\n\", sizeof(\(found.name)));\n"
      for member in found.members {
        source += "printf(\"  \(member) %zu\\n\", "
        source += "offsetof(\(found.name), \(member)));\n"
      }
    }
    source += "return 0; }\n"
    let outcome = try CCompiler.compile(
      source, with: "cc", standard: "c11", runs: true)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    let expected = Self.golden.split(separator: "\n")
    #expect(lines.count == expected.count)
    for (line, expected) in zip(lines, expected) { #expect(line == expected) }
  }

  @Test func everyStructBeginsWithItsSize() throws {
    for found in try HeaderFile.all.flatMap(\.structs) {
      #expect(found.members.first == "struct_size", "\(found.name)")
    }
  }

  @Test func swiftSeesTheSameLayout() {
    #expect(MemoryLayout<superb_tensor_api>.size == 416)
    #expect(MemoryLayout<superb_host>.size == 176)
    #expect(MemoryLayout<superb_item>.offset(of: \.audio) == 24)
    #expect(MemoryLayout<superb_expert>.offset(of: \.destroy) == 40)
  }
}
