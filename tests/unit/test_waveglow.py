"""WaveGlow in NVIDIA's format: against plain steps, inverted exactly, streamed in windows, denoised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import BkError
from bk_realtime.stream import Stream
from bk_realtime.vocoder import build_vocoder
from bk_realtime.vocoder.published.waveglow import PUBLISHED, WaveGlow
from tests.unit.waveglow_reference import SMALL, infer, random_state


def _mel(n: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(1, n, 80, generator=generator, dtype=torch.float64) * 0.7 - 4.0


def _double(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {k: v.double() for k, v in state.items()}


def test_equals_plain_steps_and_inverts_exactly() -> None:
    state = _double(random_state(SMALL))
    net = WaveGlow(SMALL, state, dtype=torch.float64).net
    mel = _mel(5).mT
    noise = 0.6 * torch.randn(1, 8, 5 * 32, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    audio = net.generate(mel, noise)
    want = infer(state, SMALL, mel[0], [noise[0, 4:], noise[0, 2:4], noise[0, :2]])
    assert want.std() > 0.1
    torch.testing.assert_close(audio[0], want, rtol=0, atol=1e-9)
    torch.testing.assert_close(net.analyse(mel, audio), noise, rtol=0, atol=1e-9)


@pytest.mark.parametrize("block", [1, 3])
def test_windows_that_cover_the_receptive_field_equal_the_whole_clip(block: int) -> None:
    """2 layers and 12 flows reach 288 samples; ours lies half a hop later than the network's own time."""
    op = WaveGlow(SMALL, random_state(SMALL), lookahead=3, context=6, block=block, dtype=torch.float64)
    assert op.net.reach == 288
    mel = _mel(24)
    stream, pieces = Stream(op, mel), []
    with torch.inference_mode():
        for a, b in ((0, 1), (1, 8), (8, 8), (8, 24)):
            pieces.append(stream.push(mel[:, a:b]))
        got = torch.cat([*pieces, stream.flush()], 1)
        edge = torch.full((1, 10, 80), op.silence, dtype=torch.float64)
        whole = op.net.generate(torch.cat([edge, mel, edge], 1).mT, op._noise(-10, 44))[0]
    assert got.shape == (1, 24 * 256, 1)
    torch.testing.assert_close(got[0, :, 0], whole[10 * 256 - 128 : 34 * 256 - 128], rtol=0, atol=1e-9)
    assert op.lookahead == 3 * 256 - 128


@pytest.mark.parametrize("form", ["bare", "state_dict", "module", "folded"])
def test_every_checkpoint_form(tmp_path: Path, form: str) -> None:
    state = random_state(SMALL)
    stored = {
        "bare": state,
        "state_dict": {"state_dict": state},
        "module": {"state_dict": {f"module.{k}": v for k, v in state.items()}},
        "folded": {k: v for k, v in state.items() if "weight_" not in k}
        | {
            k.replace("weight_v", "weight"): state[k.replace("_v", "_g")] * v / v.flatten(1).norm(dim=1)[:, None, None]
            for k, v in state.items()
            if k.endswith("weight_v")
        },
    }[form]
    torch.save(stored, tmp_path / "waveglow.pt")
    data = {"sampling_rate": 22050, "filter_length": 1024, "hop_length": 256, "mel_fmax": 8000.0}
    (tmp_path / "config.json").write_text(json.dumps({"waveglow_config": SMALL, "data_config": data}))
    op = build_vocoder(VocoderSettings("waveglow", 80.0, "waveglow.pt"), folder=tmp_path)
    assert op.lookahead == 7 * 256 - 128  # 3 frames and the denoiser's 4
    with torch.inference_mode():
        got = op.forward(_mel(6).float())
    assert got.shape == (1, 6 * 256, 1)
    assert torch.isfinite(got).all()
    assert got.std() > 0.05


def test_denoiser_takes_the_networks_own_bias_away() -> None:
    state = random_state(SMALL)
    mel = torch.zeros(1, 12, 80)  # what the bias is measured on
    with torch.inference_mode():
        plain, cleaned = (
            WaveGlow(SMALL, state, lookahead=3, context=6, sigma=0.0, denoise=d).forward(mel)[0, 7 * 256 : 9 * 256]
            for d in (0.0, 1.0)
        )
    assert plain.std() > 0.02
    assert cleaned.std() < 0.6 * plain.std()


def test_mismatches_are_refused(tmp_path: Path) -> None:
    state = random_state(SMALL)
    with pytest.raises(BkError, match=r"WN\.0\.in_layers\.0\.weight is"):
        WaveGlow(PUBLISHED, state)
    with pytest.raises(BkError, match="htk"):
        WaveGlow({**SMALL, "mel_scale": "htk"}, state)
    with pytest.raises(BkError, match="sampling_rate = 16000"):
        WaveGlow({"waveglow_config": SMALL, "data_config": {"sampling_rate": 16000}}, state)
    with pytest.raises(BkError, match=r"WN\.11\.end\.weight is missing"):
        WaveGlow(SMALL, {k: v for k, v in state.items() if k != "WN.11.end.weight"})
    with pytest.raises(BkError, match="lookahead"):
        WaveGlow(SMALL, state, lookahead=0)
    with pytest.raises(BkError, match="n_mels"):
        WaveGlow(SMALL, state, MelSettings(n_mels=40))
