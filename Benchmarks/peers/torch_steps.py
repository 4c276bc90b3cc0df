#!/usr/bin/env python3
"""The cases of steps.yaml in PyTorch on the CPU, one JSON object a line.

Each is a training step as s3prl runs it: the weighted sum over stacked hidden
states, padded batches, packed sequences where s3prl packs them, the loss, the
gradient, clipping and the optimizer. Features are noise in memory, of the
lengths that `superb bench` gives its utterances.

    python3 Benchmarks/peers/torch_steps.py [--only pr,ks] [--threads 2]

Needs torch.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import (
    pack_padded_sequence,
    pad_packed_sequence,
    pad_sequence,
)

LAYERS, WIDTH = 13, 768


def spaced(count, low, high):
    """Lengths of a batch, evenly spaced, the longest first."""
    last = max(1, count - 1)
    return [high - (high - low) * place // last for place in range(count)]


class WeightedSum(nn.Module):
    """Stacked states of all layers by the softmax of their weights."""

    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(LAYERS))

    def forward(self, states, lengths):
        stacked = torch.stack(states, dim=0)
        shape = stacked.shape[1:]
        shares = F.softmax(self.weights, dim=-1).unsqueeze(-1)
        mixed = (shares * stacked.view(LAYERS, -1)).sum(dim=0).view(shape)
        return [row[:length] for row, length in zip(mixed, lengths)]


class FrameTranscriber(nn.Module):
    """Phoneme recognition: an affine map of each frame, CTC."""

    def __init__(self, symbols=74, label_length=129):
        super().__init__()
        self.projector = nn.Linear(WIDTH, 256)
        self.out = nn.Linear(256, symbols)
        self.symbols, self.label_length = symbols, label_length

    def scores(self, frames, lengths):
        return self.out(self.projector(frames))

    def forward(self, features, lengths):
        frames = pad_sequence(features, batch_first=True)
        scores = self.scores(frames, lengths).log_softmax(-1)
        batch = len(features)
        labels = 1 + torch.arange(batch * self.label_length) % (
            self.symbols - 1
        )
        return F.ctc_loss(
            scores.transpose(0, 1),
            labels.view(batch, -1),
            torch.tensor(lengths),
            torch.full((batch,), self.label_length),
            zero_infinity=True,
        )


class RecurrentTranscriber(FrameTranscriber):
    """Speech recognition and slot filling: two layers of BLSTM, CTC."""

    def __init__(self, symbols, label_length):
        super().__init__(symbols, label_length)
        self.projector = nn.Linear(WIDTH, 1024)
        self.layers = nn.ModuleList(
            nn.LSTM(width, 1024, bidirectional=True, batch_first=True)
            for width in (1024, 2048)
        )
        self.dropout = nn.Dropout(0.2)
        self.out = nn.Linear(2048, symbols)

    def scores(self, frames, lengths):
        x = self.projector(frames)
        for layer in self.layers:
            packed = pack_padded_sequence(x, lengths, batch_first=True)
            x, _ = pad_packed_sequence(layer(packed)[0], batch_first=True)
            x = self.dropout(x)
        return self.out(x)


class Diarizer(nn.Module):
    """Two speakers' activity, the loss of the better permutation."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(WIDTH, 512, batch_first=True)
        self.linear = nn.Linear(512, 2)

    def forward(self, features, lengths):
        frames = pad_sequence(features, batch_first=True)
        logits = self.linear(self.rnn(frames)[0])
        labels = (torch.arange(logits[0].numel()) // 300 % 2).float()
        labels = labels.view(1, -1, 2).expand_as(logits)
        rows = [
            F.binary_cross_entropy_with_logits(
                logits, target, reduction="none"
            ).mean(-1).sum(-1)
            for target in (labels, labels.flip(-1))
        ]
        return torch.stack(rows).min(0).values.sum() / sum(lengths)


class Splice(nn.Module):
    """A time-delay layer: rows joined with those after them, then affine."""

    def __init__(self, inputs, outputs, width, dilation):
        super().__init__()
        self.kernel = nn.Linear(inputs * width, outputs)
        self.width, self.dilation = width, dilation

    def forward(self, x):
        joined = F.unfold(
            x.unsqueeze(1),
            (self.width, x.shape[2]),
            stride=(1, x.shape[2]),
            dilation=(self.dilation, 1),
        )
        return F.relu(self.kernel(joined.transpose(1, 2)))


class Verifier(nn.Module):
    """An x-vector network and a softmax with an additive margin."""

    def __init__(self, speakers=1211):
        super().__init__()
        self.connector = nn.Linear(WIDTH, 512)
        shapes = [
            (512, 512, 5, 1),
            (512, 512, 3, 2),
            (512, 512, 3, 3),
            (512, 512, 1, 1),
            (512, 1500, 1, 1),
        ]
        self.frames = nn.Sequential(*(Splice(*shape) for shape in shapes))
        self.first = nn.Linear(3000, 512)
        self.second = nn.Linear(512, 512)
        self.speakers = nn.Parameter(torch.empty(512, speakers))
        nn.init.xavier_normal_(self.speakers)

    def forward(self, features, lengths):
        x = self.frames(
            self.connector(pad_sequence(features, batch_first=True))
        )
        x = torch.stack(
            [
                torch.cat([row[: n - 14].mean(0), row[: n - 14].std(0)])
                for row, n in zip(x, lengths)
            ]
        )
        x = F.relu(self.second(F.relu(self.first(x))))
        cosine = F.normalize(x, dim=1) @ F.normalize(self.speakers, dim=0)
        speaker = torch.arange(len(lengths))
        margin = 0.4 * F.one_hot(speaker, cosine.shape[1])
        return F.cross_entropy(30 * (cosine - margin), speaker)


class Classifier(nn.Module):
    """Keyword spotting: an affine map of frames, their mean, classes."""

    def __init__(self, classes=12):
        super().__init__()
        self.projector = nn.Linear(WIDTH, 256)
        self.out = nn.Linear(256, classes)
        self.classes = classes

    def forward(self, features, lengths):
        frames = self.projector(pad_sequence(features, batch_first=True))
        pooled = torch.stack(
            [row[:length].mean(0) for row, length in zip(frames, lengths)]
        )
        labels = torch.arange(len(lengths)) % self.classes
        return F.cross_entropy(self.out(pooled), labels)


# Name, model, lengths, optimizer, largest norm of the gradient.
CASES = [
    ("pr", FrameTranscriber, spaced(16, 500, 750), 1),
    ("asr", lambda: RecurrentTranscriber(32, 161), spaced(16, 500, 750), 1),
    ("sf", lambda: RecurrentTranscriber(109, 37), spaced(32, 100, 250), 1),
    ("sf-8", lambda: RecurrentTranscriber(109, 37), spaced(8, 100, 250), 1),
    ("sd", Diarizer, spaced(8, 2000, 2000), 1),
    ("asv", Verifier, spaced(10, 400, 400), 1000),
    ("ks", Classifier, spaced(32, 50, 50), 1),
]


def measure(name, make, lengths, clip, steps, seconds):
    torch.manual_seed(1)
    featurizer, model = WeightedSum(), make()
    states = [
        torch.rand(len(lengths), max(lengths), WIDTH) * 2 - 1
        for _ in range(LAYERS)
    ]
    parameters = [*featurizer.parameters(), *model.parameters()]
    kind = torch.optim.AdamW if name == "asv" else torch.optim.Adam
    optimizer = kind(parameters, lr=1e-4)
    times = []
    # The first step is not counted.
    while len(times) <= steps or sum(times[1:]) < seconds:
        began = time.perf_counter()
        loss = model(featurizer(states, lengths), lengths)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, clip)
        optimizer.step()
        optimizer.zero_grad()
        times.append(time.perf_counter() - began)
    emit(
        name,
        f"{LAYERS}x{WIDTH} {len(lengths)} utterances {sum(lengths)} frames",
        statistics.median(times[1:]),
    )


def measure_product(size=2048, rounds=9):
    x = torch.rand(size, size) - 0.5
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        x @ x
        times.append(time.perf_counter() - began)
    median = statistics.median(times)
    emit("sgemm", f"{size}x{size}x{size}", median, 2e-9 * size**3 / median)


def emit(name, shape, median, gflops=None):
    line = {
        "name": name,
        "shape": shape,
        "threads": torch.get_num_threads(),
        "median_s": median,
        # KiB on Linux; of the process so far.
        "process_peak_bytes": 1024
        * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    if gflops is not None:
        line["gflops"] = gflops
    print(json.dumps(line), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="names of cases, comma-separated")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--steps", type=int, default=3, help="of a case, at least"
    )
    parser.add_argument("--seconds", type=float, default=5.0)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    wanted = arguments.only.split(",") if arguments.only else None
    if wanted is None or "sgemm" in wanted:
        measure_product()
    for case in CASES:
        if wanted is None or case[0] in wanted:
            measure(*case, arguments.steps, arguments.seconds)


if __name__ == "__main__":
    main()
