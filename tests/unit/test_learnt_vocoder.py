"""The learnt vocoder: its compiled step is the trained network, true mel loses nothing, silence stays silent."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import BkError
from bk_realtime.stream import Stream
from bk_realtime.vocoder import build_vocoder
from bk_realtime.vocoder.learnt.mel_net import OFFSETS, MelNet, NetSettings
from bk_realtime.vocoder.learnt.mel_step import step_net, step_state, step_weights
from bk_realtime.vocoder.learnt.vocoder import ALWAYS, NEVER, WEIGHTS, LearntVocoder, load_net, save_learnt
from bk_realtime.vocoder.phase.reconstruction import PhaseReconstruction

SMALL = MelSettings(n_fft=256, win_length=256, hop_length=64, n_mels=20)
SIZES = NetSettings(channels=12, blocks=2, kernel=5, hidden=10, taps=4, experts=2)


def random_net(mel: MelSettings = SMALL, dtype: torch.dtype = torch.float64) -> MelNet:
    torch.manual_seed(3)
    net = MelNet(SIZES, mel).to(dtype)
    for p in net.parameters():
        p.data.add_(0.2 * torch.randn_like(p))
    return net


def constant_net() -> MelNet:
    """Adds its frame's offset (0 or 1) to every band, whatever it hears."""
    net = MelNet(SIZES, SMALL).double()
    with torch.no_grad():
        for p in net.add.parameters():
            p.zero_()
        for offset, layer in enumerate(net.add):
            layer.bias.fill_(offset)
    return net


def speech_like(n: int, seed: int = 0) -> torch.Tensor:
    noise = torch.randn(1, n, SMALL.n_mels, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return -3.0 + noise.cumsum(1) * 0.3 + 0.2 * noise


@torch.no_grad()
def test_compiled_step_is_the_trained_network() -> None:
    net = random_net()
    mel = speech_like(25)
    fix = net(mel)
    weights, state = step_weights(net), step_state(net)
    for t in range(25):
        revised = t % OFFSETS
        found = step_net(mel[0, t].numpy(), revised, weights, state)
        np.testing.assert_allclose(found, fix[0, t, : 1 + revised].numpy(), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("hops", [0.0, 0.5, 1.0, 1.5, 2.0])
def test_true_mel_is_spoken_by_the_weight_free_path(hops: float) -> None:
    """Where the network trusts the mel fully, the samples are those of phase reconstruction."""
    lookahead_ms = hops * 64e3 / 22050
    trusting = LearntVocoder(random_net(), lookahead_ms, limits=NEVER)
    want = PhaseReconstruction(SMALL, lookahead_ms)
    mel = speech_like(60)
    mel[:, 30:36] = math.log(SMALL.floor)
    assert trusting.lookahead == want.lookahead
    torch.testing.assert_close(trusting.forward(mel), want.forward(mel), rtol=0, atol=0)


def test_distrusted_mel_is_corrected() -> None:
    """Without lookahead no frame is revised: what sounds is the corrected mel, through phase reconstruction."""
    net, mel = constant_net(), speech_like(60)
    fix = torch.linspace(-1.0, 1.0, SMALL.n_mels, dtype=torch.float64)
    with torch.no_grad():
        net.add[0].bias.copy_(fix)
    heard = LearntVocoder(net, 0.0, limits=ALWAYS).forward(mel)
    plain = PhaseReconstruction(SMALL, 0.0)
    torch.testing.assert_close(heard, plain.forward(mel + fix), rtol=0, atol=0)
    assert (heard - plain.forward(mel)).abs().max() > 1e-3


@pytest.mark.parametrize("hops", [0, 1, 2])
def test_the_frame_before_is_corrected_again(hops: int) -> None:
    """A net that adds nothing to the newest frame and 1 nat to the one before."""
    mel = torch.full((1, 60, SMALL.n_mels), -3.0, dtype=torch.float64)
    lookahead_ms = hops * 64e3 / 22050
    heard = LearntVocoder(constant_net(), lookahead_ms, limits=ALWAYS).forward(mel)[0, 640:-640]
    plain = PhaseReconstruction(SMALL, lookahead_ms).forward(mel)[0, 640:-640]
    gain = (heard.square().mean() / plain.square().mean()).sqrt().log()
    assert abs(gain - min(hops, 1)) < 0.3


@pytest.mark.parametrize(("roughness", "share"), [(0.0, 1.0), (0.3, 0.0), (1.5, 1.0)])
def test_roughness_hands_over_gradually(roughness: float, share: float) -> None:
    """Smooth and noisy mel go to the network, after a while; between them lies the true one."""
    vocoder = LearntVocoder(constant_net(), 0.0)
    # second differences of independent noise have a mean size of 1.6 standard deviations
    noise = torch.randn(1, 120, SMALL.n_mels, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    mel = -3.0 + roughness / 1.6 * noise
    _, state = vocoder.step(mel[:, :2], vocoder.init_state(1))
    assert state[0].shares[-1] == 0.0
    _, state = vocoder.step(mel[:, 2:], state)
    assert state[0].shares[-1] == share


def test_silence_and_what_is_no_number_stay_silent() -> None:
    vocoder = LearntVocoder(random_net(), 2 * 64e3 / 22050, limits=ALWAYS)
    silent = torch.full((1, 40, 20), math.log(SMALL.floor), dtype=torch.float64)
    assert not vocoder.forward(silent).any()
    assert not vocoder.forward(torch.full_like(silent, float("nan"))).any()
    wild = speech_like(40)
    wild[0, 5:9] = float("inf")
    wild[0, 12:14] = float("nan")
    wild[0, 20:22] = float("-inf")
    audio = vocoder.forward(wild)
    assert audio.isfinite().all()
    # five frames of infinity are clamped, as everywhere, to four times full scale a band
    assert audio.abs().max() < 200.0


def test_chunks_change_no_bit_in_float32() -> None:
    vocoder = LearntVocoder(random_net(dtype=torch.float32), 64e3 / 22050, limits=(0.6, 0.4, 0.7, 1.0))
    mel = speech_like(90).float()
    stream, pieces, at = Stream(vocoder, mel), [], 0
    for n in (1, 1, 2, 7, 30, 13):
        pieces.append(stream.push(mel[:, at : at + n]))
        at += n
    whole = torch.cat([*pieces, stream.push(mel[:, at:]), stream.flush()], 1)
    assert torch.equal(whole, vocoder.forward(mel))


def test_weights_file_round_trip_and_wrong_files(tmp_path: Path) -> None:
    net = random_net(MelSettings(), torch.float32)
    path = tmp_path / "learnt.safetensors"
    save_learnt(net, path, {"steps": "1"})
    vocoder = build_vocoder(VocoderSettings("learnt", 11.6, path.name), folder=tmp_path)
    mel = torch.randn(1, 12, 80, generator=torch.Generator().manual_seed(0)) - 4.0
    assert torch.equal(vocoder.forward(mel), LearntVocoder(net, 11.6).forward(mel))
    with pytest.raises(BkError, match="made for mel"):
        load_net(path, SMALL)
    other = tmp_path / "other.safetensors"
    other.write_bytes(b"no weights")
    with pytest.raises(BkError, match="could not read"):
        load_net(other)
    with pytest.raises(BkError, match="no such file"):
        build_vocoder(VocoderSettings("learnt", 11.6, "missing.safetensors"), folder=tmp_path)


def test_shipped_weights() -> None:
    """What ships is small enough, fits the mel of the decoders and speaks."""
    assert WEIGHTS.stat().st_size <= 10_000_000
    net = load_net(WEIGHTS, MelSettings())
    assert net.n_parameters <= 4_000_000
    vocoder = build_vocoder(VocoderSettings("learnt", 23.2))
    assert vocoder.lookahead <= 2 * MelSettings().hop_length
    audio = vocoder.forward(torch.randn(1, 20, 80, generator=torch.Generator().manual_seed(0)) - 3.0)
    assert audio.isfinite().all()
    assert 1e-3 < audio.abs().max() < 10.0
