import Foundation
import TaskABI
import Testing

@Suite struct LayoutTests {
  /// The contract's structs as of version 1.0 on LP64 systems: sizes, and
  /// offsets of members. A line may be added at the end of a struct, with its
  /// size; no other change leaves libraries of last year alone.
  static let golden = """
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
    superb_augmentation_api 16
      struct_size 0
      reserved 4
      spec_augment 8
    superb_audio 56
      struct_size 0
      effects 4
      path 8
      gain_db 16
      start 24
      length 32
      crop_length 40
      crop 48
      rate 52
    superb_attribute 24
      struct_size 0
      reserved 4
      name 8
      value 16
    superb_item 40
      struct_size 0
      attribute_count 4
      id 8
      tag 16
      audio 24
      attributes 32
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
    superb_decoder_settings 128
      struct_size 0
      flags 4
      tokens 8
      token_count 16
      blank 20
      silence 24
      smearing 28
      lexicon_file 32
      lexicon_lines 40
      model_file 48
      model_sentences 56
      model_order 64
      beam_size 72
      beam_size_token 80
      beam_threshold 88
      lm_weight 96
      word_score 104
      unk_score 112
      sil_score 120
    superb_hypothesis 48
      struct_size 0
      reserved 4
      words 8
      tokens 16
      score 24
      am_score 32
      lm_score 40
    superb_hypotheses 24
      struct_size 0
      reserved 4
      context 8
      take 16
    superb_decode_api 32
      struct_size 0
      reserved 4
      create 8
      decode 16
      destroy 24
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
    superb_emissions 32
      struct_size 0
      token_count 4
      tokens 8
      blank 16
      silence 20
      emit 24
    superb_task_entry 48
      struct_size 0
      abi_major 4
      abi_minor 6
      magic 8
      context 16
      init 24
      deinit 32
      factory 40
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
    superb_task_factory 40
      struct_size 0
      count 4
      context 8
      descriptor 16
      create 24
      get_extension 32
    superb_folds 24
      struct_size 0
      count 4
      config_key 8
      names 16
    superb_audio_info 24
      struct_size 0
      channels 4
      sample_rate 8
      reserved 12
      samples 16
    superb_host 184
      struct_size 0
      reserved 4
      context 8
      upstream_dim 16
      upstream_rate 24
      sampling_rate 32
      seed 40
      fail 48
      log 56
      progress 64
      cancelled 72
      config_kind 80
      config_bool 88
      config_integer 96
      config_number 104
      config_string 112
      config_count 120
      config_key 128
      corpus 136
      audio_info 144
      audio_lengths 152
      random_stream 160
      random_bits 168
      get_extension 176
    superb_loss_api 56
      struct_size 0
      reserved 4
      cross_entropy 8
      ctc_loss 16
      bce_with_logits 24
      pit_bce 32
      am_softmax 40
      aam_softmax 48
    superb_normalization_api 40
      struct_size 0
      reserved 4
      layer_norm 8
      batch_norm 16
      group_norm 24
      normalize_rows 32
    superb_pass 32
      struct_size 0
      flags 4
      split 8
      epoch 16
      step 24
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
    superb_score 32
      struct_size 0
      reserved 4
      label 8
      values 16
      count 24
    superb_prediction 56
      struct_size 0
      score_count 4
      id 8
      predicted 16
      truth 24
      scores 32
      attributes 40
      attribute_count 48
      reserved 52
    superb_records 48
      struct_size 0
      reserved 4
      context 8
      metric 16
      save_as 24
      prediction 32
      file 40
    superb_recurrent_weights 40
      struct_size 0
      reserved 4
      input 8
      recurrent 16
      input_bias 24
      recurrent_bias 32
    superb_sequence_api 88
      struct_size 0
      reserved 4
      segment_mean 8
      segment_statistics 16
      segment_softmax 24
      segment_weighted_sum 32
      lstm 40
      gru 48
      conv1d_offsets 56
      conv1d 64
      splice_linear 72
      attention 80
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
    superb_shape 24
      struct_size 0
      rank 4
      extents 8
      count 16
    superb_custom_shapes 24
      struct_size 0
      input_count 4
      inputs 8
      output 16
    superb_custom_operator 48
      struct_size 0
      reserved 4
      name 8
      context 16
      forward 24
      backward 32
      destroy 40
    superb_tensor_api 296
      struct_size 0
      reserved 4
      rank 8
      extent 16
      data 24
      constant 32
      parameter 40
      assign 48
      reshape 56
      transpose 64
      columns 72
      rows 80
      gather_rows 88
      concat_columns 96
      concat_rows 104
      add 112
      sub 120
      mul 128
      div 136
      scale 144
      matmul 152
      linear 160
      sum 168
      mean 176
      sum_axis 184
      mean_axis 192
      max_axis 200
      relu 208
      gelu 216
      tanh 224
      sigmoid 232
      exp 240
      log 248
      sqrt 256
      dropout 264
      softmax 272
      log_softmax 280
      custom 288
    """

  @Test func everyMemberStandsWhereItStood() throws {
    let structs = try HeaderFile.all.flatMap(\.structs)
    #expect(structs.count == 41)
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
    #expect(MemoryLayout<superb_tensor_api>.size == 296)
    #expect(MemoryLayout<superb_host>.size == 184)
    #expect(MemoryLayout<superb_item>.offset(of: \.audio) == 24)
    #expect(MemoryLayout<superb_expert>.offset(of: \.destroy) == 40)
  }
}
