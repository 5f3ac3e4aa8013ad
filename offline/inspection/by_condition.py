"""A live session split by the conditions of its experiment: how long each was, what was heard in it, every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import fftconvolve

from bk_realtime.decoder.bundle import Bundle
from bk_realtime.session.condition_record import FILE, is_sealed, read_records
from bk_realtime.session.conditions import EARLIER_S
from bk_realtime.session.names import OUTLET_PREFIX
from bk_realtime.session.status import Status
from bk_realtime.xdf.reader import read_xdf
from offline.inspection.live_agreement import mel_differences
from offline.inspection.live_segment import LiveSegment
from offline.io.sound import read_samples

COUNTERS = ("n_frames", "gaps", "losses", "wrong_rates", "dropped_samples", "underruns", "limiter_hits")
COMPARED_S = 20.0
"""Sound of each stretch that is looked for in the decoded voice."""
FOUND = 0.2
"""Correlation from which on the decoded voice counts as found in what was heard."""
QUIET = 1e-6
"""RMS below which sound is silence."""


@dataclass(frozen=True)
class Stretch:
    """One condition from its first sound to the next one's.

    Attributes
    ----------
    condition : as declared: name, kind, parameters.
    start, end : stamps of its first sound and of the next stretch's, LSL time.
    samples : positions of these in ``decoded.wav``.
    counters : what was counted in it.
    """

    condition: dict[str, Any]
    start: float
    end: float
    samples: tuple[int, int]
    counters: dict[str, int]


class SessionConditions:
    """What a session recorded of its conditions.

    Parameters
    ----------
    session : its folder.

    Attributes
    ----------
    records : all of them, from the recording, or from the folder where they are not in it; empty without conditions.
    sealed : whether the operator was blinded.
    """

    def __init__(self, session: Path) -> None:
        self.session = session
        path = session / "session.xdf"
        self._streams = {s.description.name: s for s in read_xdf(path)} if path.exists() else {}
        stream = self._streams.get(f"{OUTLET_PREFIX}conditions")
        lines = [] if stream is None else [str(row[0]) for row in stream.data]
        beside = session / FILE
        if beside.exists():
            own = beside.read_text(encoding="utf-8", errors="replace").splitlines()
            lines = own if len(own) > len(lines) else lines  # the recorder may have come late, or ended early
        self.records, self.sealed = read_records(lines), is_sealed(lines)

    def stretches(self) -> list[Stretch]:
        """All of them, in order."""
        changes = [r for r in self.records if r.get("record") == "change"]
        last = self.records[-1] if self.records else {}
        out = []
        for change, after in zip(changes, [*changes[1:], None], strict=True):
            until = last if after is None else after
            before, then = change.get("counters", {}), until.get("counters", {})
            out.append(
                Stretch(
                    change["condition"],
                    float(change["stamp"]),
                    np.inf if after is None else float(after["stamp"]),
                    (int(change["sample"]), -1 if after is None else int(after["sample"])),
                    {k: int(then.get(k, 0)) - int(before.get(k, 0)) for k in COUNTERS},
                )
            )
        return out

    @property
    def refused(self) -> list[str]:
        """Conditions that could not begin, and why."""
        refused = [r for r in self.records if r.get("record") == "refused"]
        return [f"{r.get('condition', {}).get('name')}: {r.get('reason')}" for r in refused]

    def figures(self, segment: LiveSegment, baseline: Bundle | None, device: str) -> dict[str, dict[str, Any]]:
        """Every figure by condition's name.

        Parameters
        ----------
        segment : the part that is decoded again; agreement and scores are of the frames in it.
        baseline : a decoder to score beside.
        device : where it is decoded again.
        """
        by_name: dict[str, list[Stretch]] = {}
        for stretch in self.stretches():
            by_name.setdefault(str(stretch.condition["name"]), []).append(stretch)
        stages: dict[str, Any] = next((r["stages"] for r in reversed(self.records) if "stages" in r), {})
        return {
            name: {
                **self._what(parts),
                **self._counted(parts),
                **self._ages(parts),
                "stages": stages.get(name, {}),
                **self._heard(parts),
                **_agreement(segment, parts, device),
                "scores": segment.scores(baseline, _inside(segment.mel_stamps, parts)),
            }
            for name, parts in by_name.items()
        }

    @staticmethod
    def _what(parts: Sequence[Stretch]) -> dict[str, Any]:
        return {**{k: v for k, v in parts[0].condition.items() if k != "name"}, "begins": len(parts)}

    @staticmethod
    def _counted(parts: Sequence[Stretch]) -> dict[str, int]:
        return {key: sum(p.counters[key] for p in parts) for key in COUNTERS}

    def _ages(self, parts: Sequence[Stretch]) -> dict[str, float]:
        """Median and 99th percentile of the age as the status said it ten times a second, in ms."""
        stream = self._streams.get(f"{OUTLET_PREFIX}status")
        if stream is None:
            return {}
        inside = _inside(stream.raw_stamps, parts)
        said = [Status.parse(str(row[0])) for row, use in zip(stream.data, inside, strict=True) if use]
        ages = [s.age_ms for s in said if s is not None and s.age_ms is not None]
        if not ages:
            return {}
        return {"age_p50_ms": float(np.percentile(ages, 50)), "age_p99_ms": float(np.percentile(ages, 99))}

    def _heard(self, parts: Sequence[Stretch]) -> dict[str, float]:
        """Seconds, levels of what was decoded and heard, and how much later the decoded voice was found in it."""
        stream, path = self._streams.get(f"{OUTLET_PREFIX}audio"), self.session / "decoded.wav"
        if stream is None or not path.exists():
            return {}
        samples, rate = read_samples(path)
        voice = samples[:, 0]
        heard, decoded, found = [], [], []
        for part in parts:
            inside = _inside(stream.raw_stamps, [part])
            sound = np.asarray(stream.data)[inside, 0].astype(np.float64)
            missed = round((stream.raw_stamps[inside][0] - part.start) * rate) if len(sound) else 0  # it came late
            a, b = part.samples[0], len(voice) if part.samples[1] < 0 else part.samples[1]
            if missed > 1 and part.samples[1] >= 0:  # stamps also skip signal that was lost meanwhile; samples do not
                missed = max(0, b - a - len(sound))
            heard.append(sound)
            decoded.append(voice[a:b])
            found.append(_lag(sound[: round(COMPARED_S * rate)], voice, a + missed, rate))
        out = {"seconds": sum(map(len, heard)) / rate}
        out |= {"heard_dbfs": _dbfs(np.concatenate(heard)), "decoded_dbfs": _dbfs(np.concatenate(decoded))}
        best = max(found, key=lambda pair: pair[1])
        return (
            out | ({"heard_later_ms": 1e3 * best[0] / rate} if best[1] > FOUND else {}) | {"heard_correlation": best[1]}
        )


def _inside(stamps: np.ndarray, parts: Sequence[Stretch]) -> np.ndarray:
    inside = np.zeros(len(stamps), bool)
    for part in parts:
        inside |= (stamps >= part.start - 1e-9) & (stamps < part.end - 1e-9)
    return inside


def _dbfs(sound: np.ndarray) -> float:
    rms = float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if len(sound) else 0.0
    return 20 * float(np.log10(max(rms, QUIET)))


def _lag(sound: np.ndarray, voice: np.ndarray, at: int, rate: int) -> tuple[int, float]:
    """By how many samples the voice from ``at`` on is late in ``sound``, and the correlation there; nought where it
    is not in it."""
    first = max(0, at - round(EARLIER_S[1] * rate))
    piece = voice[first : at + len(sound)].astype(np.float64)
    n = min(len(sound), len(piece))
    if n < rate // 10 or np.sqrt(np.mean(sound**2)) < QUIET:
        return 0, 0.0
    sound = sound[:n]
    products = fftconvolve(piece, sound[::-1], "valid")
    energy = np.cumsum(np.concatenate([[0.0], piece**2]))
    own = np.sqrt(np.maximum(energy[n:] - energy[:-n], QUIET)) * np.sqrt(np.sum(sound**2))
    where = int(np.argmax(products / own))
    return at - first - where, float(products[where] / own[where])


def _agreement(segment: LiveSegment, parts: Sequence[Stretch], device: str) -> dict[str, float]:
    """Largest difference of the live mel from the offline one in these parts."""
    differences = mel_differences(segment, device)
    inside = differences[_inside(segment.mel_stamps, parts)[: len(differences)]]
    return {"mel_max_difference": float(inside.max())} if len(inside) else {}
