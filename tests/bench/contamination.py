"""How often the contamination audit is wrong on clean sessions, and how weak a microphone in the electrodes it finds.

Clean: simulated sessions of two minutes and 16 channels, whose brain follows the speech, or nothing, or also hears it
(its slow wave follows the envelope). ``contamination_voice``: 40 s of 32 channels of noise at 512 Hz, where only two
frequencies lie above 200 Hz, beside a voice of steady pitch; in every second session high gamma follows its loudness.
Planted: two minutes of six channels of noise (1/f-like, as depth electrodes) and
one that also holds the microphone's sound, at so many dB relative to the channel's own level, filtered as a good
amplifier does or folded as one without a filter does. The speech is real where the shared data is beside the checkout
(marker ``shared_data`` of the tests), in three languages and voices; else made up. ``value`` is a share of sessions,
``limits`` the 95 % interval of Clopper and Pearson. What was missed goes into a ridge decoder: ``over_chance`` of so
many ``decoded`` beat 95 % of circular shifts inside speech (5 % do by luck).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import scipy.signal
import scipy.stats
import soundfile
import soxr

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.contamination import CONTAMINATED, SUSPECT, audit_signals
from offline.attacks.voice import WORDS, speak
from offline.data.audited import audit
from offline.data.dataset import build_corpus
from offline.data.processed import process_recording
from offline.data.settings import AugmentSettings
from offline.io.recording import Recording
from offline.scoring.mel import mean_correlation, speech_mask
from offline.simulation.background import coloured, default_amplitude
from offline.simulation.session import Simulate, simulate
from offline.simulation.speech import SpeechTrack
from offline.training.fitting import decode_part, fit_decoder
from offline.training.settings import OptimiserSettings, TrainerSettings
from tests.babble import babble
from tests.conftest import SHARED

SECONDS = 120.0
RATE = 16000
LEVELS_DB = (-20.0, -30.0, -40.0, -50.0)
NOISE = tuple(f"A{i + 1}" for i in range(6))
PLANTED = tuple(f"B{i + 1}" for i in range(len(LEVELS_DB)))
SHIFTS = 200
DECODED = 3
"""Missed ones of a line that a decoder is trained on."""
MADE_UP, WHOLE, CLIPS = "babble", "swpd_sub02_session/sub02_session_16k.flac", ("flemishguy_nl", "kathleen_en")
KINDS = (MADE_UP, *CLIPS, WHOLE)
CHANNELS = 16
MOST_WRONG = 0.02
HEARD_R = 0.4
"""Largest correlation of a hearing channel's slow wave with the envelope, 1 to 15 Hz; 0.1 to 0.3 is usual."""
BRAINS = {"follows": (1.0, False), "follows nothing": (0.0, False), "follows and hears": (1.0, True)}
"""Coupling, and whether a third of the channels follows the sound's envelope."""


def speech(kind: str, seconds: float, seed: int) -> np.ndarray:
    """(n,) sound at :data:`RATE`: a piece of a real session, real sentences with pauses, or made up."""
    folder = SHARED / "data" / "speech"
    if kind == MADE_UP or not folder.is_dir():
        return np.clip(babble(seconds, seed), -1, 1)
    rng = np.random.default_rng([seed, 77])
    n = int(seconds * RATE)
    if kind == WHOLE:
        sound, _ = soundfile.read(folder / kind, dtype="float32")
        first = int(rng.integers(len(sound) - n))
        return np.asarray(sound[first : first + n])
    files = sorted((folder / kind).rglob("*.flac"))
    pieces: list[np.ndarray] = []
    while sum(map(len, pieces)) < n:
        clip, rate = soundfile.read(files[int(rng.integers(len(files)))], dtype="float32")
        pieces += [soxr.resample(clip, rate, RATE), np.zeros(int(rng.uniform(0.3, 1.5) * RATE), np.float32)]
    sound = np.concatenate(pieces)[:n]
    return (0.5 * sound / np.abs(sound).max() + 3e-4 * rng.standard_normal(n)).astype(np.float32)


def session(seed: int, sfreq: int, folded: bool, seconds: float = SECONDS, kind: str = MADE_UP) -> Recording:
    """Six channels of noise, then one a level of :data:`LEVELS_DB` of noise with the sound in it."""
    rng = np.random.default_rng([seed, sfreq])
    n = int(seconds * sfreq)
    neural = np.stack([coloured(n, sfreq, default_amplitude, rng) for _ in (*NOISE, *PLANTED)], axis=1)
    sound = babble(seconds, seed) if kind == MADE_UP else speech(kind, seconds, seed)
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


def limits(count: int, total: int) -> str:
    """95 % interval of a share by Clopper and Pearson."""
    found = scipy.stats.binomtest(count, total).proportion_ci(0.95, "exact")
    return f"{found.low:.1%} to {found.high:.1%}"


def level_rows(sfreq: int, folded: bool, seeds: range) -> list[dict]:
    """A line a level: every channel is judged by itself, so one recording holds all levels."""
    found = dict.fromkeys(PLANTED, 0)
    decoded: dict[str, list[tuple[float, bool]]] = {label: [] for label in PLANTED}
    wrong = 0
    for seed in seeds:
        recording = session(seed, sfreq, folded, kind=(*CLIPS, WHOLE)[seed % 3])
        bad = audit(recording).labels(CONTAMINATED)
        wrong += bool(set(bad) & set(NOISE))
        for label in PLANTED:
            found[label] += label in bad
            if label not in bad and len(decoded[label]) < DECODED:
                decoded[label].append(above_chance(recording, (*NOISE, label)))
    return [
        {
            "name": "contamination",
            "value": found[label] / len(seeds),
            "unit": "found",
            "baseline": 1.0,
            "ratio": found[label] / len(seeds),
            "detail": {
                "level_db": level_db,
                "sfreq": sfreq,
                "sound": "folded" if folded else "filtered",
                "sessions": len(seeds),
                "limits": limits(found[label], len(seeds)),
                "false_alarms": wrong,
                "decoded": len(decoded[label]),
                "over_chance": sum(over for _, over in decoded[label]),
                "r_most": max((r for r, _ in decoded[label]), default=0.0),
            },
        }
        for label, level_db in zip(PLANTED, LEVELS_DB, strict=True)
    ]


def clean_session(kind: str, coupling: float, hears: bool, seed: int, sfreq: float = 1024.0) -> Recording:
    """A simulated session without any contamination."""
    sound = speech(kind, SECONDS, seed)
    settings = Simulate(
        (), Path("x.xdf"), channels=CHANNELS, sfreq=sfreq, coupling=coupling, seed=seed, participant=seed + 1
    )
    made = simulate(settings, SpeechTrack(sound, RATE, [(0.0, "experimentStarted")]))
    if hears:
        rng = np.random.default_rng([seed, 78])
        low = scipy.signal.butter(2, 8, fs=RATE, output="sos")
        band = scipy.signal.butter(2, [1, 15], "bandpass", fs=sfreq, output="sos")
        slow = scipy.signal.sosfiltfilt(low, np.abs(sound))
        envelope = np.interp(np.arange(len(made.neural)) / sfreq, np.arange(len(slow)) / RATE, slow)
        rise = np.maximum(np.gradient(envelope), 0)
        for c in range(0, CHANNELS, 3):
            wave = rng.random() * envelope / envelope.std() + rng.random() * rise / rise.std()
            wave = np.roll(scipy.signal.sosfiltfilt(band, wave), int(rng.uniform(0.06, 0.2) * sfreq))
            r = rng.uniform(0.1, HEARD_R)
            own = scipy.signal.sosfiltfilt(band, made.neural[:, c]).std()
            made.neural[:, c] += r / np.sqrt(1 - r**2) * own * wave / wave.std()
    return made.recording()


def clean_row(brain: str, seeds: range) -> dict:
    """Sessions without any contamination: share of those with a false alarm."""
    wrong = channels = suspects = total = 0
    for seed in seeds:
        found = audit(clean_session(KINDS[seed % len(KINDS)], *BRAINS[brain], seed))
        bad = found.labels(CONTAMINATED)
        wrong += bool(bad)
        channels += len(bad)
        suspects += len(found.labels(SUSPECT))
        total += len(found.channels)
    return {
        "name": "contamination_clean",
        "value": wrong / len(seeds),
        "unit": "sessions with a false alarm",
        "baseline": MOST_WRONG,
        "ratio": wrong / len(seeds) / MOST_WRONG,
        "detail": {
            "brain": brain,
            "sessions": len(seeds),
            "wrong": wrong,
            "limits": limits(wrong, len(seeds)),
            "channels": total,
            "false_channels": channels,
            "suspect_channels": suspects,
        },
    }


@cache
def takes() -> tuple[np.ndarray, ...]:
    """Six takes of each word of the gallery's voice, at :data:`RATE`."""
    rng = np.random.default_rng(79)
    return tuple(soxr.resample(speak(word, rng), 22050, RATE) for word in WORDS for _ in range(6))


def voiced_session(seed: int, sfreq: float = 512.0, seconds: float = 40.0) -> tuple[np.ndarray, np.ndarray]:
    """(n, 32) noise that holds no sound, and (m,) the sound of a voice of steady pitch at :data:`RATE`."""
    rng = np.random.default_rng([seed, 80])
    n, pieces = int(seconds * RATE), list[np.ndarray]()
    while sum(map(len, pieces)) < n:
        pieces += [takes()[int(rng.integers(len(takes())))], np.zeros(int(rng.uniform(0.3, 0.8) * RATE), np.float32)]
    sound = np.concatenate(pieces)[:n]
    sound = sound + 3e-4 * rng.standard_normal(n)
    neural = np.stack([coloured(int(seconds * sfreq), sfreq, default_amplitude, rng) for _ in range(32)], axis=1)
    if seed % 2:
        level = scipy.signal.sosfiltfilt(scipy.signal.butter(2, 8, fs=RATE, output="sos"), np.abs(sound))
        at = np.interp(np.arange(len(neural)) / sfreq, np.arange(n) / RATE, np.roll(level, int(0.1 * RATE)))
        high = scipy.signal.sosfilt(
            scipy.signal.butter(3, (70, 170), "bandpass", fs=sfreq, output="sos"), neural, axis=0
        )
        neural += 2.0 * high * (at / at.max())[:, None]
    return neural, sound


def voiced_row(seeds: range) -> dict:
    """Share of such sessions with a false alarm."""
    labels = tuple(f"A{k + 1}" for k in range(32))
    wrong = suspects = 0
    for seed in seeds:
        neural, sound = voiced_session(seed)
        found = audit_signals(neural, sound, 512.0, labels, 50.0, sample_rate=RATE)
        wrong += bool(found.labels(CONTAMINATED))
        suspects += bool(found.labels(SUSPECT))
    return {
        "name": "contamination_voice",
        "value": wrong / len(seeds),
        "unit": "sessions with a false alarm",
        "baseline": MOST_WRONG,
        "ratio": wrong / len(seeds) / MOST_WRONG,
        "detail": {
            "sessions": len(seeds),
            "wrong": wrong,
            "limits": limits(wrong, len(seeds)),
            "channels": 32 * len(seeds),
            "with_a_suspect": suspects,
        },
    }


def clean_rows(n: int) -> Iterator[dict]:
    """A line a brain, and all together."""
    details = []
    for k, brain in enumerate(BRAINS):
        row = clean_row(brain, range(2000 + k * n, 2000 + (k + 1) * n))
        yield row
        details.append(row["detail"])
    total = {key: sum(d[key] for d in details) for key in details[0] if key not in ("brain", "limits")}
    share = total["wrong"] / total["sessions"]
    together = {"brain": "all", "limits": limits(total["wrong"], total["sessions"]), **total}
    yield {**row, "value": share, "ratio": share / MOST_WRONG, "detail": together}


def run(quick: bool) -> Iterator[dict]:
    """Rows of the table."""
    for sfreq in (1024, 2048, 512):
        for folded in (False, True):
            yield from level_rows(sfreq, folded, range(3000, 3001 if quick else 3006))
    yield from clean_rows(2 if quick else 64)
    yield voiced_row(range(5000, 5004 if quick else 5400))
