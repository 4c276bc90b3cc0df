#!/usr/bin/env python3
"""Gradients of the tiny models that make_model_fixtures.py makes.

Needs torch and transformers. For each model it writes

    gradients/NAME.json   the parameters' names, with their places in
    gradients/NAME.bin    float32, little endian

They are those of the sum of all hidden states, each number times one of
`waveform`, for one utterance; in double precision, dropout off.
"""

import json

import numpy
import torch

from make_model_fixtures import HERE, MODELS, SIZES, make, randomize, waveform

NAMES = ["wav2vec2", "wav2vec2-large", "wavlm", "data2vec-audio", "distilhubert"]
SAMPLES = 7777


def states(model, heads, config, x):
    """Stacked: [states, frames, size]."""
    if (
        config.get("feat_extract_norm") == "layer"
        or config["model_type"] == "data2vec-audio"
    ):
        x = torch.nn.functional.layer_norm(x, x.shape)
    found = []

    def keep(_, inputs, output):
        found.append(inputs[0])
        found.append(output[0] if isinstance(output, tuple) else output)

    hooks = [
        layer.register_forward_hook(keep) for layer in model.encoder.layers
    ]
    if heads:
        model.feature_projection.register_forward_hook(
            lambda _, __, output: projected.append(output)
        )
    projected = []
    output = model(x[None])
    for hook in hooks:
        hook.remove()
    inputs, outputs = found[::2], found[1::2]
    if heads:
        found = projected + outputs
        found += heads(outputs[-1])
    else:
        found = inputs + [output.last_hidden_state]
    return torch.cat(found)


def write(name, seed):
    config = {**SIZES, **MODELS[name]}
    model, heads = make(config)
    randomize(model, seed)
    model.double().eval()
    parameters = dict(model.named_parameters())
    if heads:
        randomize(heads, seed + 1)
        heads.double().eval()
        for old, new in {
            "output_layer.0.weight": heads.first.weight,
            "output_layer.0.bias": heads.first.bias,
            "output_layer.2.weight": heads.weight,
            "output_layer.2.bias": heads.bias,
        }.items():
            parameters[old] = new
    found = states(
        model, heads, config, torch.from_numpy(waveform(SAMPLES)).double()
    )
    probe = torch.from_numpy(waveform(found.numel())).double()
    (found * probe.view(found.shape)).sum().backward()

    numbers, tensors, place = [], [], 0
    for parameter, value in sorted(parameters.items()):
        for new, old in {
            "parametrizations.weight.original0": "weight_g",
            "parametrizations.weight.original1": "weight_v",
        }.items():
            parameter = parameter.replace(new, old)
        if value.grad is None:
            assert parameter == "masked_spec_embed", parameter
            continue
        numbers.append(value.grad.numpy().astype("<f4").ravel())
        tensors.append(dict(name=parameter, place=place))
        place += numbers[-1].size
    folder = HERE / "gradients"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.bin").write_bytes(
        numpy.concatenate(numbers).tobytes()
    )
    index = dict(samples=SAMPLES, tensors=tensors)
    (folder / f"{name}.json").write_text(json.dumps(index) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for place, name in enumerate(MODELS):
        if name in NAMES:
            write(name, 100 + place)
            print(name)
