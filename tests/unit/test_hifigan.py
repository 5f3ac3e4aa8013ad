"""Streamed HiFi-GAN against the whole-clip network, in the checkpoint formats that people have."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import BkError
from bk_realtime.stream import Stream
from bk_realtime.vocoder import HifiGan, build_vocoder, log_mel
from tests.speech import speech_clips
from tests.unit.hifigan_reference import MEL, V1, V2, V3, Generator, random_generator, with_weight_norm

UNEVEN = {**V3, "upsample_initial_channel": 32, "upsample_kernel_sizes": [20, 16, 6]}  # no multiples of the rates
NARROW = {
    "uneven": UNEVEN,
    "V1": {**V1, "upsample_initial_channel": 32},
    "V2": {**V2, "upsample_initial_channel": 32},
    "V3": V3,
}


def _mel(n: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(1, n, 80, generator=torch.Generator().manual_seed(seed)) * 0.7 - 4.0


def _save(folder: Path, config: dict, state: dict, name: str = "g_02500000") -> Path:
    (folder / "config.json").write_text(json.dumps({**config, **MEL, "fmax_for_loss": None}))
    torch.save(state, folder / name)
    return folder / name


def _whole(net: torch.nn.Module, mel: torch.Tensor, silence: float) -> torch.Tensor:
    """The network on the clip followed by silence, as a stream is flushed."""
    with torch.inference_mode():
        return net(F.pad(mel.mT, (0, 16), value=silence)).mT[:, : mel.shape[1] * 256]


@pytest.mark.parametrize("version", NARROW)
def test_full_lookahead_equals_whole_clip(version: str) -> None:
    net = random_generator(NARROW[version])
    op, mel = HifiGan({**NARROW[version], **MEL}, net.state_dict()), _mel(40)
    want = _whole(net, mel, op.silence)
    stream, pieces = Stream(op, mel), []
    with torch.inference_mode():
        for a, b in ((0, 1), (1, 3), (3, 3), (3, 20), (20, 40)):
            pieces.append(stream.push(mel[:, a:b]))
        got = torch.cat([*pieces, stream.flush()], 1)
    assert want.std() > 0.05
    torch.testing.assert_close(got, want, rtol=0, atol=1e-5)
    assert op.lookahead == {"V1": 3258, "V2": 3258, "V3": 2582, "uneven": 2645}[version]


@pytest.mark.parametrize("frames", [0, 1, 5, 10])
@pytest.mark.parametrize(
    "config", [{**V3, "upsample_initial_channel": 32}, NARROW["V1"], UNEVEN], ids=["V3", "V1", "uneven"]
)
def test_less_lookahead_repeats_the_newest_frame(frames: int, config: dict) -> None:
    net, mel = random_generator(config), _mel(30)
    op = HifiGan({**config, **MEL}, net.state_dict(), lookahead_ms=frames * 256e3 / 22050)
    assert op.lookahead == frames * 256
    with torch.inference_mode():
        got = op.forward(mel)
        for k in (0, 7, 29 - frames):  # newest frame known when hop k is made: k + frames
            known = torch.cat([mel[:, : k + frames + 1], mel[:, k + frames : k + frames + 1].expand(1, 14, 80)], 1)
            want = net(known.mT).mT[:, k * 256 : (k + 1) * 256]
            torch.testing.assert_close(got[:, k * 256 : (k + 1) * 256], want, rtol=0, atol=1e-5)


@pytest.mark.parametrize("lookahead_ms", [0.0, 1e6])
def test_working_memory_is_no_part_of_the_state(lookahead_ms: float) -> None:
    """Steps of two streams and of both inference modes in turn, and one step taken twice, all from one operator."""
    config = {**V3, "upsample_initial_channel": 16}
    op, a, b = (
        HifiGan({**config, **MEL}, random_generator(config).state_dict(), lookahead_ms=lookahead_ms),
        _mel(30),
        _mel(30, 1),
    )
    want_a, want_b = op.forward(a), op.forward(b)
    state_a, state_b = op.init_state(1), op.init_state(1)
    for k in range(30):
        with torch.inference_mode(k % 2 == 0):
            got_a, after = op.step(a[:, k : k + 1].clone().requires_grad_(k % 4 == 1), state_a)
            got_b, state_b = op.step(b[:, k : k + 1], state_b)
            again, state_a = op.step(a[:, k : k + 1], state_a)
        assert torch.equal(got_a, again)
        assert torch.equal(after.values, state_a.values)
        hop, late = (
            slice(256 * (k + 1) - op.lookahead - 256, 256 * (k + 1) - op.lookahead),
            256 * (k + 1) > op.lookahead + 256,
        )
        if late:
            torch.testing.assert_close(got_a, want_a[:, hop], rtol=0, atol=1e-5)
            torch.testing.assert_close(got_b, want_b[:, hop], rtol=0, atol=1e-5)


def test_less_lookahead_costs_a_cone_not_a_network() -> None:
    """Multiplications per frame of V3; the whole network over the repeats would take twelve times as many."""
    state = random_generator(V3).state_dict()
    costs = [HifiGan({**V3, **MEL}, state, lookahead_ms=ms).plan.cost for ms in (1e6, 58.0, 0.0)]
    assert costs[0] == pytest.approx(22.5e6, rel=0.01)
    assert costs[0] < costs[1] < costs[2] < 2.6 * costs[0]


@pytest.mark.parametrize("form", ["bare", "generator", "weight_norm", "parametrizations", "module", "safetensors"])
def test_every_checkpoint_form(tmp_path: Path, form: str) -> None:
    config = {**V3, "upsample_initial_channel": 16}
    net, mel = random_generator(config), _mel(15)
    state = net.state_dict()
    if form == "safetensors":
        from safetensors.torch import save_file

        _save(tmp_path, config, state)
        save_file(state, tmp_path / "g.safetensors")
        path = tmp_path / "g.safetensors"
    else:
        stored = {
            "bare": state,
            "generator": {"generator": state},
            "weight_norm": {"generator": with_weight_norm(state)},
            "parametrizations": with_weight_norm(state, new_style=True),
            "module": {"generator": {f"module.{k}": v for k, v in with_weight_norm(state).items()}},
        }[form]
        path = _save(tmp_path, config, stored)
    op = build_vocoder(VocoderSettings("hifigan", 1e6, path.name), MelSettings(), folder=tmp_path)
    with torch.inference_mode():
        torch.testing.assert_close(op.forward(mel), _whole(net, mel, op.silence), rtol=0, atol=1e-5)


@pytest.mark.shared_data
def test_pretrained_v3_speaks(shared_data: Path) -> None:
    """Real weights: equal to the whole-clip network, and the mel of its sound is the mel that came."""
    folder = shared_data / "vocoder" / "hifigan_v3_ljspeech_22k"
    op = build_vocoder(VocoderSettings("hifigan", 1e6, "generator_v3_f16_plain.pt"), folder=folder)
    net = Generator(json.loads((folder / "config.json").read_text()))
    found = torch.load(folder / "generator_v3_f16_plain.pt", weights_only=True)
    net.load_state_dict({k: v.float() for k, v in found.get("generator", found).items()})
    (clip,) = speech_clips(shared_data / "speech" / "kathleen_en", 1, most_s=2.0)
    mel = torch.from_numpy(log_mel(clip))[None]
    with torch.inference_mode():
        got = op.forward(mel)
    torch.testing.assert_close(got, _whole(net.eval(), mel, op.silence).detach(), rtol=0, atol=1e-5)
    again = log_mel(got[0, :, 0].numpy())
    loud = mel[0].numpy() > -5
    assert np.median(np.abs(again - mel[0].numpy())[loud]) < 0.35


def test_mismatches_are_refused(tmp_path: Path) -> None:
    config = {**V3, "upsample_initial_channel": 16}
    state = random_generator(config).state_dict()
    whole = {**config, **MEL}
    with pytest.raises(BkError, match="fmax = 11025"):
        HifiGan({**whole, "fmax": 11025}, state)
    with pytest.raises(BkError, match="fmax = 11025"):
        HifiGan({**whole, "fmax": None}, state)
    with pytest.raises(BkError, match="htk"):
        HifiGan({**whole, "mel_scale": "htk"}, state)
    with pytest.raises(BkError, match="num_mels = 100"):
        HifiGan({**whole, "num_mels": 100}, state)
    with pytest.raises(BkError, match="upsample_rates"):
        HifiGan({k: v for k, v in whole.items() if k != "upsample_rates"}, state)
    with pytest.raises(BkError, match="samples a frame"):
        HifiGan({**whole, "upsample_rates": [8, 8, 8]}, state)
    with pytest.raises(BkError, match="do not match"):
        HifiGan({**whole, "upsample_initial_channel": 32}, state)
    with pytest.raises(BkError, match="conv_post"):
        HifiGan(whole, {k: v for k, v in state.items() if not k.startswith("conv_post")})
    with pytest.raises(BkError, match="incomplete"):
        HifiGan(whole, {k: v for k, v in with_weight_norm(state).items() if k != "conv_pre.weight_g"})


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    config = {**V3, "upsample_initial_channel": 16}
    net = random_generator(config)
    path = _save(tmp_path, config, {"generator": net.state_dict()})

    def build(name: str) -> None:
        build_vocoder(VocoderSettings("hifigan", 1e6, name), folder=tmp_path)

    with pytest.raises(BkError, match="no such file"):
        build("missing")
    with pytest.raises(BkError, match="needs a file"):
        build("")
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(BkError, match="could not read"):
        build(path.name)
    torch.save(net, tmp_path / "whole_model")  # a pickle of code
    with pytest.raises(BkError, match="state_dict"):
        build("whole_model")
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(BkError, match="not valid JSON"):
        build(path.name)
    (tmp_path / "config.json").unlink()
    with pytest.raises(BkError, match=r"config\.json"):
        build(path.name)
    with pytest.raises(BkError, match="one of"):
        build_vocoder(VocoderSettings("robot"))
