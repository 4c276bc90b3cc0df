#!/usr/bin/env python3
"""Makes tiny random models in the hub's layout and the hidden states that
transformers gives from them.

For each model it writes, below `hub/NAME/`, what `save_pretrained` writes, and

    expected.safetensors   for each case a tensor [states, frames, dimension],
                           called by its number of samples, or by an option
                           and that number
    gradients.json         for each parameter Σ gradient · waveform, the
                           gradient being that of Σ state · waveform for the
                           case GRADIENTS

and `reference/mms.pt`, states of the model `mms` as s3prl publishes such.

Needs torch, transformers and safetensors. States are computed in double
precision from the features of the model's own extractor.
"""

import json
import pathlib
import random
import shutil
import sys

import numpy
import torch
import transformers
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent / "hub"
GRADIENTS = 7777
CASES = [800, GRADIENTS, 16000, 40000]
RATE = 16000
FRONT_END = dict(
    conv_dim=[8, 8, 8, 8, 8, 8, 12],
    conv_kernel=[10, 3, 3, 3, 3, 2, 2],
    conv_stride=[5, 2, 2, 2, 2, 2, 2],
)
SIZES = dict(
    hidden_size=24, num_hidden_layers=2, num_attention_heads=2,
    intermediate_size=32,
)


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
            if "norm" in name and p.dim() == 1:
                p.copy_(0.2 * noise + (1 if name.endswith("weight") else 0))
            elif name.endswith("original0"):
                p.copy_(1 + 0.2 * noise)
            elif p.dim() == 1:
                p.copy_(0.1 * noise)
            elif "pos_bias" in name or "position" in name or "token" in name:
                p.copy_(0.5 * noise)
            else:
                p.copy_(1.5 * noise / (p[0].numel() ** 0.5))
        for name, buffer in sorted(model.named_buffers()):
            if name.endswith("running_mean"):
                buffer.copy_(0.3 * torch.randn(buffer.shape))
            elif name.endswith("codebook.embed"):
                buffer.copy_(0.3 * torch.randn(buffer.shape))
            elif name.endswith("running_var"):
                buffer.copy_(0.5 + torch.rand(buffer.shape))


def inputs_and_last(layers, run, last=None):
    """Each layer's input, and what `last` makes of all: by default the last
    hidden state."""
    found = []
    hooks = [
        layer.register_forward_pre_hook(
            lambda _, args, kwargs: found.append(
                args[0] if args else kwargs["hidden_states"]),
            with_kwargs=True)
        for layer in layers
    ]
    output = run()
    for hook in hooks:
        hook.remove()
    return torch.cat(found + [output.last_hidden_state if last is None
                              else last(output)])


# Whisper

def whisper():
    config = transformers.WhisperConfig(
        d_model=24, encoder_layers=3, encoder_attention_heads=2,
        encoder_ffn_dim=32, decoder_layers=1, decoder_attention_heads=2,
        decoder_ffn_dim=8, num_mel_bins=20, max_source_positions=50,
        vocab_size=10, pad_token_id=0, bos_token_id=1, eos_token_id=2,
        decoder_start_token_id=1, max_target_positions=4)
    config._attn_implementation = "eager"
    model = transformers.WhisperModel(config)
    extractor = transformers.WhisperFeatureExtractor(
        feature_size=20, chunk_length=1)

    def encode(features):
        """[1, bins, frames], of any length: what the encoder does, which
        itself insists on frames for all of its positions."""
        encoder = model.encoder
        x = torch.nn.functional.gelu(encoder.conv1(features))
        x = torch.nn.functional.gelu(encoder.conv2(x)).permute(0, 2, 1)
        x = x + encoder.embed_positions.weight[:x.shape[1]]
        found = [x]
        for layer in encoder.layers:
            x = layer(x, None)
            found.append(x)
        found[-1] = encoder.layer_norm(x)
        if features.shape[2] == 2 * config.max_source_positions:
            whole = inputs_and_last(encoder.layers, lambda: encoder(features))
            assert torch.allclose(torch.cat(found), whole, atol=1e-12)
        return torch.cat(found)

    def states(samples):
        frames = round(len(samples) / 320)
        pieces = [samples[i:i + RATE] for i in range(0, len(samples), RATE)]
        found = [
            encode(torch.from_numpy(extractor(
                piece, sampling_rate=RATE).input_features[0])[None].double())
            for piece in pieces
        ]
        return torch.cat(found, dim=1)[:, :frames]

    def trimmed(samples):
        features = torch.from_numpy(extractor(
            samples, sampling_rate=RATE, padding="do_not_pad",
            truncation=False).input_features[0])[None].double()
        count = -(-features.shape[2] // 100)
        length = -(-features.shape[2] // count)
        length += length % 2
        found = []
        for start in range(0, features.shape[2], length):
            piece = features[:, :, start:start + length]
            found.append(encode(piece))
        return torch.cat(found, dim=1)[:, :round(len(samples) / 320)]

    return model, extractor, {"": states, "trimmed ": trimmed}


# Conformers

def conformer(kind, **more):
    def make():
        config = transformers.Wav2Vec2ConformerConfig(
            **SIZES, **FRONT_END, num_conv_pos_embeddings=4,
            num_conv_pos_embedding_groups=2, conv_depthwise_kernel_size=5,
            position_embeddings_type=kind, layer_norm_eps=1e-4,
            max_source_positions=200, **more)
        config._attn_implementation = "eager"
        model = transformers.Wav2Vec2ConformerModel(config)
        large = config.feat_extract_norm == "layer"
        extractor = transformers.Wav2Vec2FeatureExtractor(do_normalize=large)

        def states(samples):
            x = torch.from_numpy(samples).double()
            if large:
                x = torch.nn.functional.layer_norm(x, x.shape)
            return inputs_and_last(
                model.encoder.layers, lambda: model(x[None]))

        return model, extractor, {"": states}

    return make


def bert(kind):
    def make():
        config = transformers.Wav2Vec2BertConfig(
            **SIZES, feature_projection_input_dim=32,
            position_embeddings_type=kind, conv_depthwise_kernel_size=5,
            left_max_position_embeddings=6, right_max_position_embeddings=2,
            max_source_positions=200, add_adapter=False)
        config._attn_implementation = "eager"
        model = transformers.Wav2Vec2BertModel(config)
        extractor = transformers.SeamlessM4TFeatureExtractor(
            num_mel_bins=16, feature_size=16)

        def states(samples):
            found = extractor(
                samples, sampling_rate=RATE, return_tensors="pt")
            mask = found.attention_mask
            frames = int(mask.sum())
            return inputs_and_last(
                model.encoder.layers, lambda: model(
                    found.input_features.double(), attention_mask=mask)
            )[:, :frames]

        return model, extractor, {"": states}

    return make


# SEW

def sew(kernel, disentangled=False, **more):
    def make():
        kind = transformers.SEWDConfig if disentangled else (
            transformers.SEWConfig)
        config = kind(
            **SIZES, **FRONT_END, num_conv_pos_embeddings=kernel,
            num_conv_pos_embedding_groups=2, squeeze_factor=2, **more)
        config._attn_implementation = "eager"
        model = (transformers.SEWDModel if disentangled
                 else transformers.SEWModel)(config)
        large = config.feat_extract_norm == "layer"
        extractor = transformers.Wav2Vec2FeatureExtractor(do_normalize=large)

        def states(samples):
            x = torch.from_numpy(samples).double()
            if large:
                x = torch.nn.functional.layer_norm(x, x.shape)
            found = []
            layers = (model.encoder.encoder.layer if disentangled
                      else model.encoder.layers)
            hook = layers[-1].register_forward_hook(
                lambda _, __, output: found.append(
                    output[0] if isinstance(output, tuple) else output))
            states = inputs_and_last(
                layers, lambda: model(x[None]), lambda _: found[0])
            hook.remove()
            return states

        return model, extractor, {"": states}

    return make


# AST

def spectrogram_transformer():
    config = transformers.ASTConfig(
        **SIZES, patch_size=6, frequency_stride=4, time_stride=5,
        max_length=100, num_mel_bins=20)
    config._attn_implementation = "eager"
    model = transformers.ASTModel(config)
    extractor = transformers.ASTFeatureExtractor(
        num_mel_bins=20, max_length=100, mean=-4.0, std=4.5)
    bands = (20 - 6) // 4 + 1
    times = (100 - 6) // 5 + 1

    def encode(features):
        found = []
        hooks = [layer.register_forward_hook(
            lambda _, __, output: found.append(
                output[0] if isinstance(output, tuple) else output))
            for layer in model.layers]
        hooks.append(model.embeddings.register_forward_hook(
            lambda _, __, output: found.insert(0, output)))
        model(features)
        for hook in hooks:
            hook.remove()
        x = torch.cat(found)[:, 2:]
        return x.view(len(found), bands, times, -1).mean(1)

    def states(samples):
        # The extractor's own frames, then windows of as many as it has.
        whole = transformers.ASTFeatureExtractor(
            num_mel_bins=20, max_length=1 + (len(samples) - 400) // 160,
            mean=-4.0, std=4.5)
        rows = torch.from_numpy(numpy.asarray(whole(
            samples, sampling_rate=RATE).input_values[0])).double()
        empty = (0 + 4.0) / 9.0
        found = []
        for start in range(0, max(1, len(rows) - (100 - 5 * times)), 5 * times):
            window = torch.full((100, 20), empty, dtype=torch.float64)
            piece = rows[start:start + 100]
            window[:len(piece)] = piece
            found.append(encode(window[None]))
        return torch.cat(found, dim=1)[:, :max(1, round(len(samples) / 800))]

    return model, extractor, {"": states}


# wav2vec 2.0's kin

def kin(model_type, large=False, **more):
    def make():
        config = dict(SIZES, **FRONT_END, num_conv_pos_embeddings=6,
                      num_conv_pos_embedding_groups=2)
        if large:
            config.update(
                feat_extract_norm="layer", do_stable_layer_norm=True,
                conv_bias=True)
        config = transformers.AutoConfig.for_model(
            model_type, attn_implementation="eager", **config, **more)
        model = transformers.AutoModel.from_config(config)
        extractor = transformers.Wav2Vec2FeatureExtractor(do_normalize=large)

        def states(samples):
            x = torch.from_numpy(samples).double()
            if large:
                x = torch.nn.functional.layer_norm(x, x.shape)
            return inputs_and_last(
                model.encoder.layers, lambda: model(x[None]))

        if not more.get("adapter_attn_dim"):
            return model, extractor, {"": states}

        def of_language(samples):
            """With adapters of another language than the weights' own, and
            leaves them beside these."""
            own = {name: value.clone()
                   for name, value in model.state_dict().items()}
            generator = torch.Generator().manual_seed(1)
            others = {
                name: (value + 0.3 * torch.randn(
                    value.shape, generator=generator)).float()
                for name, value in own.items() if "adapter_layer" in name}
            save_file(
                {"lm_head.bias": torch.zeros(2),
                 **{"wav2vec2." + name: value
                    for name, value in others.items()}},
                HERE / "mms" / "adapter.xyz.safetensors")
            model.load_state_dict({**own, **others})
            found = states(samples)
            model.load_state_dict(own)
            return found

        return model, extractor, {"": states, "language=xyz ": of_language}

    return make


def mert():
    """The public models' own code says that they are HuBERT, as long as
    neither feature_extractor_cqt nor deepnorm is set."""
    config = transformers.HubertConfig(
        **SIZES, **FRONT_END, num_conv_pos_embeddings=6,
        num_conv_pos_embedding_groups=2, attn_implementation="eager")
    config.sample_rate = 24000
    config.feature_extractor_cqt = config.deepnorm = False
    config.attention_relax = -1.0
    model = transformers.HubertModel(config)
    extractor = transformers.Wav2Vec2FeatureExtractor(
        do_normalize=True, sampling_rate=24000)

    def states(samples):
        x = torch.from_numpy(samples).double()
        x = (x - x.mean()) / torch.sqrt(x.var(unbiased=False) + 1e-7)
        return inputs_and_last(model.encoder.layers, lambda: model(x[None]))

    return model, extractor, {"": states}


# Parakeet

def parakeet(head=False, bins=16, **more):
    def make():
        config = dict(
            SIZES, num_mel_bins=bins, subsampling_conv_channels=6,
            conv_kernel_size=5, **more)
        if head:
            model = transformers.ParakeetForCTC(transformers.ParakeetCTCConfig(
                vocab_size=5, pad_token_id=4,
                encoder_config=dict(config, model_type="parakeet_encoder")))
            encoder = model.encoder
        else:
            encoder = model = transformers.ParakeetEncoder(
                transformers.ParakeetEncoderConfig(**config))
        encoder.config._attn_implementation = "eager"
        extractor = transformers.ParakeetFeatureExtractor(feature_size=bins)

        def states(samples):
            found = extractor(
                samples, sampling_rate=RATE, return_tensors="pt")
            # Without the frame that its mask leaves out: in double precision
            # masked rows are not numbers there.
            count = int(found.attention_mask.sum())
            return inputs_and_last(
                encoder.layers,
                lambda: encoder(found.input_features[:, :count].double()))

        return model, extractor, {"": states}

    return make


# EnCodec

def encodec(bandwidth=1.2, **more):
    def make():
        config = transformers.EncodecConfig(
            num_filters=2, hidden_size=12, codebook_size=16,
            target_bandwidths=[bandwidth / 4, bandwidth], **more)
        model = transformers.EncodecModel(config)
        extractor = transformers.EncodecFeatureExtractor()

        def states(samples):
            x = model.encoder(torch.from_numpy(samples).double()[None, None])
            codes = model.quantizer.encode(x, config.target_bandwidths[-1])
            assert len(codes) == 4
            return torch.cat([x, model.quantizer.decode(codes)]).transpose(1, 2)

        return model, extractor, {"": states}

    return make


MODELS = {
    "whisper": whisper,
    "conformer": conformer("relative"),
    "conformer-rope": conformer(
        "rotary", feat_extract_norm="layer", conv_bias=True),
    "w2v-bert": bert("relative_key"),
    "w2v-bert-relative": bert("relative"),
    "ast": spectrogram_transformer,
    "mms": kin("wav2vec2", large=True, adapter_attn_dim=4),
    "hubert-batch-norm": kin("hubert", conv_pos_batch_norm=True),
    "sew": sew(6),
    "sew-odd": sew(7, feat_extract_norm="layer", conv_bias=True),
    "sew-d": sew(6, disentangled=True, position_buckets=6,
                 max_position_embeddings=20),
    "mert": mert,
    "encodec": encodec(),
    "encodec-plain": encodec(
        bandwidth=8.0, use_conv_shortcut=False, pad_mode="constant",
        upsampling_ratios=[6, 4, 2]),
    "parakeet": parakeet(),
    "parakeet-ctc": parakeet(
        head=True, bins=8, attention_bias=False, convolution_bias=False,
        scale_input=False, subsampling_factor=4),
}


def write(name, make):
    torch.manual_seed(1000 + list(MODELS).index(name))
    model, extractor, kinds = make()
    stir(model)
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    extractor.save_pretrained(folder)
    if name == "mert":
        path = folder / "config.json"
        config = json.loads(path.read_text())
        config["model_type"] = "mert_model"
        path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    if name.startswith("encodec"):
        save_file(
            {key: value for key, value in model.state_dict().items()
             if not key.startswith("decoder.")}, folder / "model.safetensors")
    model.double().eval()
    expected = {}
    for prefix, states in kinds.items():
        for count in CASES:
            with torch.no_grad():
                found = states(waveform(count))
            expected[f"{prefix}{count}"] = found.float().contiguous()
    save_file(expected, folder / "expected.safetensors")
    model.requires_grad_(True)
    found = kinds[""](waveform(GRADIENTS))
    probe = torch.from_numpy(waveform(found.numel())).double()
    (found * probe.view(found.shape)).sum().backward()
    gradients = {}
    for parameter, value in sorted(model.named_parameters()):
        if value.grad is not None:
            probe = torch.from_numpy(waveform(value.numel())).double()
            gradients[parameter] = [
                float((value.grad.flatten() * probe).sum()),
                float(value.grad.norm()),
            ]
    (folder / "gradients.json").write_text(
        json.dumps(gradients, indent=0) + "\n")
    print(name, {k: list(v.shape) for k, v in expected.items()})


def reference(name):
    """States in the layout of s3prl/sample_hidden_states: of two waveforms of
    noise, the shorter with zeros behind it."""
    model = transformers.AutoModel.from_pretrained(
        HERE / name, attn_implementation="eager").eval()
    random.seed(0)
    torch.manual_seed(0)
    waves = [torch.randn(random.randint(16000, 48000)) for _ in range(2)]
    assert [len(wave) for wave in waves] == [43670, 28623]
    x = torch.nn.utils.rnn.pad_sequence(
        [torch.nn.functional.layer_norm(wave, wave.shape) for wave in waves],
        batch_first=True)
    with torch.no_grad():
        found = []
        hooks = [layer.register_forward_pre_hook(
            lambda _, args: found.append(args[0]))
            for layer in model.encoder.layers]
        found.append(model(x).last_hidden_state)
        for hook in hooks:
            hook.remove()
    (HERE.parent / "reference").mkdir(exist_ok=True)
    torch.save([x.clone() for x in found],
               HERE.parent / "reference" / f"{name}.pt")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, make in MODELS.items():
        if len(sys.argv) < 2 or name in sys.argv[1:]:
            write(name, make)
    if len(sys.argv) < 2 or "mms" in sys.argv[1:]:
        reference("mms")
