#!/usr/bin/env python3
"""Makes the folders and files of weights that the tests read.

Tiny random models, each in several of the forms that people have them in:
one folder `NAME/` as transformers saves it, which is the reference, and
beside it files with the same tensors under other names and in other formats.

Needs torch, transformers, safetensors and omegaconf. The same versions write
the same bytes.
"""

import argparse
import json
import shutil
import sys
import types
from collections import OrderedDict
from pathlib import Path

import torch
from omegaconf import OmegaConf
from safetensors.torch import save_file
from transformers import (
    Data2VecAudioConfig,
    Data2VecAudioModel,
    HubertConfig,
    HubertModel,
    Wav2Vec2Config,
    Wav2Vec2ForPreTraining,
    WavLMConfig,
    WavLMModel,
)

HERE = Path(__file__).parent / "weights"

CONV = "[(8, 10, 5)] + [(8, 3, 2)] * 4 + [(8,2,2)] + [(8, 2, 2)]"
SIZES = dict(
    hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
    intermediate_size=24, conv_dim=[8] * 7, num_conv_pos_embedding_groups=2,
    vocab_size=5, apply_spec_augment=False,
)
PREPROCESSOR = dict(
    do_normalize=True, feature_extractor_type="Wav2Vec2FeatureExtractor",
    feature_size=1, padding_side="right", padding_value=0.0,
    return_attention_mask=False, sampling_rate=16000,
)


def stir(model):
    """Numbers for what starts as zeros and ones, so that no two are equal."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return model.eval()


def state(model):
    return OrderedDict(
        (name, tensor.detach().clone().contiguous())
        for name, tensor in model.state_dict().items())


def old_norm(name):
    """Weight norm as PyTorch named it before 2.0."""
    return name.replace("parametrizations.weight.original0", "weight_g").replace(
        "parametrizations.weight.original1", "weight_v")


def new_norm(name):
    return old_norm(name).replace(
        "weight_g", "parametrizations.weight.original0").replace(
        "weight_v", "parametrizations.weight.original1")


def renamed(tensors, rename):
    return OrderedDict((rename(name), tensor) for name, tensor in tensors.items())


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")


def folder(name, config, preprocessor=PREPROCESSOR):
    path = HERE / name
    path.mkdir(parents=True)
    fields = config.to_diff_dict()
    fields["model_type"] = config.model_type
    for key in ["hidden_size", "num_hidden_layers", "num_attention_heads"]:
        fields[key] = getattr(config, key)
    fields.pop("transformers_version", None)
    write_json(path / "config.json", fields)
    if preprocessor:
        write_json(path / "preprocessor_config.json", preprocessor)
    return path


def to_fairseq(tensors, layer_norm_front):
    """transformers' names to those of fairseq."""
    result = OrderedDict()
    for name, tensor in tensors.items():
        name = old_norm(name)
        parts = name.split(".")
        if name == "masked_spec_embed":
            name = "mask_emb"
        elif name.startswith("feature_projection.projection."):
            name = "post_extract_proj." + parts[-1]
        elif name.startswith("feature_projection.layer_norm."):
            name = "layer_norm." + parts[-1]
        elif parts[0] == "feature_extractor":
            inner = {"conv": "0", "layer_norm": "2.1" if layer_norm_front else "2"}
            name = ".".join(parts[:3] + [inner[parts[3]], parts[4]])
        elif parts[1] == "pos_conv_embed":
            name = (f"encoder.pos_conv.{parts[3]}.0.{parts[-1]}"
                    if parts[2] == "layers" else f"encoder.pos_conv.0.{parts[-1]}")
        elif parts[1] == "layers":
            for ours, theirs in [
                ("attention.gru_rel_pos_linear", "self_attn.grep_linear"),
                ("attention.gru_rel_pos_const", "self_attn.grep_a"),
                ("attention.rel_attn_embed", "self_attn.relative_attention_bias"),
                ("attention.", "self_attn."),
                ("feed_forward.intermediate_dense", "fc1"),
                ("feed_forward.output_dense", "fc2"),
            ]:
                if ours in name:
                    name = name.replace(ours, theirs)
                    break
            if parts[3] == "layer_norm":
                name = ".".join(parts[:3] + ["self_attn_layer_norm", parts[4]])
        result[name] = tensor
    return result


def stranger(module, name):
    """A class as another package would have it."""
    for end in range(1, len(module.split(".")) + 1):
        path = ".".join(module.split(".")[:end])
        sys.modules.setdefault(path, types.ModuleType(path))
    made = type(name, (), {"__module__": module})
    setattr(sys.modules[module], name, made)
    return made


def settings(**others):
    return dict(
        extractor_mode="default", encoder_layers=2, encoder_embed_dim=16,
        encoder_ffn_embed_dim=24, encoder_attention_heads=2,
        activation_fn="gelu", conv_feature_layers=CONV, conv_bias=False,
        conv_pos=16, conv_pos_groups=2, layer_norm_first=False, dropout=0.1,
        **others)


def wav2vec2():
    config = Wav2Vec2Config(
        **SIZES, num_conv_pos_embeddings=16, codevector_dim=4,
        proj_codevector_dim=4, num_codevectors_per_group=3)
    model = stir(Wav2Vec2ForPreTraining(config))
    bare = renamed(state(model.wav2vec2), old_norm)
    whole = renamed(state(model), old_norm)
    meta = {"format": "pt"}

    path = folder("wav2vec2", config)
    save_file(bare, path / "model.safetensors", meta)
    (path / "README.md").write_text(
        "---\nlanguage: en\nlicense: apache-2.0\n---\n\n# A tiny model\n")

    path = folder("sharded", config)
    names = sorted(bare)
    shards = [names[:20], names[20:]]
    index = {"metadata": {"total_size": 0}, "weight_map": {}}
    for number, part in enumerate(shards, start=1):
        file = f"model-{number:05}-of-{len(shards):05}.safetensors"
        save_file({name: bare[name] for name in part}, path / file, meta)
        index["weight_map"].update({name: file for name in part})
    write_json(path / "model.safetensors.index.json", index)

    path = folder("parametrized", config)
    torch.save(renamed(bare, new_norm), path / "pytorch_model.bin")
    path = folder("prefixed", config)
    torch.save(whole, path / "pytorch_model.bin")
    path = folder("half", config)
    torch.save(
        renamed(OrderedDict((k, v.half()) for k, v in bare.items()), str),
        path / "pytorch_model.bin")
    path = folder("bfloat16", config)
    save_file(
        {k: v.bfloat16() for k, v in bare.items()}, path / "model.safetensors",
        meta)
    path = folder("double", config)
    # Not contiguous, and two names for one storage.
    double = OrderedDict(
        (k, v.double().t().contiguous().t() if v.dim() == 2 else v.double())
        for k, v in bare.items())
    torch.save(
        {"state_dict": double, "step": 3}, path / "pytorch_model.bin",
        _use_new_zipfile_serialization=False)

    names = to_fairseq(bare, False)
    extra = OrderedDict([
        ("quantizer.vars", torch.randn(1, 6, 2)),
        ("project_q.weight", torch.randn(4, 4)),
        ("final_proj.weight", torch.randn(4, 16)),
    ])
    dictionary = stranger("fairseq.data.dictionary", "Dictionary")()
    dictionary.symbols = ["<s>", "a"]
    torch.save(
        {
            "args": None,
            "cfg": {
                "model": settings(_name="wav2vec2"),
                "task": {"_name": "audio_pretraining", "normalize": False},
            },
            "model": OrderedDict(**names, **extra),
            "optimizer_history": [{"optimizer_name": "FairseqAdam", "lr": 1e-4}],
            "task_state": {"dictionaries": [dictionary]},
            "extra_state": {"epoch": 1, "large": 1 << 70},
        }, HERE / "fairseq.pt")
    torch.save(
        {
            "args": argparse.Namespace(normalize=False, **settings()),
            "model": OrderedDict(**names, **extra),
        }, HERE / "fairseq-legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(
        {
            "cfg": OmegaConf.create(
                {"model": {"w2v_args": {
                    "model": settings(), "task": {"normalize": False}}}}),
            "model": OrderedDict(
                ("w2v_encoder.w2v_model." + k, v) for k, v in names.items()),
        }, HERE / "finetuned.pt")
    torch.save(
        {
            "task_cfg": {"normalize": False}, "model_cfg": settings(),
            "model_weight": names,
        }, HERE / "s3prl.pt")


def wavlm():
    config = WavLMConfig(
        **SIZES, num_conv_pos_embeddings=16, num_buckets=8,
        max_bucket_distance=16, layerdrop=0.0)
    bare = renamed(state(stir(WavLMModel(config))), old_norm)
    save_file(bare, folder("wavlm", config, None) / "model.safetensors")
    torch.save(
        {
            "cfg": settings(
                relative_position_embedding=True, num_buckets=8,
                max_distance=16, gru_rel_pos=True, normalize=False),
            "model": to_fairseq(bare, False),
        }, HERE / "wavlm.pt")


def data2vec():
    config = Data2VecAudioConfig(
        **SIZES, num_conv_pos_embeddings=3, conv_pos_kernel_size=5,
        layerdrop=0.0)
    bare = state(stir(Data2VecAudioModel(config)))
    save_file(bare, folder("data2vec", config) / "model.safetensors")
    names = to_fairseq(bare, True)
    model = {**settings(_name="data2vec_audio"), "extractor_mode": "layer_norm",
             "conv_pos": 15, "pos_conv_depth": 3}
    torch.save(
        {
            "task_cfg": {"normalize": True}, "model_cfg": model,
            "model_weight": OrderedDict(
                **names, _ema=OrderedDict(w=torch.ones(2))),
        }, HERE / "data2vec.pt")


def distilhubert():
    config = HubertConfig(
        **SIZES, num_conv_pos_embeddings=16, feat_proj_layer_norm=False)
    bare = renamed(state(stir(HubertModel(config))), old_norm)
    bare.pop("masked_spec_embed", None)
    save_file(bare, folder("distilled", config, None) / "model.safetensors")
    heads = OrderedDict([
        ("output_layer.0.weight", torch.randn(48, 16)),
        ("output_layer.0.bias", torch.randn(48)),
        ("output_layer.2.weight", torch.randn(3, 16, 16)),
        ("output_layer.2.bias", torch.randn(1, 1, 3, 16)),
    ])
    distiller = settings(
        final_dim=16, n_tasks=3, pred_layer_id=[4, 8, 12],
        task_emb_type="expand-last", out_layer_type="expand-last")
    distiller["extractor_conv_feature_layers"] = distiller.pop(
        "conv_feature_layers")
    torch.save(
        {
            "Config": {"distiller": distiller, "teacher": {"n_layers": 12}},
            "Distiller": OrderedDict(**to_fairseq(bare, False), **heads),
            "Args": argparse.Namespace(seed=1337), "Step": 200000,
        }, HERE / "distilhubert.ckpt")


if __name__ == "__main__":
    torch.manual_seed(20)
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir()
    wav2vec2()
    wavlm()
    data2vec()
    distilhubert()
