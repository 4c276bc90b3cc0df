#!/usr/bin/env python3
"""Makes tiny checkpoints of s3prl's older upstreams and the hidden states
that s3prl's own experts give from them.

For each model it writes, below `checkpoints/`,

    NAME.ckpt or NAME.pt   as the model's trainer saves it
    NAME.safetensors       for each case a tensor [states, frames, dimension],
                           called by its number of samples; of the longest only
                           the frames KEPT

Needs torch, torchaudio, safetensors, and s3prl 0.4.18 on PYTHONPATH.
"""

import argparse
import copy
import shutil
import tempfile
from collections import OrderedDict
from pathlib import Path

import numpy
import torch
from safetensors.torch import save_file

# A torchaudio for other CUDA versions than torch's is good enough here.
torch.version.cuda = None

from s3prl.upstream.apc.apc import APC
from s3prl.upstream.apc.expert import UpstreamExpert as APCExpert
from s3prl.upstream.mockingjay.expert import UpstreamExpert as SpectralExpert
from s3prl.upstream.mockingjay.model import TransformerConfig, TransformerModel
from s3prl.upstream.wav2vec.expert import UpstreamExpert as Wav2VecExpert
from s3prl.upstream.wav2vec.wav2vec_model import Wav2VecConfig, Wav2VecModel

HERE = Path(__file__).parent / "checkpoints"
LONGEST = 480000
KEPT = [0, 1499, 2900]


def waveform(count):
    """Noise over a slow saw, with an offset: exact in any language."""
    n = numpy.arange(count, dtype=numpy.uint64)
    state = n * 2654435761 % 2**32
    state = (state ^ (state >> 15)) * 2246822519 % 2**32
    noise = (state >> 8).astype(numpy.float64) / 2**24 - 0.5
    saw = (n * 37 % 1600).astype(numpy.float64) / 1600 - 0.5
    return (0.3 * noise + 0.2 * saw + 0.01).astype(numpy.float32)


def stir(model):
    """Numbers of a size that keeps signals alive."""
    with torch.no_grad():
        for name, p in sorted(model.named_parameters()):
            noise = torch.randn(p.shape)
            if p.dim() > 1:
                p.copy_(1.2 * noise / (p[0].numel() ** 0.5))
            elif "orm" in name or name.split(".")[-2] in ("2", "3"):
                p.copy_(0.2 * noise + (1 if name.endswith("weight") else 0))
            else:
                p.copy_(0.1 * noise)
    return model.eval()


def write_states(name, expert, path, cases):
    expert = expert(str(path)).eval()
    tensors = {}
    for count in cases:
        samples = torch.from_numpy(waveform(count))
        with torch.no_grad():
            states = torch.stack(list(expert([samples])["hidden_states"]))[:, 0]
        if count == LONGEST:
            states = states[:, KEPT]
        tensors[str(count)] = states.contiguous().clone()
    save_file(tensors, HERE / f"{name}.safetensors")
    print(name, {k: list(v.shape) for k, v in tensors.items()})


def apc(name, audio, parameters, cases):
    model = stir(APC(audio["feat_dim"], **copy.deepcopy(parameters)))
    path = HERE / f"{name}.ckpt"
    torch.save(
        {
            "config": {
                "data": {"audio": audio, "corpus": {"name": "none"}},
                "model": {"paras": parameters},
            },
            "model": model.state_dict(), "Step": 3,
        }, path)
    write_states(name, APCExpert, path, cases)


def transformer(name, inputs, audio, sequence, cases, legacy=False, **others):
    fields = dict(
        hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
        hidden_act="gelu", intermediate_size=40, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, initializer_range=0.02,
        layer_norm_eps="1.e-12", share_layer=False, pre_layer_norm=False)
    fields.update(others)
    model = stir(TransformerModel(TransformerConfig(fields), inputs))
    state = model.state_dict()
    if legacy:
        state = OrderedDict(
            (k.replace("LayerNorm.weight", "LayerNorm.gamma")
             .replace("LayerNorm.bias", "LayerNorm.beta"), v)
            for k, v in state.items())
    config = dict(
        transformer=fields, audio=audio, task=dict(sequence_length=sequence))
    path = HERE / f"{name}.ckpt"
    # Beside it lie the head and what training would go on from.
    torch.save(
        {
            "Transformer": state, "SpecHead": {"w": torch.zeros(2)},
            **({"Config": config} if legacy else {
                "Config": {"runner": {"lr": 1e-4}}, "Upstream_Config": config}),
            "Optimizer": {"state": {}, "param_groups": [{"lr": 1e-4}]},
            "Args": argparse.Namespace(seed=1), "Step": 9,
        }, path)
    write_states(name, SpectralExpert, path, cases)


def wav2vec(name, cases, legacy=False, **others):
    fields = dict(
        infonce=True,
        conv_feature_layers="[(8, 10, 5), (12, 8, 4)] + [(12, 4, 2)] * 3"
        " + [(12, 1, 1)]",
        conv_aggregator_layers="[(12, 2, 1), (12, 3, 1), (12, 5, 1)]",
        prediction_steps=2)
    fields.update(others)
    model = stir(Wav2VecModel(Wav2VecConfig(**fields)))
    converted = {
        "task_cfg": {"normalize": False}, "model_cfg": fields,
        "model_weight": model.state_dict(),
    }
    path = HERE / f"{name}.pt"
    if not legacy:
        torch.save(converted, path)
        write_states(name, Wav2VecExpert, path, cases)
        return
    torch.save(
        {"args": argparse.Namespace(arch="wav2vec", **fields),
         "model": model.state_dict()},
        path, _use_new_zipfile_serialization=False)
    with tempfile.NamedTemporaryFile() as file:
        torch.save(converted, file.name)
        write_states(name, Wav2VecExpert, file.name, cases)


def online(kind, **others):
    feature = dict(feat_type=kind, channel=0, log=True, delta=0, cmvn=True)
    feature.update(others)
    return dict(
        win_ms=25, hop_ms=10, n_freq=201, n_mels=80, n_mfcc=13, input=feature,
        target=feature, target_level=-25)


if __name__ == "__main__":
    torch.manual_seed(21)
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir()
    apc("apc", dict(feat_type="fbank", feat_dim=80, decode_wav=False),
        dict(hidden_size=20, num_layers=3, dropout=0.1, residual=True),
        [560, 12345, LONGEST])
    apc("vq_apc", dict(feat_type="fbank", feat_dim=40, cmvn=False),
        dict(hidden_size=16, num_layers=3, dropout=0.0, residual=False,
             vq=dict(codebook_size=[5, 6], code_dim=[8, 8],
                     gumbel_temperature=0.5)),
        [400, 9000])
    transformer("tera", 80, online("mel"), 20, [1000, 12345])
    transformer("tera-long", 80, online("mel"), 1500, [LONGEST])
    transformer(
        "mockingjay", 240,
        dict(kaldi=dict(feat_type="fbank", fbank=dict(
            frame_length=25.0, frame_shift=10.0, num_mel_bins=80,
            use_log_fbank=True)),
            delta=dict(order=2, win_length=5), cmvn=dict(use_cmvn=True)),
        0, [1000, 9000], legacy=True, pre_layer_norm=True)
    transformer("audio_albert", 201, online("linear", cmvn=False), 1500,
                [400, 9000], share_layer=True, num_hidden_layers=3)
    wav2vec("wav2vec", [465, 12345, LONGEST], skip_connections_feat=True)
    wav2vec("wav2vec-legacy", [9000], legacy=True, non_affine_group_norm=True,
            agg_zero_pad=True, activation="gelu", no_conv_bias=True,
            skip_connections_agg=False, log_compression=False)
