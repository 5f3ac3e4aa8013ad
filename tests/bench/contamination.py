"""How weak a microphone in the electrodes the contamination audit finds, and how often it is wrong.

Two minutes of six channels of pure noise (1/f-like, as depth electrodes) and a seventh (or all) with the microphone's
sound at so many dB relative to the channel's own level, filtered as a good amplifier does or folded as one without a
filter does; then clean simulated sessions. ``value`` is the share of sessions in which the planted channel was found,
``ratio`` the share whose ridge decoder, after what was found is left out, is above chance inside speech: 5 % are by
luck. Where all channels hold the sound and all were found, nothing is left to train on: refused.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.contamination import CONTAMINATED, SUSPECT
from offline.data.augment import AugmentSettings
from offline.data.contamination import audit
from offline.data.dataset import build_corpus
from offline.data.processed import process_recording
from offline.io.recording import Recording
from offline.scoring.mel import mean_correlation, speech_mask
from offline.simulation.background import coloured, default_amplitude
from offline.training.fitting import decode_part, fit_decoder
from offline.training.settings import OptimiserSettings, TrainerSettings
from tests.unit.test_simulate import babble, made

SECONDS = 120.0
RATE = 16000
LEVELS_DB = (-20.0, -30.0, -40.0, -50.0)
LABELS = tuple(f"A{i + 1}" for i in range(7))
SHIFTS = 200
BEFORE = 5
"""Sessions a line whose decoder is trained on what holds the sound, too."""


def noise_and_sound(seed: int, sfreq: int, folded: bool, seconds: float = SECONDS) -> tuple[np.ndarray, ...]:
    """(n, 7) µV of noise, (n,) the sound as an amplifier samples it (unit deviation), (m,) the sound at 16 kHz."""
    rng = np.random.default_rng([seed, sfreq])
    n = int(seconds * sfreq)
    noise = np.stack([coloured(n, sfreq, default_amplitude, rng) for _ in LABELS], axis=1)
    sound = babble(seconds, seed)
    if folded:
        heard = np.interp(np.arange(n) / sfreq, np.arange(len(sound)) / RATE, sound)
    else:
        heard = soxr.resample(sound.astype(np.float64), RATE, sfreq)[:n]
        heard = np.pad(heard, (0, n - len(heard)))
    return noise, heard / heard.std(), sound


def planted(noise: np.ndarray, heard: np.ndarray, sound: np.ndarray, sfreq: int, level_db: float, n: int) -> Recording:
    """The recording with the sound in the last ``n`` channels, ``level_db`` relative to each one's own level."""
    neural = noise.copy()
    for c in range(len(LABELS) - n, len(LABELS)):
        neural[:, c] += heard * noise[:, c].std() * 10 ** (level_db / 20)
    return Recording(neural=neural, sfreq=sfreq, labels=LABELS, audio=sound, sample_rate=RATE, name="planted")


def above_chance(recording: Recording, labels: tuple[str, ...]) -> tuple[float, bool]:
    """r inside speech of a ridge decoder on the held-out part, and whether it beats 95 % of circular shifts."""
    features, mel = FeatureSettings(), MelSettings()
    session = process_recording(recording, features, mel, labels)
    corpus = build_corpus([session], features, mel, labels, recording.sfreq)
    fit = fit_decoder(
        "ridge", {}, corpus, OptimiserSettings(), AugmentSettings(), TrainerSettings(threads=1), Path("unused"), 0
    )
    decoded, truth = decode_part(fit.decoder, corpus)[0], corpus.segments("test")[0][1]
    mask = speech_mask(truth)
    r = mean_correlation(decoded, truth, mask)
    shifts = np.linspace(0.1, 0.9, SHIFTS) * len(truth)
    chance = [mean_correlation(np.roll(decoded, int(s), axis=0), truth, mask) for s in shifts]
    return r, bool(r > np.percentile(chance, 95))


@functools.lru_cache(maxsize=64)
def noise_alone(seed: int, sfreq: int, folded: bool, n_planted: int) -> tuple[float, bool]:
    """:func:`above_chance` of the channels that nothing was planted in."""
    noise, heard, sound = noise_and_sound(seed, sfreq, folded)
    return above_chance(planted(noise, heard, sound, sfreq, -20.0, n_planted), LABELS[:-n_planted])


def level_row(sfreq: int, folded: bool, level_db: float, n_planted: int, seeds: range) -> dict:
    """One line of the table."""
    hit, wrong, before, after, above, refused = 0, 0, [], [], 0, 0
    for seed in seeds:
        recording = planted(*noise_and_sound(seed, sfreq, folded), sfreq, level_db, n_planted)
        found = audit(recording)
        bad = set(found.labels(CONTAMINATED))
        hit += len(bad & set(LABELS[-n_planted:]))
        wrong += len(bad - set(LABELS[-n_planted:]))
        left = tuple(label for label in LABELS if label not in bad)
        if len(before) < BEFORE:
            before.append(above_chance(recording, LABELS)[0])
        if not left:
            refused += 1
            continue
        alone = left == LABELS[:-n_planted]
        r, over = noise_alone(seed, sfreq, folded, n_planted) if alone else above_chance(recording, left)
        after.append(r)
        above += over
    n = len(seeds)
    return {
        "name": "contamination",
        "value": hit / (n * n_planted),
        "unit": "found",
        "baseline": float(np.mean(before)),
        "ratio": above / n,
        "detail": {
            "level_db": level_db,
            "sfreq": sfreq,
            "sound": "folded" if folded else "filtered",
            "planted": n_planted,
            "false_alarms": wrong,
            "r_before": float(np.mean(before)),
            "r_after": float(np.mean(after)) if after else float("nan"),
            "r_after_max": float(np.max(after)) if after else float("nan"),
            "refused": refused,
            "sessions": n,
        },
    }


def clean_row(coupling: float, seeds: range) -> dict:
    """Simulated sessions without any contamination: share of sessions with a false alarm."""
    wrong = channels = suspects = total = 0
    for seed in seeds:
        session = made(
            SECONDS, seed=seed, coupling=coupling, channels=24, sfreq=1024.0, participant=seed + 1,
            line_freq=50.0, artefacts=2.0, bad=None, audio_ppm=30.0,
        )  # fmt: skip
        found = audit(session.recording())
        bad = found.labels(CONTAMINATED)
        wrong += bool(bad)
        channels += len(bad)
        suspects += len(found.labels(SUSPECT))
        total += len(found.channels)
    return {
        "name": "contamination_clean",
        "value": wrong / len(seeds),
        "unit": "sessions with a false alarm",
        "baseline": 0.02,
        "ratio": wrong / len(seeds) / 0.02,
        "detail": {
            "coupling": coupling,
            "false_channels": channels,
            "suspect_channels": suspects,
            "channels": total,
            "sessions": len(seeds),
        },
    }


def run(quick: bool) -> Iterator[dict]:
    """Rows of the table: found, r of ridge before (baseline), share above chance after (ratio)."""
    seeds, clean = (range(3), range(4)) if quick else (range(20), range(60))
    for coupling in (1.0, 0.0):
        yield clean_row(coupling, clean)
    for sfreq in (1024, 2048, 512):
        for folded in (False, True):
            for n_planted in (1, 7) if sfreq == 1024 else (1,):
                for level_db in LEVELS_DB:
                    yield level_row(sfreq, folded, level_db, n_planted, seeds)
