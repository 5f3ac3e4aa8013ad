"""The mel spectrogram against librosa."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
import torch

from bk_realtime.config import MelSettings
from bk_realtime.errors import BkError
from bk_realtime.vocoder import LogMel, log_mel, mel_filterbank
from bk_realtime.vocoder.mel import hz_to_mel, mel_to_hz


def _speechlike(n: int, seed: int = 0) -> np.ndarray:
    """Harmonics with a gliding pitch, gaps of digital silence, a little noise; peak about 0.5."""
    t = np.arange(n) / 22050
    phase = 2 * np.pi * np.cumsum(120 + 30 * np.sin(2 * np.pi * 1.3 * t)) / 22050
    voice = sum(np.cos(h * phase) / h for h in range(1, 40)) / 8
    noise = np.random.default_rng(seed).standard_normal(n) * 0.003
    return ((voice + noise) * (np.sin(2 * np.pi * 0.9 * t) > -0.7)).astype(np.float32)


def test_filterbank_is_librosas() -> None:
    for s in (MelSettings(), MelSettings(f_min=50.0, f_max=11025.0, n_mels=128)):
        want = librosa.filters.mel(
            sr=s.sample_rate, n_fft=s.n_fft, n_mels=s.n_mels, fmin=s.f_min, fmax=s.f_max, dtype=np.float64
        )
        np.testing.assert_allclose(mel_filterbank(s), want, rtol=1e-9, atol=1e-14)


def test_mel_scale_inverts() -> None:
    hz = np.linspace(0, 8000, 97)
    np.testing.assert_allclose(mel_to_hz(hz_to_mel(hz)), hz, atol=1e-8)


@pytest.mark.parametrize("n", [256 * 90, 256 * 90 + 255, 1024])
def test_log_mel_is_librosas(n: int) -> None:
    audio = _speechlike(n)
    padded = np.pad(audio, 384)
    want = librosa.feature.melspectrogram(
        y=padded, sr=22050, n_fft=1024, hop_length=256, n_mels=80, fmin=0, fmax=8000, power=1, center=False
    )
    want = np.log(np.maximum(want, 1e-5)).T[: n // 256]
    got = log_mel(audio)
    assert got.shape == (n // 256, 80)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, want, atol=1e-4)


def test_frame_is_centred_on_its_hop() -> None:
    audio = np.zeros(256 * 21, np.float32)
    audio[10 * 256 + 128] = 1.0
    level = np.exp(log_mel(audio)).sum(1)
    assert level.argmax() == 10
    np.testing.assert_allclose(level[9], level[11], rtol=1e-4)
    assert np.isclose(level[7], 80e-5)
    assert np.isclose(level[13], 80e-5)


def test_short_and_empty() -> None:
    assert log_mel(np.zeros(255, np.float32)).shape == (0, 80)
    assert log_mel(np.zeros(0, np.float32)).shape == (0, 80)
    np.testing.assert_allclose(log_mel(np.zeros(512, np.float32)), np.log(1e-5), rtol=1e-6)


def test_pieces_equal_whole() -> None:
    audio = _speechlike(256 * 2048 + 3000)
    whole = LogMel().forward(torch.from_numpy(audio)[None, :, None])[0].numpy()
    np.testing.assert_allclose(log_mel(audio), whole, atol=2e-5)


@pytest.mark.parametrize(
    ("change", "word"),
    [({"scale": "htk"}, "slaney"), ({"hop_length": 2048}, "hop_length"), ({"f_max": 12000.0}, "f_max")],
)
def test_impossible_settings_are_refused(change: dict, word: str) -> None:
    with pytest.raises(BkError, match=word):
        LogMel(MelSettings(**change))


def test_stereo_is_refused() -> None:
    with pytest.raises(BkError, match="mono"):
        log_mel(np.zeros((100, 2), np.float32))
