"""Copy-synthesis scores on signals whose order is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bk_realtime.errors import BkError
from bk_realtime.vocoder import PhaseReconstruction, log_mel
from offline.scoring.speech_quality import (
    log_spectral_distance,
    score,
    vocode_clip,
)
from tests.bench.copy_synthesis import hop_modulation
from tests.speech import speech_clips

N = 22050 * 2


def _tone(level: float = 0.2) -> np.ndarray:
    t = np.arange(N) / 22050
    return (level * np.sin(2 * np.pi * 440 * t) * (np.sin(2 * np.pi * 2 * t) > 0)).astype(np.float32)


def test_log_spectral_distance() -> None:
    x = np.random.default_rng(0).standard_normal(N).astype(np.float32)
    assert log_spectral_distance(x, x) == 0.0
    assert log_spectral_distance(x, x * 10) == pytest.approx(20.0, abs=1e-4)
    assert np.isnan(log_spectral_distance(np.zeros(N), x))


@pytest.mark.shared_data
def test_scores_order_as_they_must(shared_data: Path) -> None:
    (clip,) = speech_clips(shared_data / "speech" / "kathleen_en", 1)
    noise = np.random.default_rng(0).standard_normal(len(clip)).astype(np.float32)
    same, worse, worst = (score(clip, clip + g * noise) for g in (0.0, 0.003, 0.03))
    assert same["pesq"] > 4.5 > worse["pesq"] > worst["pesq"]
    assert same["estoi"] > 0.999 > worse["estoi"] > worst["estoi"]
    assert same["lsd"] == 0.0 < worse["lsd"] < worst["lsd"]


@pytest.mark.shared_data
def test_phase_reconstruction_keeps_its_promise(shared_data: Path) -> None:
    """Two clips each of three sets; the full table is `python -m tests.bench copy_synthesis`."""
    folders = [shared_data / "speech" / name for name in ("flemishguy_nl", "kathleen_en", "mrt_en_words")]
    vocoder = PhaseReconstruction(lookahead_ms=17.4)
    clips = [clip for folder in folders for clip in speech_clips(folder, 2)]
    rows = [score(clip, vocode_clip(vocoder, log_mel(clip))) for clip in clips]
    mean = {key: np.mean([row[key] for row in rows]) for key in rows[0]}
    assert mean["pesq"] > 3.3
    assert mean["estoi"] > 0.94
    assert mean["lsd"] < 12


@pytest.mark.shared_data
def test_words_are_joined_and_long_clips_cut(shared_data: Path) -> None:
    for name in ("mrt_en_words", "common_voice_nl"):
        clips = speech_clips(shared_data / "speech" / name, 3)
        assert len(clips) == 3
        assert all(1.5 * 22050 <= len(clip) <= 6 * 22050 for clip in clips)


def test_silence_is_the_worst() -> None:
    result = score(_tone(), np.zeros(N, np.float32))
    assert result["lsd"] > 10
    assert result["pesq"] == pytest.approx(1.04)


def test_too_short() -> None:
    with pytest.raises(BkError, match=r"0\.5 s"):
        score(_tone()[:5000], _tone())


def test_griffin_lim_finds_a_tone_and_more_iterations_help() -> None:
    from offline.vocoder_lab.griffin_lim import griffin_lim

    tone = _tone()
    mel = log_mel(tone)
    few, many = griffin_lim(mel, 2, 0.0), griffin_lim(mel, 40, 0.99)
    assert many.shape == (len(mel) * 256,)
    loud = mel > -6
    errors = [np.abs(log_mel(y) - mel)[loud].mean() for y in (few, many)]
    assert errors[1] < errors[0]
    spectrum = np.abs(np.fft.rfft(many))
    assert abs(spectrum.argmax() * 22050 / len(many) - 440) < 5


def test_griffin_lim_sounds_when_the_speech_does() -> None:
    from bk_realtime.vocoder import log_mel
    from offline.vocoder_lab.griffin_lim import griffin_lim

    burst = np.zeros(256 * 60, np.float32)
    burst[7777:7877] = 0.3 * np.random.default_rng(0).standard_normal(100)
    found = griffin_lim(log_mel(burst))
    when = [np.average(np.arange(len(x)), weights=np.square(x.astype(np.float64))) for x in (burst, found)]
    assert abs(when[1] - when[0]) < 40


def test_hop_modulation() -> None:
    noise = np.random.default_rng(0).standard_normal(256 * 2000).astype(np.float32)
    phase = 2 * np.pi * np.arange(len(noise)) / 256
    assert hop_modulation([noise]) < 0.06
    assert hop_modulation([noise, np.sqrt(1 + 0.5 * np.cos(2 * phase)) * noise]) == pytest.approx(0.25, abs=0.06)
    clicks = np.zeros_like(noise)
    clicks[100::256] = 1.0
    assert hop_modulation([clicks[: 256 * 50], np.zeros(1000, np.float32)]) > 1.3
    assert np.isnan(hop_modulation([np.zeros(1000, np.float32)]))
