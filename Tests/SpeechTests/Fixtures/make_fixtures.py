#!/usr/bin/env python3
"""Writes the fixtures of SpeechTests beside this file.

Needs numpy, torch, torchaudio and the sox command. Features come from
torchaudio in double precision, effects and resampling from SoX itself. The
tests need none of these: they read what is written here.

    features.json     signals, where each feature matrix lies, and how far
                      torchaudio in single precision is from it
    features.f32      feature matrices, float32, row-major
    sox.json          effect chains: input recipes, output lengths and digests;
                      resampling: input recipes and where the output lies
    sox.f32           resampled signals, float32

A recipe is a list of [length, amplitude]: length samples of a linear
congruential generator's upper 16 bits, as signed integers, times amplitude.
"""

import json
import math
import pathlib
import random
import subprocess

import numpy as np
import torch
import torchaudio
from torchaudio.compliance import kaldi

HERE = pathlib.Path(__file__).parent
RATE = 16000


def integers(recipe, seed=1):
    state, values = seed, []
    for length, amplitude in recipe:
        for _ in range(length):
            state = (1664525 * state + 1013904223) % 2**32
            word = state >> 16
            values.append((word - 2**16 if word >= 2**15 else word) * amplitude)
    return np.array(values, dtype=np.int64)


# Features

def deltas(x, order):
    parts = [x]
    for _ in range(order):
        parts.append(torchaudio.functional.compute_deltas(parts[-1].T[None])[0].T)
    return torch.cat(parts, dim=1)


def normalized(x):
    return (x - x.mean(0, keepdim=True)) / (1e-10 + x.std(0, keepdim=True))


def kaldi_features(function, wave, order=0, **options):
    frames = function(wave[None], sample_frequency=RATE, **options)
    return deltas(frames, order)


def stft(wave, size, shift):
    window = torch.hann_window(size, dtype=wave.dtype)
    return torch.stft(
        wave, size, shift, size, window, center=True, pad_mode="reflect",
        return_complex=True).abs()


def centred(wave, mel):
    used = wave[: int(wave.nonzero().max()) + 1] if wave.any() else wave
    power = stft(used, 400, 160) ** 2
    if mel:
        bank = torchaudio.functional.melscale_fbanks(201, 0.0, 8000.0, 80, RATE)
        power = bank.to(power.dtype).T @ power
    return normalized((power + 1e-10).log().T)


def all_features(wave):
    fbank = kaldi_features(kaldi.fbank, wave, 2, num_mel_bins=80)
    hamming = kaldi_features(
        kaldi.fbank, wave, num_mel_bins=80, window_type="hamming")
    features = {"fbank_no_cmvn": fbank}
    if len(fbank) > 1:
        features |= {
            "fbank": normalized(fbank),
            "mfcc": normalized(kaldi_features(kaldi.mfcc, wave, 2, num_ceps=13)),
            "spectrogram": normalized(kaldi_features(kaldi.spectrogram, wave)),
            "hamming": normalized(hamming),
        }
    features |= {
        "mel": centred(wave, True),
        "linear": centred(wave, False),
        "stft_mag": stft(wave, 512, 320).T,
        "log_stft_mag": stft(wave, 512, 320).clamp(min=1e-8).log().T,
    }
    return features


def feature_signals():
    n = np.arange(1200)
    sweep = 9000 * np.sin(2 * math.pi * (200 + 3 * n) * n / RATE)
    noise = integers([[2000, 1]])
    quiet = np.concatenate([np.zeros(300), noise[:500] // 16384, np.zeros(350)])
    return {
        "noise": noise[:1137] // 4,
        "sweep": np.rint(sweep) + noise[:1200] // 2048,
        "near silence": quiet,
        "two frames": noise[300:860] // 2,
        "one frame": noise[900:1300] // 3,
    }


def write_features():
    entries, blob = [], bytearray()
    for name, signal in feature_signals().items():
        samples = np.asarray(signal, dtype=np.int64)
        wave = torch.from_numpy(samples / 32768.0)
        matrices = []
        single = all_features(wave.float())
        for kind, matrix in all_features(wave).items():
            matrices.append({
                "kind": kind, "frames": matrix.shape[0],
                "dimension": matrix.shape[1], "offset": len(blob) // 4,
                "roundoff": float((matrix - single[kind]).abs().max())})
            blob += matrix.contiguous().numpy().astype("<f4").tobytes()
        entries.append({
            "name": name, "samples": samples.tolist(), "matrices": matrices})
    (HERE / "features.f32").write_bytes(blob)
    (HERE / "features.json").write_text(json.dumps(entries) + "\n")


# Effects and resampling

def sox(samples, rate, *effects, out=("-e", "signed", "-b", "32")):
    form = ["-t", "raw", "-c", "1", "-e", "signed", "-b", "32", "-r", str(rate)]
    command = ["sox", "-D", *form, "-", "-t", "raw", *out, "-", *effects]
    return subprocess.run(
        command, input=samples.astype("<i4").tobytes(), capture_output=True,
        check=True).stdout


def fnv1a(data):
    digest = 0xCBF29CE484222325
    for byte in data:
        digest = (digest ^ byte) * 0x100000001B3 % 2**64
    return str(digest)


SILENCE = ["silence", "1", "0.1", "0.1%", "-1", "0.1", "0.1%"]


def chain_recipes():
    loud, faint = 16384, 0
    yield "only silence", [[9000, faint]]
    yield "only sound", [[20000, loud]]
    yield "leading silence", [[5000, faint], [12000, loud]]
    yield "short pause", [[9000, loud], [1500, faint], [9000, loud]]
    yield "long pause", [[9000, loud], [4000, faint], [9000, loud]]
    yield "short burst", [
        [4000, loud], [3000, faint], [900, loud], [5000, faint], [4000, loud]]
    yield "burst at the limit", [
        [4000, loud], [3000, faint], [1290, loud], [5000, faint], [1600, loud]]
    yield "trailing short pause", [[9000, loud], [1500, faint]]
    yield "trailing long pause", [[9000, loud], [9000, faint]]
    yield "unfinished start", [[5000, faint], [1000, loud]]
    yield "at the threshold", [[9000, 161], [9000, 159], [9000, 160]]
    yield "clipping loud", [[3000, 32768]]
    chance = random.Random(7)
    for number in range(24):
        yield f"random {number}", [
            [chance.choice([40, 330, 1250, 1290, 1599, 1600, 1601, 2500, 6000])
             + chance.randrange(40), chance.choice([0, 1, 100, 159, 162, 255, 16384])]
            for _ in range(chance.randrange(3, 12))]


def write_sox():
    chains, resampled, blob = [], [], bytearray()
    for name, recipe in chain_recipes():
        samples = integers(recipe)
        for gain in [-3.0, 6.0]:
            for trims in [False, True]:
                if not trims and name.startswith("random"):
                    continue
                effects = ["gain", str(gain)] + (SILENCE if trims else [])
                data = sox(samples, RATE, *effects)
                chains.append({
                    "name": name, "recipe": recipe, "gain": gain,
                    "trims": trims, "count": len(data) // 4,
                    "digest": fnv1a(data)})
    for rate, length in [(8000, 700), (22050, 1200), (44100, 2600), (48000, 2800)]:
        recipe = [[length, 16384]]
        data = sox(
            integers(recipe), rate, "rate", str(RATE),
            out=("-e", "floating-point", "-b", "32"))
        resampled.append({
            "rate": rate, "recipe": recipe, "count": len(data) // 4,
            "offset": len(blob) // 4})
        blob += data
    (HERE / "sox.f32").write_bytes(blob)
    (HERE / "sox.json").write_text(
        json.dumps({"chains": chains, "resampled": resampled}) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write_features()
    write_sox()
