#!/usr/bin/env python3
"""Hidden states of wav2vec 2.0, as the peers make them: one JSON object a line.

The models have random weights and the sizes of `superb bench --only extract`,
the utterances its lengths; what is timed is all hidden states of all
utterances of a set. Ways to make them:

    torch          PyTorch, one utterance at a time on all threads
    torch-each     PyTorch, a process of one thread for each core
    torch-padded   PyTorch, all utterances in one padded batch, as s3prl has it
    torch-train    the same and the gradients of all states back, as for
                   `superb bench --only finetune`; not unless it is named
    onnx           ONNX Runtime, one utterance at a time on all threads
    onnx-each      ONNX Runtime, a session of one thread for each core

    python3 Benchmarks/peers/torch_extract.py [--size base,large]
        [--ways torch,onnx] [--sets mixed] [--threads 2] [--rounds 3]

Needs torch and transformers; for ONNX Runtime onnxruntime and onnx, too.
"""

import argparse
import collections
import json
import multiprocessing
import os
import resource
import statistics
import tempfile
import threading
import time
import warnings

import numpy
import torch
import transformers

RATE = 16000
LARGE = dict(
    hidden_size=1024,
    num_hidden_layers=24,
    num_attention_heads=16,
    intermediate_size=4096,
    feat_extract_norm="layer",
    do_stable_layer_norm=True,
    conv_bias=True,
)


def sets(names, threads):
    """What each is called, and its lengths in seconds, the longest first."""
    for name in names:
        if name == "mixed":
            yield "14 utterances of 2-15 s", [15 - n for n in range(14)]
        else:
            count = max(2, 16 // int(name)) * threads
            yield f"{name} s", [int(name)] * count


def waveforms(lengths):
    generator = numpy.random.default_rng(1)
    return [
        generator.uniform(-0.5, 0.5, n * RATE).astype(numpy.float32)
        for n in lengths
    ]


def model_of(size):
    torch.manual_seed(1)
    config = transformers.Wav2Vec2Config(**(LARGE if size == "large" else {}))
    return transformers.Wav2Vec2Model(config).eval()


def states(model, batch, mask=None):
    with torch.inference_mode():
        return model(
            batch, attention_mask=mask, output_hidden_states=True
        ).hidden_states


class Torch:
    def __init__(self, size, threads):
        torch.set_num_threads(threads)
        self.model = model_of(size)

    def __call__(self, waves):
        for wave in waves:
            states(self.model, torch.from_numpy(wave)[None])


class TorchPadded(Torch):
    def padded(self, waves):
        longest = max(map(len, waves))
        batch = torch.zeros(len(waves), longest)
        mask = torch.zeros(len(waves), longest, dtype=torch.long)
        for row, wave in enumerate(waves):
            batch[row, : len(wave)] = torch.from_numpy(wave)
            mask[row, : len(wave)] = 1
        return batch, mask

    def __call__(self, waves):
        states(self.model, *self.padded(waves))


class TorchTrain(TorchPadded):
    def __init__(self, size, threads):
        super().__init__(size, threads)
        self.model.freeze_feature_encoder()

    def __call__(self, waves):
        self.model.zero_grad()
        batch, mask = self.padded(waves)
        found = self.model(
            batch, attention_mask=mask, output_hidden_states=True
        ).hidden_states
        (1e-3 * sum(state.sum() for state in found)).backward()


def serve(size, tasks, done):
    """Takes utterances until there is none."""
    torch.set_num_threads(1)
    model = model_of(size)
    done.put(None)
    while (wave := tasks.get()) is not None:
        states(model, torch.from_numpy(wave)[None])
        done.put(None)


class TorchEach:
    def __init__(self, size, threads):
        context = multiprocessing.get_context("spawn")
        self.tasks, self.done = context.Queue(), context.Queue()
        self.workers = [
            context.Process(
                target=serve, args=(size, self.tasks, self.done), daemon=True
            )
            for _ in range(threads)
        ]
        for worker in self.workers:
            worker.start()
        for _ in self.workers:
            self.done.get()

    def __call__(self, waves):
        for wave in waves:
            self.tasks.put(wave)
        for _ in waves:
            self.done.get()

    def close(self):
        for _ in self.workers:
            self.tasks.put(None)
        for worker in self.workers:
            worker.join()


def exported(size, folder):
    path = os.path.join(folder, f"{size}.onnx")
    if os.path.exists(path):
        return path
    model = model_of(size)
    # Its mask is made in a way that the exporter does not follow; without
    # one there is nothing to make.
    model.config._attn_implementation = "eager"

    class States(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, wave):
            return tuple(
                self.model(wave, output_hidden_states=True).hidden_states
            )

    names = [f"state{n}" for n in range(model.config.num_hidden_layers + 1)]
    with torch.no_grad():
        torch.onnx.export(
            States(),
            (torch.zeros(1, 2 * RATE),),
            path,
            input_names=["wave"],
            output_names=names,
            dynamic_axes={
                "wave": {1: "samples"},
                **{name: {1: "frames"} for name in names},
            },
            opset_version=17,
            dynamo=False,
        )
    return path


class Onnx:
    def __init__(self, size, threads, sessions=1):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads // sessions
        options.inter_op_num_threads = 1
        with tempfile.TemporaryDirectory() as folder:
            path = exported(size, folder)
            self.sessions = [
                onnxruntime.InferenceSession(
                    path, options, providers=["CPUExecutionProvider"]
                )
                for _ in range(sessions)
            ]

    def __call__(self, waves):
        left = collections.deque(waves)

        def work(session):
            while True:
                try:
                    wave = left.popleft()
                except IndexError:
                    return
                session.run(None, {"wave": wave[None]})

        threads = [
            threading.Thread(target=work, args=(session,))
            for session in self.sessions
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


class OnnxEach(Onnx):
    def __init__(self, size, threads):
        super().__init__(size, threads, sessions=threads)


WAYS = {
    "torch": Torch,
    "torch-each": TorchEach,
    "torch-padded": TorchPadded,
    "torch-train": TorchTrain,
    "onnx": Onnx,
    "onnx-each": OnnxEach,
}

EXTRACTION = ",".join(way for way in WAYS if way != "torch-train")


def sgemm(threads, size=2048, rounds=5):
    torch.set_num_threads(threads)
    x = torch.rand(size, size)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        torch.mm(x, x)
        times.append(time.perf_counter() - began)
    return 2 * size**3 / statistics.median(times) / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="base")
    parser.add_argument("--ways", default=EXTRACTION)
    parser.add_argument("--sets", default="1,4,15,mixed")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    rate = sgemm(options.threads)
    print(json.dumps(dict(way="sgemm", gflops=round(rate, 1))))
    for size in options.size.split(","):
        for way in options.ways.split(","):
            run = WAYS[way](size, options.threads)
            names = options.sets.split(",")
            for name, lengths in sets(names, options.threads):
                waves = waveforms(lengths)
                run(waves[-1:])
                times = []
                for _ in range(options.rounds):
                    began = time.perf_counter()
                    run(waves)
                    times.append(time.perf_counter() - began)
                seconds = statistics.median(times)
                line = dict(
                    way=way,
                    shape=f"wav2vec2 {size}, {name}",
                    threads=options.threads,
                    seconds=round(seconds, 3),
                    times_real_time=round(sum(lengths) / seconds, 2),
                    peak_bytes=resource.getrusage(
                        resource.RUSAGE_SELF
                    ).ru_maxrss
                    * 1024,
                )
                print(json.dumps(line), flush=True)
            if hasattr(run, "close"):
                run.close()
            del run


if __name__ == "__main__":
    main()
