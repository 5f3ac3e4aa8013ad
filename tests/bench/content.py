"""How surely a training session is found by its content when it was changed, and how often another session is.

Sessions: one simulated participant who reads the same list of words every time, a minute each, 16 channels at 512 Hz.
``content_found``: share of 20 sessions that are found after each change (``z``: the smallest; 8 are needed).
``content_false``: share of pairs of different sessions that are taken for one (88 sessions, 3,828 pairs; ``beyond``:
share above 8 by a Gumbel distribution fitted to the best place of each pair): in a third of the sessions the very same
sound is heard at the very same times, in the others the words come at other times.
``content_false_sound``: the same of the sound, every word said anew (each clip a little faster or slower).
``content_false_loudness``: pairs of different sessions that are taken for one where every contact of both goes up and
down by the same loudness below 12 Hz, of so many dB (``cannot_tell``: share of pairs of which that is said).
``content_false_real``: windows of a real depth contact that are taken for another moment of it (where the shared data
are beside the checkout).
``content_cost``: seconds and kilobytes a minute of 128 channels at 1024 Hz. ``limits``: 95 % interval of Clopper and
Pearson.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import scipy.signal
import scipy.stats
import soundfile

from offline.data.content_match import windows
from offline.data.fingerprint import Code, Fingerprint, fingerprint, neural_codes, sound_code
from offline.data.kept_prints import kept_tensors
from offline.data.known_content import FOUND, SOUND_SHARE, UNKNOWN, among
from offline.io.recording import Recording
from offline.simulation.session import Simulate, simulate
from offline.simulation.speech import SpeechTrack, word_session
from tests.babble import babble
from tests.bench.contamination import limits
from tests.conftest import SHARED

SECONDS, SFREQ, CHANNELS, WORDS, RATE = 60.0, 512.0, 16, 20, 16000
MOST_FALSE = 0.001
SHARED_DB = (3.0, 6.0, 9.0, 17.0)
"""Standard deviation of a loudness that every contact of both sessions shares."""
_ORDER = np.random.default_rng(0).permutation(CHANNELS)


def _to(rate: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: scipy.signal.resample_poly(x, rate, int(SFREQ))


def _high_passed(x: np.ndarray) -> np.ndarray:
    b, a = scipy.signal.iirnotch(50.0, 30.0, SFREQ)
    high = scipy.signal.butter(2, 1.0, "high", fs=SFREQ, output="sos")
    return np.asarray(scipy.signal.lfilter(b, a, scipy.signal.sosfilt(high, x, axis=0), axis=0))


def _all(x: np.ndarray) -> np.ndarray:
    return 1e-6 * scipy.signal.resample_poly(np.diff(x[2222:, _ORDER[1:]], axis=1), 25, 32)


CHANGES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "float64": (lambda x: x.astype(np.float64), SFREQ),
    "volt": (lambda x: x * np.float32(1e-6), SFREQ),
    "whole microvolts (int16)": (lambda x: np.round(x).clip(-32768, 32767).astype(np.int16), SFREQ),
    "another order": (lambda x: x[:, _ORDER], SFREQ),
    "10 ms cut off": (lambda x: x[5:], SFREQ),
    "7.33 s cut off": (lambda x: x[3753:], SFREQ),
    "15 s of it alone": (lambda x: x[10_000:17_680], SFREQ),
    "one channel less": (lambda x: x[:, 1:], SFREQ),
    "4 channels of 16": (lambda x: x[:, _ORDER[:4]], SFREQ),
    "1 channel of 16": (lambda x: x[:, 7:8], SFREQ),
    "average reference": (lambda x: x - x.mean(1, keepdims=True), SFREQ),
    "bipolar": (lambda x: np.diff(x, axis=1), SFREQ),
    "400 Hz": (_to(400), 400.0),
    "1000 Hz": (_to(1000), 1000.0),
    "high-passed, notched": (_high_passed, SFREQ),
    "a clock 50 ppm faster": (lambda x: scipy.signal.resample(x, round(len(x) * 1.00005)), SFREQ),
    "cut, reordered, one less, bipolar, 400 Hz, volt": (_all, 400.0),
}


def clips(folder: Path, said: int) -> list[Path]:
    """Twenty words of 0.75 s; said anew for every number but 0, a few per cent faster or slower each."""
    rng = np.random.default_rng([said, 5])
    files = []
    for i in range(WORDS):
        word = babble(1.0, i)[:12_000]
        if said:
            word = scipy.signal.resample(word, round(len(word) * rng.uniform(0.95, 1.05)))
        files.append(folder / f"w{i}__{said}.wav")
        soundfile.write(files[-1], word, RATE)
    return files


def session(track: SpeechTrack, seed: int, channels: int = CHANNELS) -> Recording:
    """A new reading by participant 1."""
    settings = Simulate((), Path("x.xdf"), channels=channels, sfreq=SFREQ, seed=seed, participant=1)
    return simulate(settings, track).recording()


def best(codes: tuple[Code | None, ...], known: tuple[Code | None, ...]) -> float:
    """Largest z of any window in any band."""
    pairs = [(a, b) for a, b in zip(codes, known, strict=True) if a is not None and b is not None]
    return max((place.z for a, b in pairs for place in windows(a, b)), default=0.0)


def _row(name: str, count: int, total: int, aim: float, unit: str, **detail: object) -> dict:
    share = count / total
    more = {"n": total, "limits": limits(count, total), **detail}
    return {"name": name, "value": share, "unit": unit, "baseline": aim, "ratio": share / aim, "detail": more}


def found_rows(tracks: list[SpeechTrack], n: int) -> Iterator[dict]:
    """A line a change."""
    z: dict[str, list[float]] = {change: [] for change in CHANGES}
    for seed in range(n):
        x = session(tracks[seed % len(tracks)], 5000 + seed).neural
        known = neural_codes(x, SFREQ)
        for change, (make, rate) in CHANGES.items():
            z[change].append(best(neural_codes(make(x), rate), known))
    for change, values in z.items():
        found = sum(value >= 8.0 for value in values)
        yield _row("content_found", found, n, 1.0, "sessions found", change=change, z=min(values))


def false_rows(tracks: list[SpeechTrack], n: int) -> Iterator[dict]:
    """All pairs of different sessions, eight channels each; the first track is heard in a third of them."""
    prints = [
        neural_codes(session(tracks[i // 3 + 1] if i % 3 else tracks[0], 7000 + i, 8).neural, SFREQ) for i in range(n)
    ]
    z = [best(prints[i], prints[j]) for i in range(n) for j in range(i)]
    false = sum(value >= 8.0 for value in z)
    beyond = float(scipy.stats.gumbel_r(*scipy.stats.gumbel_r.fit(z)).sf(8.0))
    yield _row("content_false", false, len(z), MOST_FALSE, "pairs taken for one", z=max(z), beyond=beyond)


def false_sound_row(tracks: list[SpeechTrack]) -> dict:
    """All pairs of sessions whose words were said anew."""
    codes = [sound_code(track.audio, track.sample_rate) for track in tracks]
    pairs = [windows(codes[i], codes[j]) for i in range(len(codes)) for j in range(i)]
    false = sum(any(p.z >= 8.0 and p.agreement >= SOUND_SHARE for p in pair) for pair in pairs)
    agreement = max((p.agreement for pair in pairs for p in pair), default=0.0)
    return _row("content_false_sound", false, len(pairs), MOST_FALSE, "pairs taken for one", agreement=agreement)


def false_loudness_rows(track: SpeechTrack, n: int) -> Iterator[dict]:
    """All pairs of sessions of one sound; a line a strength of the loudness that they share."""
    brains = [session(track, 9000 + i, 8).neural for i in range(n)]
    noise = np.random.default_rng(9).standard_normal(len(brains[0]))
    slow = scipy.signal.sosfiltfilt(scipy.signal.butter(2, 12.0, fs=SFREQ, output="sos"), noise)
    for level_db in SHARED_DB:
        gain = 10 ** (level_db / 20 * slow[:, None] / slow.std())
        prints = [Fingerprint(neural_codes(x * gain, SFREQ), None) for x in brains]
        said = [among(prints[i], [("other", prints[j])]).verdict for i in range(n) for j in range(i)]
        unknown = said.count(UNKNOWN) / len(said)
        yield _row(
            "content_false_loudness", said.count(FOUND), len(said), MOST_FALSE, "pairs taken for one",
            level_db=level_db, cannot_tell=unknown,
        )  # fmt: skip


def real_row() -> dict:
    """A real depth contact, 160 trials one after the other: its windows looked for everywhere else in itself."""
    with np.load(SHARED / "data/neural/tensorpac_seeg_1contact_626s/seeg_data_pac.npz") as file:
        trials = file["data"].astype(np.float64).reshape(-1, 1)
    z = [p.z for code in neural_codes(trials, 1024.0) if code is not None for p in windows(code, code, 5.0)]
    false = sum(value >= 8.0 for value in z)
    return _row("content_false_real", false, len(z), MOST_FALSE, "windows taken for another", z=max(z))


def cost_row() -> dict:
    """One minute of 128 channels."""
    rng = np.random.default_rng(0)
    recording = Recording(
        neural=rng.standard_normal((61_440, 128)).astype(np.float32),
        sfreq=1024,
        labels=tuple(f"A{i}" for i in range(128)),
        audio=rng.standard_normal(48_000 * 60).astype(np.float32) / 10,
        sample_rate=48_000,
    )
    neural_codes(recording.neural[:5000], 1024.0)
    start = time.process_time()
    made = fingerprint(recording)
    seconds = time.process_time() - start
    size = sum(tensor.nbytes for tensor in kept_tensors([made]).values()) / 1000
    detail = {"kilobytes": size}
    return {
        "name": "content_cost", "value": seconds, "unit": "s a minute", "baseline": 1.0, "ratio": seconds,
        "detail": detail,
    }  # fmt: skip


def run(quick: bool) -> Iterator[dict]:
    """Rows of the table."""
    n, n_found, n_sound = (4, 2, 4) if quick else (88, 20, 46)
    yield cost_row()
    if (SHARED / "data" / "neural").is_dir():
        yield real_row()
    with tempfile.TemporaryDirectory() as name:
        same = clips(Path(name), 0)
        tracks = [word_session(same, np.random.default_rng(i), RATE, SECONDS) for i in range(n // 3 + 2)]
        yield from found_rows(tracks, n_found)
        yield from false_rows(tracks, n)
        yield from false_loudness_rows(tracks[0], 4 if quick else 12)
        anew = [
            word_session(clips(Path(name), i + 1), np.random.default_rng(i % 3), RATE, SECONDS) for i in range(n_sound)
        ]
        yield false_sound_row(anew)
