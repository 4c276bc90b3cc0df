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

  static let standard = PretrainedCatalogue(
    entries: wav2vec2 + hubert + wavlm + unispeechSAT + data2vec + distilled
      + wav2vec + recurrent + melTransformers)

  private static func model(
    _ name: String, _ organisation: String, _ model: String, _ title: String,
    aliases: [String] = [], file: String? = nil, licence: String? = nil
  ) -> Entry {
    Entry(
      name: name, aliases: aliases, title: title,
      reference: HubReference(organisation: organisation, model: model),
      file: file, licence: licence)
  }

  /// A file of s3prl's collection, for models that have no repository of
  /// their own.
  private static func collected(
    _ name: String, _ file: String, _ title: String, aliases: [String] = []
  ) -> Entry {
    model(
      name, "s3prl", "converted_ckpts", title, aliases: aliases, file: file)
  }

  private static let wav2vec2: [Entry] = [
    model(
      "wav2vec2_base_960", "facebook", "wav2vec2-base",
      "wav2vec 2.0 base, LibriSpeech 960 h", aliases: ["wav2vec2"],
      licence: "Apache-2.0"),
    model(
      "wav2vec2_large_960", "facebook", "wav2vec2-large",
      "wav2vec 2.0 large, LibriSpeech 960 h", licence: "Apache-2.0"),
    model(
      "wav2vec2_large_ll60k", "facebook", "wav2vec2-large-lv60",
      "wav2vec 2.0 large, Libri-Light 60k h", licence: "Apache-2.0"),
    model(
      "wav2vec2_large_lv60_cv_swbd_fsh", "facebook", "wav2vec2-large-robust",
      "wav2vec 2.0 large, read and telephone speech", licence: "Apache-2.0"),
    model(
      "wav2vec2_large_voxpopuli_100k", "facebook",
      "wav2vec2-large-100k-voxpopuli",
      "wav2vec 2.0 large, VoxPopuli 100k h", licence: "CC-BY-NC-4.0"),
    model(
      "xlsr_53", "facebook", "wav2vec2-large-xlsr-53",
      "XLSR, 53 languages, 56k h", licence: "Apache-2.0"),
    model(
      "xls_r_300m", "facebook", "wav2vec2-xls-r-300m",
      "XLS-R 0.3B, 128 languages, 436k h", licence: "Apache-2.0"),
    model(
      "xls_r_1b", "facebook", "wav2vec2-xls-r-1b",
      "XLS-R 1B, 128 languages, 436k h", licence: "Apache-2.0"),
    model(
      "xls_r_2b", "facebook", "wav2vec2-xls-r-2b",
      "XLS-R 2B, 128 languages, 436k h", licence: "Apache-2.0"),
    collected(
      "wav2vec2_base_s2st_es_voxpopuli", "wav2vec2_base_s2st_es_voxpopuli.pt",
      "wav2vec 2.0 base, Spanish VoxPopuli"),
    collected(
      "wav2vec2_base_s2st_en_librilight",
      "wav2vec2_base_s2st_en_librilight.pt",
      "wav2vec 2.0 base, English Libri-Light"),
  ]

  private static let hubert: [Entry] = [
    model(
      "hubert_base", "facebook", "hubert-base-ls960",
      "HuBERT base, LibriSpeech 960 h", aliases: ["hubert"],
      licence: "Apache-2.0"),
    model(
      "hubert_large_ll60k", "facebook", "hubert-large-ll60k",
      "HuBERT large, Libri-Light 60k h", licence: "Apache-2.0"),
    collected(
      "hubert_base_robust_mgr", "HuBERT_base_robust_mgr_best_loss_2.7821.pt",
      "HuBERT base, trained on distorted speech"),
    collected(
      "mhubert_base_vp_en_es_fr_it3", "mhubert_base_vp_en_es_fr_it3.pt",
      "HuBERT base, VoxPopuli in English, Spanish and French"),
    collected(
      "contentvec_km100", "contentvec_km100.pt",
      "ContentVec of 100 clusters", aliases: ["contentvec"]),
    collected(
      "contentvec_km500", "contentvec_km500.pt", "ContentVec of 500 clusters"),
    model(
      "ms_hubert", "s3prl", "MS-HuBERT", "MS-HuBERT, LibriSpeech 960 h",
      file: "iter3.pt"),
  ]

  private static let wavlm: [Entry] = [
    model(
      "wavlm_base_plus", "microsoft", "wavlm-base-plus",
      "WavLM base+, 94k h", aliases: ["wavlm"], licence: "CC-BY-SA-3.0"),
    model(
      "wavlm_base", "microsoft", "wavlm-base",
      "WavLM base, LibriSpeech 960 h", licence: "CC-BY-SA-3.0"),
    model(
      "wavlm_large", "microsoft", "wavlm-large", "WavLM large, 94k h",
      licence: "CC-BY-SA-3.0"),
  ]

  private static let unispeechSAT: [Entry] = [
    model(
      "unispeech_sat_base_plus", "microsoft", "unispeech-sat-base-plus",
      "UniSpeech-SAT base+, 94k h", aliases: ["unispeech_sat"]),
    model(
      "unispeech_sat_base", "microsoft", "unispeech-sat-base",
      "UniSpeech-SAT base, LibriSpeech 960 h"),
    model(
      "unispeech_sat_large", "microsoft", "unispeech-sat-large",
      "UniSpeech-SAT large, 94k h"),
  ]

  private static let data2vec: [Entry] = [
    model(
      "data2vec_base_960", "facebook", "data2vec-audio-base",
      "data2vec audio base, LibriSpeech 960 h", aliases: ["data2vec"],
      licence: "Apache-2.0"),
    model(
      "data2vec_large_ll60k", "facebook", "data2vec-audio-large",
      "data2vec audio large, Libri-Light 60k h", licence: "Apache-2.0"),
  ]

  private static let distilled: [Entry] = [
    model(
      "distilhubert_base", "leo19941227", "distilhubert",
      "DistilHuBERT with its prediction heads, LibriSpeech 960 h",
      aliases: ["distilhubert"], file: "distilhubert_ls960_4-8-12.ckpt")
  ]

  private static let wav2vec: [Entry] = [
    collected(
      "wav2vec_large", "wav2vec_large.pt",
      "wav2vec large, LibriSpeech 960 h", aliases: ["wav2vec"])
  ]

  private static let recurrent: [Entry] = [
    apc("apc_360hr", "APC, LibriSpeech 360 h", aliases: ["apc"]),
    apc("apc_960hr", "APC, LibriSpeech 960 h"),
    apc("vq_apc_360hr", "VQ-APC, LibriSpeech 360 h", aliases: ["vq_apc"]),
    apc("vq_apc_960hr", "VQ-APC, LibriSpeech 960 h"),
  ]

  private static func apc(
    _ name: String, _ title: String, aliases: [String] = []
  ) -> Entry {
    model(
      name, "leo19941227", "apc_series", title, aliases: aliases,
      file: name + ".ckpt")
  }

  private static let melTransformers: [Entry] = [
    spectral(
      "mockingjay_logMelLinearLarge_T_AdamW_b32_500k_360hr_drop1",
      in: "mockingjay", step: 500_000,
      "Mockingjay large, LibriSpeech 360 h",
      aliases: ["mockingjay", "mockingjay_origin"]),
    spectral(
      "tera_logMelBase_T_F_M_AdamW_b32_1m_960hr_drop1", in: "tera",
      step: 1_000_000, "TERA base, LibriSpeech 960 h",
      aliases: ["tera", "tera_960hr"]),
    spectral(
      "audio_albert_logMelBase_T_share_AdamW_b32_1m_960hr_drop1",
      in: "audio_albert", step: 1_000_000,
      "Audio ALBERT base, LibriSpeech 960 h",
      aliases: ["audio_albert", "audio_albert_960hr"]),
  ]

  /// Kept by s3prl in a folder of the model's name.
  private static func spectral(
    _ name: String, in repository: String, step: Int, _ title: String,
    aliases: [String]
  ) -> Entry {
    model(
      name, "s3prl", repository, title, aliases: aliases,
      file: "\(name)/states-\(step).ckpt")
  }
}
