"""How often `learn` says "works" where nothing is decoded, and how soon where something is: SIMULATED sessions.

`python -m tests.bench.learn_level --runs 1000 --kept learn_level.jsonl` goes on where it was stopped and prints the
table of docs/learning.md. A session is a person who reads for ten minutes, looked at every five seconds. Of a hundred
ninety are simulated as features (tests/reading.py), half of them with an artefact that is locked to the speech in every
feature. Ten are raw: eight contacts of the simulator at coupling 0 beside a voice (two real ones where the shared data
is beside the checkout, and a made-up one), through the feed of `learn` with its features, its clock and its audit. Of
these three hold muscle, noise on all contacts that rises with the voice, and three the microphone's sound in a contact.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import scipy.signal
import soxr

from bk_realtime.config import SILENCE_WEIGHT, FeatureSettings
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.learning.decision import STOP, WORKS, decide
from bk_realtime.learning.feed import Feed
from bk_realtime.learning.judge import WINDOW_S
from bk_realtime.learning.learner import Learner
from bk_realtime.learning.progress import Progress
from offline.simulation.session import Simulate, simulate
from offline.simulation.speech import SpeechTrack
from tests.bench.contamination import CLIPS, MADE_UP, limits, speech
from tests.bench.contamination import RATE as SOUND_RATE
from tests.reading import RATE, reading

MINUTES, STEP_S, CHUNK_S = 10.0, 5.0, 0.5
N_PAST = 10
CHANNELS, SFREQ = 8, 512.0
MUSCLE_DB = (0.0, 6.0)
"""What a contact's muscle is in 70 to 170 Hz at the loudest, relative to the contact's own level there."""
PLANTED_DB = (-20.0, -30.0, -40.0)
"""The microphone's sound, relative to the level of the contact that holds it."""
RAW, NOTHING, ARTEFACT, MUSCLE, PLANTED = "raw", "nothing", "artefact", "raw, muscle", "raw, microphone planted"
OF_A_HUNDRED = (NOTHING,) * 45 + (ARTEFACT,) * 45 + (RAW,) * 4 + (MUSCLE,) * 3 + (PLANTED,) * 3
TOLD: dict[str, dict[str, float]] = {
    NOTHING: {},
    ARTEFACT: {"artefact": 1.0},
    "coupled 0.3": {"coupling": 0.3},
    "coupled 1": {"coupling": 1.0},
}
COUPLED = 20
"""Sessions of each coupling, to say how soon it claims."""


def kind_of(seed: int) -> str:
    """What session this is; any hundred in a row hold all kinds, spread."""
    return OF_A_HUNDRED[37 * seed % 100]


def run_once(seed: int, kind: str, minutes: float = MINUTES, silence: float = SILENCE_WEIGHT) -> dict[str, Any]:
    """One session, looked at every five seconds; ``silence``: how much a frame of it counts in the ridge."""
    ridge = RidgeSettings(N_PAST, silence)
    raw = kind in (RAW, MUSCLE, PLANTED)
    looks = _raw(seed, kind, minutes, ridge) if raw else _direct(seed, TOLD[kind], minutes, ridge)
    said: dict[str, float] = {}
    for now in looks:
        said.setdefault(now.decision.verdict, now.seconds)
    alone = decide(now.windows, WINDOW_S, 0.0).verdict
    return {
        "seed": seed,
        "kind": kind,
        "silence": silence,
        "works_s": said.get(WORKS, 0.0),
        "stop_s": said.get(STOP, 0.0),
        "windows": len(now.windows),
        "works_without_audit": alone == WORKS,
    }


def _direct(seed: int, told: dict[str, float], minutes: float, ridge: RidgeSettings) -> Iterator[Progress]:
    frames = reading(seed, minutes, **told)
    learner, step = Learner(frames[0].shape[1], frames[1].shape[1], ridge), round(STEP_S * RATE)
    for start in range(0, len(frames[0]), step):
        learner.add(*(x[start : start + step] for x in frames))
        yield learner.progress()


def _raw(seed: int, kind: str, minutes: float, ridge: RidgeSettings) -> Iterator[Progress]:
    neural, sound = raw_session(seed, kind, minutes)
    labels = tuple(f"A{c + 1}" for c in range(neural.shape[1]))
    feed = Feed(labels, labels, SFREQ, SOUND_RATE, FeatureSettings(), ridge)
    n, m = round(CHUNK_S * SFREQ), round(CHUNK_S * SOUND_RATE)
    for k in range(round(60.0 * minutes / CHUNK_S)):
        rows, part = np.arange(k * n, min((k + 1) * n, len(neural))), np.arange(k * m, min((k + 1) * m, len(sound)))
        feed.push_neural(neural[rows], 50.0 + rows / SFREQ)
        feed.push_sound(sound[part], 50.0 + part / SOUND_RATE)
        if (k + 1) % round(STEP_S / CHUNK_S) == 0:
            yield feed.heard().progress
    feed.audit()
    yield feed.heard().progress


def raw_session(seed: int, kind: str, minutes: float) -> tuple[np.ndarray, np.ndarray]:
    """(n, 8) µV at 512 Hz and (m,) sound at 16 kHz of a SIMULATED person whose brain knows nothing of the speech."""
    rng = np.random.default_rng([seed, 79])
    sound = np.clip(speech((*CLIPS, MADE_UP)[seed % 3], 60.0 * minutes, seed), -1, 1).astype(np.float32)
    told = Simulate((), Path("x.xdf"), channels=CHANNELS, sfreq=SFREQ, coupling=0.0, seed=seed, participant=seed, bad=0)
    made = simulate(
        dataclasses.replace(told, audio_ppm=0.0), SpeechTrack(sound, SOUND_RATE, [(0.0, "experimentStarted")])
    )
    neural = made.neural
    if kind == MUSCLE:
        low = scipy.signal.butter(2, 8.0, fs=SOUND_RATE, output="sos")
        band = scipy.signal.butter(3, (70.0, 170.0), "bandpass", fs=SFREQ, output="sos")
        envelope = np.maximum(scipy.signal.sosfilt(low, np.abs(sound)), 0.0)
        envelope = np.interp(np.arange(len(neural)) / SFREQ, np.arange(len(sound)) / SOUND_RATE, envelope)
        envelope /= np.quantile(envelope, 0.99)
        for c in range(CHANNELS):
            own = scipy.signal.sosfilt(band, neural[:, c]).std()
            noise = scipy.signal.sosfilt(band, rng.standard_normal(len(neural)))
            neural[:, c] += own * 10 ** (rng.uniform(*MUSCLE_DB) / 20) * envelope * noise / noise.std()
    if kind == PLANTED:
        heard = soxr.resample(sound.astype(np.float64), SOUND_RATE, SFREQ)[: len(neural)]
        heard = np.pad(heard, (0, len(neural) - len(heard)))
        c, level_db = int(rng.integers(CHANNELS)), PLANTED_DB[seed // 3 % len(PLANTED_DB)]
        neural[:, c] += heard / heard.std() * neural[:, c].std() * 10 ** (level_db / 20)
    return neural, sound


def table(runs: list[dict[str, Any]]) -> str:
    """Markdown: share of sessions that claim, its 95 % interval (Clopper and Pearson), what may, and what stopped."""
    empty = [r for r in runs if not r["kind"].startswith("coupled")]
    groups = [(f"all {len(empty)} that hold nothing", empty)]
    for kind in dict.fromkeys([*OF_A_HUNDRED, *TOLD]):
        groups.append((kind, [r for r in runs if r["kind"] == kind]))
    head = "| SIMULATED sessions | sessions | may say works | say works | 95 % interval | stopped by the audit "
    lines = [head + "| would say works without the audit |", "|---|---|---|---|---|---|---|"]
    for name, rows in groups:
        if not rows:
            continue
        n, works = len(rows), sorted(r["works_s"] for r in rows if r["works_s"])
        stopped, alone = sum(r["stop_s"] > 0 for r in rows), sum(r["works_without_audit"] for r in rows)
        soon = f", median after {works[len(works) // 2]:.0f} s" if works and "coupled" in name else ""
        may = "–" if "coupled" in name else "5 %"
        raw = rows is empty or name.startswith(RAW)
        audit = (f"{stopped}", f"{alone}") if raw else ("–", f"{alone}")
        lines.append(
            f"| {name} | {n} | {may} | {len(works)} ({len(works) / n:.1%}){soon} | {limits(len(works), n)} "
            f"| {audit[0]} | {audit[1]} |"
        )
    claimed = [f"{r['kind']} {r['seed']}" for r in empty if r["works_s"]]
    return "\n".join([*lines, "", f"Claimed where nothing is: {', '.join(claimed) or 'none'} (kind and seed)."])


def seeds_of(n: int) -> list[tuple[int, str]]:
    """Seeds and kinds: ``n`` without a brain, and after each hundred of them some with one."""
    wanted = [(seed, kind_of(seed)) for seed in range(n)]
    for number, kind in enumerate(k for k in TOLD if k.startswith("coupled")):
        wanted += [(1_000_000 * (number + 1) + i, kind) for i in range(min(COUPLED, -(-n // 50)))]
    return wanted


def run(quick: bool) -> Iterator[dict[str, Any]]:
    """Share of 20 (quick) or 200 sessions without a brain that claim; the baseline is 5 %."""
    n = 20 if quick else 200
    rows = [run_once(seed, kind_of(seed)) for seed in range(n)]
    works = [r["seed"] for r in rows if r["works_s"]]
    share = len(works) / n
    yield {
        "name": "learn_level",
        "value": share,
        "unit": "of sessions that hold nothing say works",
        "baseline": 0.05,
        "ratio": share / 0.05,
        "detail": {"SIMULATED sessions": n, "claimed in": works, "limits": limits(len(works), n)},
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.learn_level", description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="sessions that hold nothing")
    parser.add_argument("--kept", type=Path, help="file of sessions that are done: read, and added to")
    parser.add_argument("--show", action="store_true", help="print the table of what is there, and end")
    parser.add_argument("--silence-weight", type=float, default=SILENCE_WEIGHT, help="of the ridge")
    args = parser.parse_args()
    lines = args.kept.read_text().splitlines() if args.kept and args.kept.is_file() else []
    rows = (r for r in map(json.loads, lines) if r.get("silence", 1.0) == args.silence_weight)  # unsaid: of before
    done = {(r["seed"], r["kind"]): r for r in rows}
    wanted = seeds_of(args.runs)
    for one in wanted if not args.show else ():
        if one not in done:
            done[one] = run_once(*one, silence=args.silence_weight)
            if args.kept:
                with args.kept.open("a") as file:
                    file.write(json.dumps(done[one]) + "\n")
    print(table([done[one] for one in wanted if one in done]))


if __name__ == "__main__":
    main()
