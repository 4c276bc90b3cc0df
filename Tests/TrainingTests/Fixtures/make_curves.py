#!/usr/bin/env python3
"""Writes curves.json: how each task's loss falls in PyTorch.

    python3 make_curves.py

The models are s3prl 0.4.18's heads, restated, under the parameter names of
checkpoints; clipping, accumulation and optimizer are the protocol's, at a higher rate, so that fifty
updates lead somewhere. Weights
and hidden states are draws of a generator that the tests have, too, so that
nothing is stored but the losses. Needs torch.
"""

import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import rnn

LAYERS, WIDTH, UPDATES = 3, 8, 50
MASK = (1 << 64) - 1


def draws(name, *shape):
    """Uniform over -1 ..< 1 in steps of 2^-23: SplitMix64, its state at the
    FNV-1a hash of the name."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    values = []
    for _ in range(torch.Size(shape).numel()):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
        values.append(((z ^ z >> 31) >> 40) / 2**23 - 1)
    return torch.tensor(values).view(shape)


class Experiment(nn.Module):
    """A featurizer and a head. An utterance is known by its number of
    frames; `labels` are by that number, too."""

    def __init__(self, labels):
        super().__init__()
        self.labels = labels
        self.featurizer = nn.Module()
        self.featurizer.weights = nn.Parameter(torch.zeros(LAYERS))

    def features(self, lengths):
        shares = F.softmax(self.featurizer.weights, dim=0)
        return [
            torch.einsum(
                "l,ltd->td",
                shares,
                draws(f"states/{length}", LAYERS, length, WIDTH),
            )
            for length in lengths
        ]

    def forward(self, lengths):
        labels = [self.labels[length] for length in lengths]
        return self.loss(self.features(lengths), lengths, labels)


class FrameTranscriber(Experiment):
    def __init__(self, labels, symbols, blank, projection=6):
        super().__init__(labels)
        self.blank = blank
        self.projector = nn.Linear(WIDTH, projection)
        self.model = nn.Module()
        self.model.linear = nn.Linear(projection, symbols)

    def logits(self, frames, lengths):
        return self.model.linear(self.projector(frames))

    def loss(self, features, lengths, labels):
        frames = rnn.pad_sequence(features, batch_first=True)
        scores = self.logits(frames, torch.tensor(lengths)).log_softmax(-1)
        return nn.CTCLoss(blank=self.blank, zero_infinity=True)(
            scores.transpose(0, 1),
            torch.tensor([label for row in labels for label in row]),
            torch.tensor(lengths),
            torch.tensor([len(row) for row in labels]),
        )


class RecurrentTranscriber(FrameTranscriber):
    def __init__(self, labels, symbols, blank, hidden=8):
        super().__init__(labels, symbols, blank)
        widths = [6, 2 * hidden]
        self.model.rnns = nn.ModuleList()
        for width in widths:
            layer = nn.Module()
            layer.layer = nn.LSTM(
                width, hidden, batch_first=True, bidirectional=True
            )
            self.model.rnns.append(layer)
        self.model.linear = nn.Linear(2 * hidden, symbols)

    def logits(self, frames, lengths):
        x = self.projector(frames)
        for layer in self.model.rnns:
            packed = rnn.pack_padded_sequence(
                x, lengths, batch_first=True, enforce_sorted=False
            )
            x, _ = rnn.pad_packed_sequence(
                layer.layer(packed)[0], batch_first=True
            )
        return self.model.linear(x)


class Diarizer(Experiment):
    def __init__(self, labels, hidden=8):
        super().__init__(labels)
        self.rnn = nn.LSTM(WIDTH, hidden, batch_first=True)
        self.linear = nn.Linear(hidden, 2)

    def loss(self, features, lengths, labels):
        x, _ = self.rnn(rnn.pad_sequence(features, batch_first=True))
        logits = self.linear(x)
        rows = []
        for row, length, label in zip(logits, lengths, labels):
            target = torch.tensor(label)
            rows.append(
                torch.stack(
                    [
                        F.binary_cross_entropy_with_logits(
                            row[:length], order, reduction="none"
                        ).mean(-1).sum()
                        for order in (target, target.flip(-1))
                    ]
                ).min()
            )
        return torch.stack(rows).sum() / sum(lengths)


class Verifier(Experiment):
    CONTEXTS = [(5, 1), (3, 2), (3, 3), (1, 1), (1, 1)]

    def __init__(self, labels, speakers=5, width=8, pooled=12):
        super().__init__(labels)
        self.xvector = nn.Module()
        self.xvector.connector = nn.Linear(WIDTH, width)
        self.xvector.frames = nn.ModuleList(
            nn.Linear(context * width, outputs)
            for (context, _), outputs in zip(
                self.CONTEXTS, [width] * 4 + [pooled]
            )
        )
        self.xvector.first = nn.Linear(2 * pooled, width)
        self.xvector.second = nn.Linear(width, width)
        self.objective = nn.Module()
        self.objective.weight = nn.Parameter(torch.zeros(width, speakers))

    def loss(self, features, lengths, labels):
        # Each utterance by itself: no padding is pooled.
        x = torch.stack([self.embedding(row) for row in features])
        cosine = F.normalize(x, dim=1) @ F.normalize(
            self.objective.weight, dim=0
        )
        rows = []
        for row, label in zip(cosine, labels):
            target = 30 * (row[label] - 0.4)
            others = torch.cat([row[:label], row[label + 1 :]])
            rows.append(
                target
                - torch.log(torch.exp(target) + torch.exp(30 * others).sum())
            )
        return -torch.stack(rows).mean()

    def embedding(self, x):
        x = self.xvector.connector(x)
        for layer, (context, dilation) in zip(
            self.xvector.frames, self.CONTEXTS
        ):
            last = len(x) - (context - 1) * dilation
            x = torch.cat(
                [x[c * dilation : c * dilation + last] for c in range(context)],
                dim=1,
            )
            x = F.relu(layer(x))
        x = torch.cat([x.mean(0), x.std(0)])
        return F.relu(self.xvector.second(F.relu(self.xvector.first(x))))


class FrameClassifier(Experiment):
    """Labels count 10 ms, features 20."""

    def logits(self, frames):
        return self.linear(frames)

    def loss(self, features, lengths, labels):
        logits = torch.cat(
            [
                self.logits(row.repeat_interleave(2, dim=0)[: len(label)])
                for row, label in zip(features, labels)
            ]
        )
        return F.cross_entropy(
            logits, torch.tensor([phone for row in labels for phone in row])
        )


class PhoneLinear(FrameClassifier):
    def __init__(self, labels):
        super().__init__(labels)
        self.linear = nn.Linear(WIDTH, 41)


class PhoneLinearConcat(FrameClassifier):
    def __init__(self, labels):
        super().__init__(labels)
        self.linear = nn.Linear(9 * WIDTH, 41)

    def logits(self, frames):
        last = len(frames) - 1
        window = [
            frames[(torch.arange(len(frames)) - shift).clamp(0, last)]
            for shift in range(-4, 5)
        ]
        return self.linear(torch.cat(window, dim=1))


class PhoneOneHidden(FrameClassifier):
    def __init__(self, labels):
        super().__init__(labels)
        self.hidden = nn.Linear(WIDTH, 10)
        self.output = nn.Linear(10, 41)

    def logits(self, frames):
        return self.output(F.relu(self.hidden(frames)))


class UtteranceClassifier(Experiment):
    """Classes of one kind after another; a label is one class of each."""

    def __init__(self, labels, *classes):
        super().__init__(labels)
        self.classes = classes
        self.projector = nn.Linear(WIDTH, 6)
        self.model = nn.Module()
        self.model.post_net = nn.Module()
        self.model.post_net.linear = nn.Linear(6, sum(classes))

    def loss(self, features, lengths, labels):
        pooled = torch.stack([self.projector(row).mean(0) for row in features])
        blocks = self.model.post_net.linear(pooled).split(self.classes, dim=1)
        targets = torch.tensor(labels).unbind(1)
        return sum(map(F.cross_entropy, blocks, targets))


# -- labels, by frames ------------------------------------------------------

VOWELS = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split()
CONSONANTS = "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".split()
PHONES = ["<pad>", "<eos>", "<unk>", "SIL", "SPN"] + sorted(
    CONSONANTS + [vowel + stress for vowel in VOWELS for stress in "012"]
)
LETTERS = ["<s>", "<pad>", "</s>", "<unk>"] + list(
    "|ETAONIHSRDLUMCWFGYPBVK'XJQZ"
)
LEXICON = {
    "A": "AH0",
    "CAT": "K AE1 T",
    "SAT": "S AE1 T",
    "THE": "DH AH0",
}
SENTENCES = {
    24: "THE CAT SAT",
    30: "A CAT",
    27: "SAT THE CAT",
    20: "A CAT SAT",
    18: "THE CAT",
}
SLOTS = ["<pad>", "<eos>", "<unk>"] + list(" ABCDEFGHIJKLMNOPQRSTUVWXYZ'") + [
    "B-artist", "E-artist", "B-track", "E-track",
]


def phones(text):
    symbols = " ".join(LEXICON[word] for word in text.split()).split()
    return [PHONES.index(symbol) for symbol in symbols] + [1]


def letters(text):
    return [LETTERS.index(letter) for letter in text.replace(" ", "|") + "|"] + [
        2
    ]


def slots(*symbols):
    return [
        SLOTS.index(symbol)
        for part in symbols
        for symbol in ([part] if part in SLOTS else part)
    ]


COMMANDS = {
    28: slots("PLAY ", "B-artist", "ABBA", "E-artist", "<eos>"),
    25: slots("ADD ", "B-track", "IT", "E-track", " NOW", "<eos>"),
    22: slots("B-artist", "CHER", "E-artist", "<eos>"),
}


def activity(frames, first, second):
    """Who of two speaks in which of the frames."""
    return [
        [float(first[0] <= t < first[1]), float(second[0] <= t < second[1])]
        for t in range(frames)
    ]


def aligned(frames):
    """A phone every 10 ms; the last is missing where frames are odd."""
    return [
        (frames + 7 * index // 3) % 41
        for index in range(2 * frames - frames % 2)
    ]


# -- curves -----------------------------------------------------------------

class S3prlAdamW(torch.optim.Optimizer):
    """Without decay; 1e-7 stands beside the root of the uncorrected mean."""

    def __init__(self, parameters, lr):
        super().__init__(parameters, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["t"] = 0
                    state["m"] = torch.zeros_like(p)
                    state["v"] = torch.zeros_like(p)
                state["t"] += 1
                state["m"].mul_(0.9).add_(p.grad, alpha=0.1)
                state["v"].mul_(0.999).addcmul_(p.grad, p.grad, value=0.001)
                rate = group["lr"] * (1 - 0.999 ** state["t"]) ** 0.5
                rate /= 1 - 0.9 ** state["t"]
                p.addcdiv_(state["m"], state["v"].sqrt() + 1e-7, value=-rate)


# Batches of each pass over the data, an utterance by its number of frames.
SPEECH = sorted(SENTENCES, reverse=True)
ALIGNED = {frames: aligned(frames) for frames in SPEECH[:4]}
WORDS = {12: [11], 15: [10], 9: [9], 14: [1], 11: [0]}
PAIRS_OF_WORDS = [[12, 15], [9, 14], [11]]


def cases():
    adam = torch.optim.Adam
    texts = {n: phones(text) for n, text in SENTENCES.items()}
    by_phones = sorted(texts, key=lambda n: (-len(texts[n]), n))
    yield (
        "pr",
        FrameTranscriber(texts, len(PHONES), 0),
        [[n] for n in by_phones],
        adam, 2, 1,
    )
    yield (
        "asr",
        RecurrentTranscriber(
            {n: letters(text) for n, text in SENTENCES.items()}, 32, 0
        ),
        [SPEECH[:2], SPEECH[2:4], SPEECH[4:]],
        adam, 1, 1,
    )
    yield (
        "sf",
        RecurrentTranscriber(COMMANDS, len(SLOTS), 0),
        [[n] for n in sorted(COMMANDS, key=lambda n: -len(COMMANDS[n]))],
        adam, 1, 1,
    )
    yield (
        "sd",
        Diarizer(
            {
                20: activity(20, (0, 12), (8, 20)),
                17: activity(17, (3, 9), (6, 17)),
                13: activity(13, (0, 5), (9, 11)),
                9: activity(9, (0, 9), (2, 4)),
            }
        ),
        [[20, 17], [13, 9]],
        adam, 4, 1,
    )
    yield (
        "asv",
        Verifier({24: 0, 20: 0, 22: 1, 18: 1}),
        [[24, 20, 22, 18]],
        torch.optim.AdamW, 5, 1000, 1e-3,
    )
    for name, model in [
        ("phone_linear", PhoneLinear),
        ("phone_linear_concat", PhoneLinearConcat),
        ("phone_1hidden", PhoneOneHidden),
    ]:
        yield (
            name, model(ALIGNED), [SPEECH[:2], SPEECH[2:4]], S3prlAdamW, 1, 1,
        )
    yield "ks", UtteranceClassifier(WORDS, 12), PAIRS_OF_WORDS, adam, 1, 1
    yield (
        "ic",
        UtteranceClassifier(
            {
                12: [0, 0, 0],
                15: [1, 1, 0],
                9: [0, 1, 1],
                14: [2, 0, 1],
                11: [1, 2, 0],
            },
            3, 3, 2,
        ),
        PAIRS_OF_WORDS,
        adam, 1, 1,
    )
    yield (
        "sid",
        UtteranceClassifier(
            {12: [0], 15: [1250], 9: [7], 14: [600], 11: [0]}, 1251
        ),
        PAIRS_OF_WORDS,
        adam, 4, 1,
    )
    yield (
        "emotion",
        UtteranceClassifier({12: [0], 15: [1], 9: [2], 14: [3], 11: [1]}, 4),
        PAIRS_OF_WORDS,
        adam, 8, 1,
    )


def curve(model, batches, make_optimizer, accumulation, clipping, rate=1e-2):
    parameters = list(model.parameters())
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(draws(name, *parameter.shape) / 2)
    optimizer = make_optimizer(parameters, lr=rate)
    losses, number = [], 0
    for _ in range(UPDATES):
        total = 0.0
        for _ in range(accumulation):
            loss = model(batches[number % len(batches)])
            (loss / accumulation).backward()
            total += loss.item()
            number += 1
        nn.utils.clip_grad_norm_(parameters, clipping)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(total / accumulation)
    return losses


def main():
    curves = {}
    for name, model, batches, *how in cases():
        curves[name] = {
            "batches": batches,
            "losses": [
                float(f"{loss:.7g}") for loss in curve(model, batches, *how)
            ],
        }
        print(name, curves[name]["losses"][0], curves[name]["losses"][-1])
    target = pathlib.Path(__file__).with_name("curves.json")
    target.write_text(json.dumps(curves) + "\n")


if __name__ == "__main__":
    main()
