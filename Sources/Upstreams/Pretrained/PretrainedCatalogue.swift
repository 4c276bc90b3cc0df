/// The pretrained models that s3prl has names for, and where their weights
/// are.
struct PretrainedCatalogue: Sendable {
  /// One of them.
  struct Entry: Sendable {
    var name: String
    var aliases: [String]
    var title: String
    var reference: HubReference
    /// The checkpoint with its trainer's settings inside, where the
    /// repository is a collection of such files and not one model.
    var file: String?
    /// As its owners state it on the hub; nil if they do not.
    var licence: String?
  }

  let entries: [Entry]

  func entry(_ name: String) -> Entry? {
    entries.first { $0.name == name || $0.aliases.contains(name) }
  }

  static let standard: PretrainedCatalogue = {
    let lines = table.split(separator: "\n")
    return PretrainedCatalogue(
      entries: stride(from: 0, to: lines.count - 1, by: 2).map {
        Entry(lines[$0], title: lines[$0 + 1])
      })
  }()

  /// Two lines a model. The first: its name and aliases, its organisation,
  /// model and perhaps file, in which `*` stands for the name, and its
  /// licence if that is stated. The second: its title.
  private static let table = """
    wav2vec2_base_960 wav2vec2 | facebook/wav2vec2-base | Apache-2.0
    wav2vec 2.0 base, LibriSpeech 960 h
    wav2vec2_large_960 | facebook/wav2vec2-large | Apache-2.0
    wav2vec 2.0 large, LibriSpeech 960 h
    wav2vec2_large_ll60k | facebook/wav2vec2-large-lv60 | Apache-2.0
    wav2vec 2.0 large, Libri-Light 60k h
    wav2vec2_large_lv60_cv_swbd_fsh | facebook/wav2vec2-large-robust | Apache-2.0
    wav2vec 2.0 large, read and telephone speech
    wav2vec2_large_voxpopuli_100k | facebook/wav2vec2-large-100k-voxpopuli \
    | CC-BY-NC-4.0
    wav2vec 2.0 large, VoxPopuli 100k h
    xlsr_53 | facebook/wav2vec2-large-xlsr-53 | Apache-2.0
    XLSR, 53 languages, 56k h
    xls_r_300m | facebook/wav2vec2-xls-r-300m | Apache-2.0
    XLS-R 0.3B, 128 languages, 436k h
    xls_r_1b | facebook/wav2vec2-xls-r-1b | Apache-2.0
    XLS-R 1B, 128 languages, 436k h
    xls_r_2b | facebook/wav2vec2-xls-r-2b | Apache-2.0
    XLS-R 2B, 128 languages, 436k h
    wav2vec2_base_s2st_es_voxpopuli | s3prl/converted_ckpts/*.pt
    wav2vec 2.0 base, Spanish VoxPopuli
    wav2vec2_base_s2st_en_librilight | s3prl/converted_ckpts/*.pt
    wav2vec 2.0 base, English Libri-Light
    hubert_base hubert | facebook/hubert-base-ls960 | Apache-2.0
    HuBERT base, LibriSpeech 960 h
    hubert_large_ll60k | facebook/hubert-large-ll60k | Apache-2.0
    HuBERT large, Libri-Light 60k h
    hubert_base_robust_mgr \
    | s3prl/converted_ckpts/HuBERT_base_robust_mgr_best_loss_2.7821.pt
    HuBERT base, trained on distorted speech
    mhubert_base_vp_en_es_fr_it3 | s3prl/converted_ckpts/*.pt
    HuBERT base, VoxPopuli in English, Spanish and French
    contentvec_km100 contentvec | s3prl/converted_ckpts/*.pt
    ContentVec of 100 clusters
    contentvec_km500 | s3prl/converted_ckpts/*.pt
    ContentVec of 500 clusters
    ms_hubert | s3prl/MS-HuBERT/iter3.pt
    MS-HuBERT, LibriSpeech 960 h
    wavlm_base_plus wavlm | microsoft/wavlm-base-plus | CC-BY-SA-3.0
    WavLM base+, 94k h
    wavlm_base | microsoft/wavlm-base | CC-BY-SA-3.0
    WavLM base, LibriSpeech 960 h
    wavlm_large | microsoft/wavlm-large | CC-BY-SA-3.0
    WavLM large, 94k h
    unispeech_sat_base_plus unispeech_sat | microsoft/unispeech-sat-base-plus
    UniSpeech-SAT base+, 94k h
    unispeech_sat_base | microsoft/unispeech-sat-base
    UniSpeech-SAT base, LibriSpeech 960 h
    unispeech_sat_large | microsoft/unispeech-sat-large
    UniSpeech-SAT large, 94k h
    data2vec_base_960 data2vec | facebook/data2vec-audio-base | Apache-2.0
    data2vec audio base, LibriSpeech 960 h
    data2vec_large_ll60k | facebook/data2vec-audio-large | Apache-2.0
    data2vec audio large, Libri-Light 60k h
    distilhubert_base distilhubert \
    | leo19941227/distilhubert/distilhubert_ls960_4-8-12.ckpt
    DistilHuBERT with its prediction heads, LibriSpeech 960 h
    wav2vec_large wav2vec | s3prl/converted_ckpts/*.pt
    wav2vec large, LibriSpeech 960 h
    apc_360hr apc | leo19941227/apc_series/*.ckpt
    APC, LibriSpeech 360 h
    apc_960hr | leo19941227/apc_series/*.ckpt
    APC, LibriSpeech 960 h
    vq_apc_360hr vq_apc | leo19941227/apc_series/*.ckpt
    VQ-APC, LibriSpeech 360 h
    vq_apc_960hr | leo19941227/apc_series/*.ckpt
    VQ-APC, LibriSpeech 960 h
    mockingjay_logMelLinearLarge_T_AdamW_b32_500k_360hr_drop1 mockingjay \
    mockingjay_origin | s3prl/mockingjay/*/states-500000.ckpt
    Mockingjay large, LibriSpeech 360 h
    tera_logMelBase_T_F_M_AdamW_b32_1m_960hr_drop1 tera tera_960hr \
    | s3prl/tera/*/states-1000000.ckpt
    TERA base, LibriSpeech 960 h
    audio_albert_logMelBase_T_share_AdamW_b32_1m_960hr_drop1 audio_albert \
    audio_albert_960hr | s3prl/audio_albert/*/states-1000000.ckpt
    Audio ALBERT base, LibriSpeech 960 h
    """
}

extension PretrainedCatalogue.Entry {
  /// - Parameter line: the first of the table's two.
  fileprivate init(_ line: Substring, title: Substring) {
    let columns = line.split(separator: " | ")
    let names = columns[0].split(separator: " ").map(String.init)
    let place = columns[1].replacing("*", with: names[0])
      .split(separator: "/", maxSplits: 2).map(String.init)
    name = names[0]
    aliases = Array(names.dropFirst())
    self.title = String(title)
    reference = HubReference(organisation: place[0], model: place[1])
    file = place.count > 2 ? place[2] : nil
    licence = columns.count > 2 ? String(columns[2]) : nil
  }
}
