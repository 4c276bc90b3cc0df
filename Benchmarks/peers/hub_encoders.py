#!/usr/bin/env python3
"""Encoders of the hub's kind by turns, ours and the peers': one JSON object a
line for each round and way, then one for each way with its median.

    whisper    Whisper as published, windows of 30 s, all hidden states; of the
               peers CTranslate2 gives the last one only
    conformer  a conformer of w2v-BERT 2.0's sizes, random weights, fewer
               layers; from its frames to all hidden states, ours from samples

Ways: `superb` (an utterance a thread), `torch` and `ctranslate2` and `onnx`
(one utterance on all threads), and each of these with `-each` (an utterance a
thread). A round is 2 utterances for each thread.

    python3 Benchmarks/peers/hub_encoders.py --superb .build/release/superb
        --whisper DIR [--only whisper,conformer] [--threads 2] [--rounds 3]

DIR holds a Whisper in the hub's layout. Needs torch and transformers; for the
others ctranslate2, onnxruntime and onnx. `peak` is the rate of multiply-adds in
registers, as `superb bench` measures it.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time
import warnings

import numpy
import torch
import transformers

RATE = 16000


def peak(program, threads):
    """Multiplications and additions a second of all threads together."""
    line = subprocess.run(
        [program, "bench", "--only", "peak", "--threads", str(threads)],
        check=True, capture_output=True, text=True).stdout
    return json.loads(line)["gflops"] * 1e9


def each(threads, count, work):
    """Utterances spread over threads."""
    torch.set_num_threads(1)
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: work(), range(count)))


def superb(program, folder, seconds, threads):
    """Seconds that the round took."""
    found = subprocess.run(
        [program, "upstreams", "check", str(folder), "--json", "--threads",
         str(threads), "--seconds", str(seconds)],
        stdout=subprocess.PIPE, check=True)
    speed = json.loads(found.stdout)["speedOnAllThreads"]
    return 2 * threads * seconds / speed


def torch_ways(states, threads):
    def whole(count):
        torch.set_num_threads(threads)
        for _ in range(count):
            states()

    return {
        "torch": whole,
        "torch-each": lambda count: each(threads, count, states),
    }


def whisper(options, folder):
    config = json.loads((options.whisper / "config.json").read_text())
    width, layers = config["d_model"], config["encoder_layers"]
    inner, bins = config["encoder_ffn_dim"], config["num_mel_bins"]
    frames = config["max_source_positions"]
    operations = 2 * frames * (
        2 * bins * 3 * width + 3 * width * width
        + layers * (4 * width * width + 2 * width * inner
                    + 2 * frames * width))
    seconds = frames * 320 // RATE
    model = transformers.WhisperModel.from_pretrained(
        options.whisper).encoder.eval()
    features = numpy.random.default_rng(1).uniform(
        -1, 1, (1, bins, 2 * frames)).astype(numpy.float32)
    batch = torch.from_numpy(features)

    def states():
        with torch.inference_mode():
            model(batch, output_hidden_states=True)

    ways = torch_ways(states, options.threads)
    try:
        import ctranslate2

        path = str(folder / "ct2")
        ctranslate2.converters.TransformersConverter(
            str(options.whisper)).convert(path)
        view = ctranslate2.StorageView.from_array(features)

        def made(inter, intra):
            return ctranslate2.models.Whisper(
                path, device="cpu", compute_type="float32",
                inter_threads=inter, intra_threads=intra)

        one, several = made(1, options.threads), made(options.threads, 1)

        def encode(model):
            numpy.array(model.encode(view))

        ways["ctranslate2"] = lambda count: [
            encode(one) for _ in range(count)]
        ways["ctranslate2-each"] = lambda count: each(
            options.threads, count, lambda: encode(several))
    except ImportError as error:
        print(json.dumps(dict(way="ctranslate2", missing=str(error))))
    return options.whisper, seconds, operations, ways


def conformer(options, folder):
    config = transformers.Wav2Vec2BertConfig(
        num_hidden_layers=options.layers, layerdrop=0.0, add_adapter=False)
    torch.manual_seed(1)
    model = transformers.Wav2Vec2BertModel(config).eval()
    path = folder / "conformer"
    model.save_pretrained(path)
    transformers.SeamlessM4TFeatureExtractor(
        num_mel_bins=80, feature_size=80).save_pretrained(path)
    seconds = options.seconds
    frames = (100 * seconds - 2) // 2
    width, inner = config.hidden_size, config.intermediate_size
    operations = 2 * frames * (160 * width + options.layers * (
        7 * width * width + 4 * width * inner + 2 * frames * width
        + 73 * width + 31 * width))
    batch = torch.randn(1, frames, 160)

    def states():
        with torch.inference_mode():
            model(batch, output_hidden_states=True)

    ways = torch_ways(states, options.threads)
    try:
        import onnxruntime

        class States(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.model = model

            def forward(self, x):
                found = []
                hooks = [
                    layer.register_forward_pre_hook(
                        lambda _, inputs: found.append(inputs[0]))
                    for layer in self.model.encoder.layers]
                found.append(self.model(x).last_hidden_state)
                for hook in hooks:
                    hook.remove()
                return tuple(found)

        model.config._attn_implementation = "eager"
        target = str(folder / "conformer.onnx")
        with torch.no_grad():
            torch.onnx.export(
                States(), (batch,), target, input_names=["x"],
                opset_version=17, dynamo=False)

        def made(threads):
            settings = onnxruntime.SessionOptions()
            settings.intra_op_num_threads = threads
            settings.inter_op_num_threads = 1
            return onnxruntime.InferenceSession(
                target, settings, providers=["CPUExecutionProvider"])

        one, alone = made(options.threads), made(1)
        inputs = {"x": batch.numpy()}
        ways["onnx"] = lambda count: [
            one.run(None, inputs) for _ in range(count)]
        ways["onnx-each"] = lambda count: each(
            options.threads, count, lambda: alone.run(None, inputs))
    except Exception as error:
        print(json.dumps(dict(way="onnx", missing=str(error)[:200])))
    return path, seconds, operations, ways


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--superb", default=".build/release/superb")
    parser.add_argument("--whisper", type=pathlib.Path)
    parser.add_argument("--only", default="whisper,conformer")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    count = 2 * options.threads
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        rate = peak(options.superb, options.threads)
        print(json.dumps(dict(way="peak", threads=options.threads,
                              gflops=round(rate / 1e9, 1))), flush=True)
        for shape in options.only.split(","):
            if shape == "whisper" and not options.whisper:
                parser.error("--whisper DIR is missing")
            path, seconds, operations, ways = (
                whisper if shape == "whisper" else conformer)(options, folder)
            taken = {"superb": []}
            for way, run in ways.items():
                taken[way] = []
                run(1)
            for number in range(options.rounds):
                for way in taken:
                    if way == "superb":
                        time_taken = superb(
                            options.superb, path, seconds, options.threads)
                    else:
                        began = time.perf_counter()
                        ways[way](count)
                        time_taken = time.perf_counter() - began
                    taken[way].append(time_taken)
                    print(json.dumps(dict(
                        shape=shape, way=way, round=number + 1,
                        seconds=round(time_taken, 3))), flush=True)
            for way, times in taken.items():
                median = statistics.median(times)
                print(json.dumps(dict(
                    shape=shape, way=way, threads=options.threads,
                    seconds=round(median, 3),
                    times_real_time=round(count * seconds / median, 2),
                    gflops=round(count * operations / median / 1e9, 1),
                    share_of_peak=round(
                        count * operations / median / rate, 3),
                    times_as_fast_as_superb=round(
                        statistics.median(taken["superb"]) / median, 3),
                )), flush=True)


if __name__ == "__main__":
    main()
