"""Streaming phase reconstruction: seams, silence, extremes, lookahead, and the parts against slow references."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import BkError
from bk_realtime.stream import Stream
from bk_realtime.vocoder import PhaseReconstruction, build_vocoder, log_mel
from bk_realtime.vocoder.phase.inversion import inversion_tables, invert_mel
from bk_realtime.vocoder.phase.pghi import HANN_GAMMA, integrate, unit
from offline.vocoder_lab.griffin_lim import griffin_lim

LOOKAHEADS_MS = {0: 0.0, 128: 5.8, 256: 11.6, 384: 17.4, 512: 23.2}


def _voice(n_frames: int, seed: int = 0) -> np.ndarray:
    """Gliding harmonics, hiss and pauses."""
    n = 256 * n_frames
    t = np.arange(n) / 22050
    phase = 2 * np.pi * np.cumsum(150 + 40 * np.sin(2 * np.pi * 1.1 * t)) / 22050
    tone = sum(np.cos(h * phase) / h for h in range(1, 30)) * 0.08
    hiss = np.random.default_rng(seed).standard_normal(n) * 0.02
    part = (t * 3).astype(int) % 3
    return np.where(part == 0, tone, np.where(part == 1, hiss, 0.0)).astype(np.float32)


def _mel(n_frames: int) -> torch.Tensor:
    return torch.from_numpy(log_mel(_voice(n_frames)))[None]


@pytest.mark.parametrize("lookahead", LOOKAHEADS_MS)
def test_chunks_of_1_to_100_give_one_waveform(lookahead: int) -> None:
    op, mel = PhaseReconstruction(lookahead_ms=LOOKAHEADS_MS[lookahead]), _mel(210)
    assert op.lookahead == lookahead
    want = op.forward(mel)
    assert want.shape == (1, 210 * 256, 1)
    for size in (1, 2, 7, 31, 100):
        stream = Stream(op, mel)
        got = torch.cat([*(stream.push(mel[:, i : i + size]) for i in range(0, 210, size)), stream.flush()], 1)
        assert torch.equal(got, want)


@pytest.mark.parametrize("lookahead", LOOKAHEADS_MS)
def test_lookahead_is_exact(lookahead: int) -> None:
    """After frame k, samples up to 256 (k + 1) - lookahead are out and no later frame changes them."""
    op, mel = PhaseReconstruction(lookahead_ms=LOOKAHEADS_MS[lookahead]), _mel(60)
    stream, n = Stream(op, mel), 0
    for k in range(60):
        n += stream.push(mel[:, k : k + 1]).shape[1]
        assert n == max(0, 256 * (k + 1) - lookahead)
    other = mel.clone()
    other[:, 40:] += 1.0
    same = (op.forward(mel) == op.forward(other))[0, :, 0]
    assert same[: 256 * 40 - lookahead].all()
    assert not same[256 * 40 - lookahead :][:64].all()


@pytest.mark.parametrize("lookahead", LOOKAHEADS_MS)
def test_sound_comes_out_at_its_place(lookahead: int) -> None:
    """A click in the hop of frame 20 sounds in that hop, whatever the lookahead."""
    audio = np.zeros(256 * 40, np.float32)
    audio[20 * 256 + 128] = 0.9
    got = PhaseReconstruction(lookahead_ms=LOOKAHEADS_MS[lookahead]).forward(torch.from_numpy(log_mel(audio))[None])
    power = got[0, :, 0].numpy() ** 2
    centre = (power * np.arange(len(power))).sum() / power.sum()
    assert abs(centre - (20 * 256 + 128)) < 130


def test_silence_in_silence_out() -> None:
    op = PhaseReconstruction()
    assert op.silence == math.log(1e-5)
    for value in (op.silence, op.silence - 5.0, -math.inf, math.nan):
        assert not op.forward(torch.full((1, 30, 80), value)).any()
    # and after speech it falls silent as soon as no window touches it
    mel = torch.cat([_mel(25), torch.full((1, 25, 80), op.silence)], 1)
    assert not op.forward(mel)[0, 256 * 28 :].any()


@pytest.mark.parametrize("value", [math.inf, 1e30, 50.0, 5.0])
def test_extremes_stay_bounded(value: float) -> None:
    op, mel = PhaseReconstruction(), _mel(60)
    mel[:, 20:22] = value
    mel[:, 30, 10:20] = math.nan
    got = op.forward(mel)
    assert torch.isfinite(got).all()
    assert got.abs().max() < 200
    assert got[0, 256 * 45 :].abs().max() < 1.0


def test_two_runs_and_two_dtypes_agree() -> None:
    mel = _mel(80)
    a, b = PhaseReconstruction().forward(mel), PhaseReconstruction().forward(mel)
    assert torch.equal(a, b)
    double = PhaseReconstruction().forward(mel.double())
    torch.testing.assert_close(a.double(), double, rtol=0, atol=1e-6)


def _level_by_position(audio: np.ndarray) -> np.ndarray:
    """Depth of the modulation of the power at the hop rate and its first two multiples."""
    power = np.square(np.diff(audio.astype(np.float64), 2)[: 256 * 500]).reshape(-1, 256).mean(0)
    return 2 * np.abs(np.fft.rfft(power)[1:4]) / power.sum()


def test_hiss_does_not_buzz_at_the_hop_rate() -> None:
    """With any lookahead no more than whole-clip Griffin-Lim, which knows no hop. Without the noise phase every frame
    of hiss is a click."""
    noise = np.random.default_rng(1).standard_normal(256 * 505).astype(np.float32) * 0.05
    mel = torch.from_numpy(log_mel(noise))[None]
    whole = _level_by_position(griffin_lim(mel[0].numpy(), 20)).max()
    for lookahead_ms in (0.0, 5.8, 11.6, 17.4, 23.2):
        depth = _level_by_position(PhaseReconstruction(lookahead_ms=lookahead_ms).forward(mel)[0, :, 0].numpy())
        assert depth.max() < (whole + 0.03 if lookahead_ms else 0.25)
    clicks = PhaseReconstruction(noise_hz=(2e4, 3e4), n_iterations=0).forward(mel)[0, :, 0].numpy()
    assert _level_by_position(clicks).max() > 1.0


def test_mel_of_the_sound_is_the_mel_that_came() -> None:
    audio = _voice(150)
    mel = log_mel(audio)
    again = log_mel(build_vocoder().forward(torch.from_numpy(mel)[None])[0, :, 0].numpy())
    voiced = mel > -5
    assert voiced.sum() > 1000
    assert np.median(np.abs(again - mel)[voiced]) < 0.2


def test_inversion_keeps_the_mel() -> None:
    settings = MelSettings()
    tables = inversion_tables(settings)
    magnitude, memory = np.zeros(513), np.zeros(len(tables.lobes))
    errors = []
    for frame in log_mel(_voice(60)):
        if invert_mel(frame.astype(np.float64), (40, 3), tables, magnitude, memory):
            assert (magnitude >= 0).all()
            back = np.log(np.maximum(tables.weights @ magnitude, 1e-5))
            errors.append(np.abs(back - frame)[frame > -6])
    errors = np.concatenate(errors)
    assert len(errors) > 500
    assert np.median(errors) < 0.05
    assert not magnitude[400:].any()  # no mel band sees beyond 8 kHz


def test_inversion_places_low_harmonics_better_than_band_averages() -> None:
    """Against the true magnitudes of a 110 Hz voice, below 1 kHz."""
    t = np.arange(22050) / 22050
    audio = (sum(np.cos(2 * np.pi * 110 * h * t + h * h) / h for h in range(1, 20)) * 0.1).astype(np.float32)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    true = np.abs(np.fft.rfft(np.pad(audio, 384)[256 * 40 :][:1024] * window))[1:46]
    mel, tables = log_mel(audio), inversion_tables(MelSettings())
    errors = {}
    for n_updates in ((0, 5), (40, 3)):
        magnitude, memory = np.zeros(513), np.zeros(len(tables.lobes))
        for k in range(41):
            invert_mel(mel[k].astype(np.float64), n_updates, tables, magnitude, memory)
        errors[n_updates] = np.linalg.norm(magnitude[1:46] - true) / np.linalg.norm(true)
    assert errors[40, 3] < 0.6 * errors[0, 5]


def test_gradient_integration_follows_a_sine() -> None:
    """Phases of a steady sine's bins advance by its frequency times the hop."""
    n, hop, freq = 1024, 256, 100.37
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    x = np.cos(2 * np.pi * freq / n * np.arange(8 * n) + 0.3)
    spectra = [np.fft.rfft(x[hop * k : hop * k + n] * window) * (-1.0) ** np.arange(513) for k in range(4)]
    logs = np.log(np.abs(np.array(spectra[1:4])) + 1e-9)
    for ahead in (False, True):
        phase, before = np.zeros(513, np.complex128), np.exp(1j * np.angle(spectra[1]))
        integrate(logs, before, ahead, 0.5, hop, n, HANN_GAMMA * n**2, 1e-3, 2, phase)
        np.testing.assert_allclose(np.abs(phase), 1.0, atol=1e-12)
        error = np.angle(phase / spectra[2])[99:103]
        assert np.abs(error).max() < 0.15


def test_points_on_the_unit_circle() -> None:
    phase = np.concatenate([np.linspace(-1000.0, 1000.0, 4001), np.pi * np.arange(-4, 4.5, 0.5)])
    found = np.zeros(len(phase), np.complex128)
    unit(phase, found)
    np.testing.assert_allclose(found, np.exp(1j * phase), atol=1e-12)


def test_wanted_latency_picks_the_nearest_and_impossible_sizes_are_refused() -> None:
    picked = [build_vocoder(VocoderSettings(lookahead_ms=ms)).lookahead for ms in (-1.0, 2.8, 3.0, 9.0, 20.0, 500.0)]
    assert picked == [0, 0, 128, 256, 384, 512]
    with pytest.raises(BkError, match="power of two"):
        PhaseReconstruction(MelSettings(n_fft=1200, win_length=1200, hop_length=300))
