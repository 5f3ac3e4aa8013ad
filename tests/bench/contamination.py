"""How weak a microphone in the electrodes the contamination audit finds, and how often it is wrong.

Two minutes of six channels of pure noise (1/f-like, as depth electrodes) and one that also holds the microphone's
sound, at so many dB relative to the channel's own level, filtered as a good amplifier does or folded as one without a
filter does; then clean simulated sessions. ``value`` is the share of sessions in which that channel was found,
``baseline`` r of ridge with it, ``ratio`` the share of sessions whose ridge is above chance inside speech when what was
found is left out (5 % are by luck).
"""

from __future__ import annotations

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
NOISE = tuple(f"A{i + 1}" for i in range(6))
PLANTED = tuple(f"B{i + 1}" for i in range(len(LEVELS_DB)))
SHIFTS = 200
BEFORE = 5
"""Sessions a line whose decoder is trained on what holds the sound, too."""


def session(seed: int, sfreq: int, folded: bool, seconds: float = SECONDS) -> Recording:
    """Six channels of noise, then one a level of :data:`LEVELS_DB` of noise with the sound in it."""
    rng = np.random.default_rng([seed, sfreq])
    n = int(seconds * sfreq)
    neural = np.stack([coloured(n, sfreq, default_amplitude, rng) for _ in (*NOISE, *PLANTED)], axis=1)
    sound = babble(seconds, seed)
    if folded:
        heard = np.interp(np.arange(n) / sfreq, np.arange(len(sound)) / RATE, sound)
    else:
        heard = soxr.resample(sound.astype(np.float64), RATE, sfreq)[:n]
        heard = np.pad(heard, (0, n - len(heard)))
    for c, level_db in enumerate(LEVELS_DB, start=len(NOISE)):
        neural[:, c] += heard / heard.std() * neural[:, c].std() * 10 ** (level_db / 20)
    return Recording(neural, sfreq, (*NOISE, *PLANTED), audio=sound, sample_rate=RATE, name="planted")


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


def level_rows(sfreq: int, folded: bool, seeds: range) -> list[dict]:
    """A line a level: every channel is judged by itself, so one recording holds all levels."""
    found: dict[str, list[bool]] = {label: [] for label in PLANTED}
    before: dict[str, list[float]] = {label: [] for label in PLANTED}
    after: dict[str, list[tuple[float, bool]]] = {label: [] for label in PLANTED}
    wrong = 0
    for seed in seeds:
        recording = session(seed, sfreq, folded)
        bad = audit(recording).labels(CONTAMINATED)
        wrong += len(set(bad) & set(NOISE))
        noise = above_chance(recording, NOISE)
        for label in PLANTED:
            found[label].append(label in bad)
            missed = label not in bad
            if missed or len(before[label]) < BEFORE:
                both = above_chance(recording, (*NOISE, label))
                before[label].append(both[0])
            after[label].append(both if missed else noise)
    detail = {"sfreq": sfreq, "sound": "folded" if folded else "filtered", "sessions": len(seeds)}
    return [
        {
            "name": "contamination",
            "value": float(np.mean(found[label])),
            "unit": "found",
            "baseline": float(np.mean(before[label])),
            "ratio": float(np.mean([over for _, over in after[label]])),
            "detail": {
                "level_db": level_db,
                **detail,
                "false_alarms": wrong,
                "r_before": float(np.mean(before[label])),
                "r_after": float(np.mean([r for r, _ in after[label]])),
                "r_after_max": float(np.max([r for r, _ in after[label]])),
            },
        }
        for label, level_db in zip(PLANTED, LEVELS_DB, strict=True)
    ]


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
            yield from level_rows(sfreq, folded, seeds)
