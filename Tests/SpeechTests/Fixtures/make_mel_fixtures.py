#!/usr/bin/env python3
"""Writes what other programs' mel front ends give, beside this file.

Needs numpy, torch, torchaudio, transformers and kaldi-native-fbank.

    mel.json   preprocessor configurations, input recipes as make_fixtures.py
               has them, and where each feature matrix lies in
    mel.f32    feature matrices, float32, row-major
"""

import json
import pathlib

import kaldi_native_fbank
import numpy as np
import transformers

HERE = pathlib.Path(__file__).parent
RECIPES = {
    "noise": [[4000, 20000]],
    "steps": [[1600, 60000], [800, 300], [1700, 9000], [333, 0]],
}
EXTRACTORS = {
    "whisper-80": transformers.WhisperFeatureExtractor(chunk_length=1),
    "whisper-128": transformers.WhisperFeatureExtractor(
        feature_size=128, chunk_length=1),
    "w2v-bert": transformers.SeamlessM4TFeatureExtractor(),
    "ast": transformers.ASTFeatureExtractor(max_length=24),
    "parakeet": transformers.ParakeetFeatureExtractor(),
}


def waveform(recipe):
    state, values = 1, []
    for length, amplitude in recipe:
        for _ in range(length):
            state = (1664525 * state + 1013904223) % 2**32
            word = state >> 16
            values.append((word - 2**16 if word >= 2**15 else word) * amplitude)
    return (np.array(values, dtype=np.float64) * 2.0**-31).astype(np.float32)


def transformers_features(name, extractor, wave):
    if name.startswith("whisper"):
        return extractor(
            wave, sampling_rate=16000, padding="do_not_pad"
        ).input_features[0].T
    if name == "w2v-bert":
        found = extractor(wave, sampling_rate=16000)
        count = int(np.sum(found["attention_mask"]))
        return found["input_features"][0][:count]
    if name == "parakeet":
        found = extractor(wave, sampling_rate=16000, return_tensors="pt")
        count = int(found["attention_mask"].sum())
        return found["input_features"][0][:count]
    extractor.max_length = 1 + (len(wave) - 400) // 160
    return extractor(wave, sampling_rate=16000)["input_values"][0]


def kaldi_features(wave):
    options = kaldi_native_fbank.FbankOptions()
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = 80
    options.mel_opts.high_freq = 0
    fbank = kaldi_native_fbank.OnlineFbank(options)
    fbank.accept_waveform(16000, wave.tolist())
    fbank.input_finished()
    return np.stack([fbank.get_frame(i)
                     for i in range(fbank.num_frames_ready)])


def main():
    numbers, matrices, place = [], [], 0
    for signal, recipe in RECIPES.items():
        wave = waveform(recipe)
        for name in [*EXTRACTORS, "kaldi"]:
            if name == "kaldi":
                config, found = None, kaldi_features(wave)
            else:
                extractor = EXTRACTORS[name]
                config = extractor.to_dict()
                found = transformers_features(name, extractor, wave)
                config.pop("mel_filters", None)
                config.pop("window", None)
            found = np.asarray(found, dtype="<f4")
            matrices.append(dict(
                name=name, recipe=recipe, frames=found.shape[0],
                dimension=found.shape[1], offset=place,
                config=json.dumps(config) if config else None))
            numbers.append(found.ravel())
            place += found.size
            print(signal, name, found.shape)
    (HERE / "mel.f32").write_bytes(np.concatenate(numbers).tobytes())
    (HERE / "mel.json").write_text(json.dumps(matrices, indent=1) + "\n")


if __name__ == "__main__":
    main()
