#!/usr/bin/env python3
"""Makes tiny random models and the hidden states that they must give.

Needs torch and transformers. For each model it writes

    NAME.json   configuration, tensors and cases, with their places in
    NAME.bin    float32, little endian: the tensors, then the states

The states are computed in double precision. They are what s3prl collects: the
input of each transformer layer, then the encoder's output.
"""

import json
import pathlib

import numpy
import torch
import torch.nn.functional as F
import transformers

HERE = pathlib.Path(__file__).parent
FRONT_END = dict(
    conv_dim=[8, 12, 12, 8, 8, 8, 16],
    conv_kernel=[10, 3, 3, 3, 3, 2, 2],
    conv_stride=[5, 2, 2, 2, 2, 2, 2],
)
SIZES = dict(
    hidden_size=24,
    num_hidden_layers=3,
    num_attention_heads=3,
    intermediate_size=40,
    num_conv_pos_embedding_groups=4,
    **FRONT_END,
)
LARGE = dict(
    feat_extract_norm="layer", do_stable_layer_norm=True, conv_bias=True
)
MODELS = {
    "wav2vec2": dict(model_type="wav2vec2", num_conv_pos_embeddings=128),
    "wav2vec2-large": dict(
        model_type="wav2vec2", num_conv_pos_embeddings=15, **LARGE
    ),
    "hubert": dict(model_type="hubert", num_conv_pos_embeddings=16),
    "hubert-large": dict(
        model_type="hubert", num_conv_pos_embeddings=16, **LARGE
    ),
    "hubert-distilled": dict(
        model_type="hubert",
        num_conv_pos_embeddings=16,
        feat_proj_layer_norm=False,
    ),
    "wavlm": dict(model_type="wavlm", num_conv_pos_embeddings=16),
    "wavlm-large": dict(
        model_type="wavlm", num_conv_pos_embeddings=16, **LARGE
    ),
    "data2vec-audio": dict(
        model_type="data2vec-audio",
        num_conv_pos_embeddings=3,
        conv_pos_kernel_size=7,
    ),
    "unispeech": dict(model_type="unispeech", num_conv_pos_embeddings=16),
    "unispeech-sat": dict(
        model_type="unispeech-sat", num_conv_pos_embeddings=16, **LARGE
    ),
    "distilhubert": dict(
        model_type="distilhubert",
        num_conv_pos_embeddings=16,
        num_hidden_layers=2,
        num_prediction_heads=3,
        prediction_intermediate_size=20,
    ),
}
# Samples; of the long case only some frames are kept.
CASES = [400, 7777, 16000, 480000]
KEPT = [0, 700, 1498]


def waveform(count):
    """Noise over a slow saw, with an offset: exact in any language."""
    n = numpy.arange(count, dtype=numpy.uint64)
    state = n * 2654435761 % 2**32
    state = (state ^ (state >> 15)) * 2246822519 % 2**32
    noise = (state >> 8).astype(numpy.float64) / 2**24 - 0.5
    saw = (n * 37 % 1600).astype(numpy.float64) / 1600 - 0.5
    return (0.3 * noise + 0.2 * saw + 0.01).astype(numpy.float32)


def randomize(module, seed):
    """Numbers of a size that keeps signals alive, rounded to single."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in sorted(module.named_parameters()):
            noise = torch.randn(p.shape, generator=generator)
            if "layer_norm" in name and p.dim() == 1:
                p.copy_(0.2 * noise + (1 if name.endswith("weight") else 0))
            elif name.endswith("original0"):
                p.copy_(1 + 0.2 * noise)
            elif p.dim() == 1:
                p.copy_(0.1 * noise)
            elif "rel_attn_embed" in name or "gru_rel_pos_const" in name:
                p.copy_(noise)
            else:
                p.copy_(1.5 * noise / (p[0].numel() ** 0.5))


class Heads(torch.nn.Module):
    """What DistilHuBERT puts behind its encoder, after its description."""

    def __init__(self, count, size, inner):
        super().__init__()
        self.count, self.inner = count, inner
        self.first = torch.nn.Linear(size, count * inner)
        self.weight = torch.nn.Parameter(torch.zeros(count, inner, size))
        self.bias = torch.nn.Parameter(torch.zeros(1, 1, count, size))

    def forward(self, x):
        hidden = F.gelu(self.first(x))
        parts = hidden.split(self.inner, dim=-1)
        return [
            parts[i] @ self.weight[i] + self.bias[0, 0, i]
            for i in range(self.count)
        ]


def make(config):
    """The model, and its heads if it has any."""
    config = dict(config)
    heads = None
    if config["model_type"] == "distilhubert":
        heads = Heads(
            config.pop("num_prediction_heads"),
            config["hidden_size"],
            config.pop("prediction_intermediate_size"),
        )
        config.update(model_type="hubert", feat_proj_layer_norm=False)
    settings = transformers.AutoConfig.for_model(
        config.pop("model_type"), attn_implementation="eager", **config
    )
    return transformers.AutoModel.from_config(settings), heads


def states(model, heads, config, samples):
    x = torch.from_numpy(samples).double()
    layer_norm = (
        config.get("feat_extract_norm") == "layer"
        or config["model_type"] == "data2vec-audio"
    )
    if layer_norm:
        x = F.layer_norm(x, x.shape)
    found = []
    hooks = []
    if heads:
        hooks.append(
            model.feature_projection.register_forward_hook(
                lambda _, __, output: found.append(output)
            )
        )
    for index, layer in enumerate(model.encoder.layers):
        if heads:
            hook = lambda _, __, output: found.append(
                output[0] if isinstance(output, tuple) else output
            )
            hooks.append(layer.register_forward_hook(hook))
        else:
            hook = lambda _, inputs: found.append(inputs[0])
            hooks.append(layer.register_forward_pre_hook(hook))
    with torch.no_grad():
        output = model(x[None], output_hidden_states=True)
    for hook in hooks:
        hook.remove()
    if heads:
        with torch.no_grad():
            found += heads(found[-1])
    else:
        # Of the last, some releases return what it is before its norm.
        for mine, theirs in zip(found, output.hidden_states):
            assert torch.equal(mine, theirs)
        found.append(output.last_hidden_state)
    return torch.cat(found).numpy()


def named_tensors(model, heads):
    names = {
        "parametrizations.weight.original0": "weight_g",
        "parametrizations.weight.original1": "weight_v",
    }
    for name, value in model.state_dict().items():
        if name == "masked_spec_embed":
            continue
        for new, old in names.items():
            name = name.replace(new, old)
        yield name, value
    if heads:
        yield "output_layer.0.weight", heads.first.weight
        yield "output_layer.0.bias", heads.first.bias
        yield "output_layer.2.weight", heads.weight
        yield "output_layer.2.bias", heads.bias


def write(name, config, seed):
    config = {**SIZES, **config}
    model, heads = make(config)
    randomize(model, seed)
    if heads:
        randomize(heads, seed + 1)
    numbers, tensors, cases, place = [], [], [], 0

    def append(array):
        nonlocal place
        numbers.append(numpy.asarray(array, dtype="<f4").ravel())
        place += numbers[-1].size
        return place - numbers[-1].size

    for tensor, value in sorted(named_tensors(model, heads)):
        tensors.append(
            dict(
                name=tensor,
                shape=list(value.shape),
                place=append(value.detach().numpy()),
            )
        )
    model.double().eval()
    if heads:
        heads.double().eval()
    for count in CASES:
        found = states(model, heads, config, waveform(count))
        case = dict(samples=count, frames=found.shape[1], states=len(found))
        if count == max(CASES):
            case["largest"] = [float(abs(state).max()) for state in found]
            case["kept"] = KEPT
            found = found[:, KEPT]
        cases.append({**case, "place": append(found)})
    (HERE / f"{name}.bin").write_bytes(numpy.concatenate(numbers).tobytes())
    lines = dict(config=config, tensors=tensors, cases=cases)
    (HERE / f"{name}.json").write_text(json.dumps(lines) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for seed, (name, config) in enumerate(MODELS.items()):
        write(name, config, 100 + seed)
        print(name)
