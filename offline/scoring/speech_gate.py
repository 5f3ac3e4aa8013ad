"""How well a speech gate opens: counts against the recorded speech, and the figures that several counts make."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from offline.scoring.measures import filled, runs

NEAR_S = 0.2
"""Pauses up to this long belong to the speech around them; an opening with no speech this near is false."""
HELD_S = 0.5
"""A gate that is still open so long after speech is open in silence: false, once for each silence."""
LEAST_S = 0.1
"""Shorter sounds have no onset that could be missed."""
LATE_S = 0.3
"""An onset is missed where the gate is not open within this time after it."""
COUNTS = ("seconds", "speech", "speech_hit", "silence", "silence_kept", "onsets", "missed", "late_s", "false")


def onsets(mask: np.ndarray, frame_rate: float) -> list[int]:
    """First frames of what was said, of a (T,) speech mask."""
    near, least = round(NEAR_S * frame_rate), round(LEAST_S * frame_rate)
    return [a for a, b in runs(filled(mask, near)) if b - a >= least]


def gate_counts(is_open: np.ndarray, mask: np.ndarray, frame_rate: float) -> dict[str, float]:
    """Counts that add up over segments.

    Parameters
    ----------
    is_open, mask : (T,) bool, the gate and the recorded speech, frame by frame.

    Returns
    -------
    ``seconds``; frames ``speech``, ``speech_hit``, ``silence``, ``silence_kept``; ``onsets``, ``missed``; ``late_s``,
    seconds from the onsets that were found to the opening, all together; ``false`` activations: openings with no speech
    near, and silences through which a gate is open that opened for the speech beside them.
    """
    near, late, held = (round(s * frame_rate) for s in (NEAR_S, LATE_S, HELD_S))
    delays = [np.flatnonzero(is_open[a : a + late]) for a in onsets(mask, frame_rate)]
    found = [int(d[0]) for d in delays if len(d)]
    speech = [(max(0, a - near), b + near) for a, b in runs(mask)]
    left_open = is_open.copy()
    for a, b in runs(mask):
        left_open[max(0, a - near) : b + held] = False
    false = 0
    for a, b in runs(is_open):
        beside = any(a < d and b > c for c, d in speech)
        false += len(runs(left_open[a:b])) if beside else 1
    return {
        "seconds": len(mask) / frame_rate,
        "speech": int(mask.sum()),
        "speech_hit": int((is_open & mask).sum()),
        "silence": int((~mask).sum()),
        "silence_kept": int((~is_open & ~mask).sum()),
        "onsets": len(delays),
        "missed": len(delays) - len(found),
        "late_s": sum(found) / frame_rate,
        "false": false,
    }


def gate_figures(counts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Figures of one or several segments.

    Returns
    -------
    ``onsets``, ``missed_share``, ``late_ms`` (mean of the onsets that were found), ``false_per_hour``, ``speech_open``
    and ``silence_kept`` (shares of frames) and ``balanced``, the mean of these two: 0.5 is what any gate gets that
    knows nothing. NaN where there was nothing to count.
    """
    total = {key: sum(c[key] for c in counts) for key in COUNTS}

    def share(a: float, b: float) -> float:
        return a / b if b else float("nan")

    hit, kept = share(total["speech_hit"], total["speech"]), share(total["silence_kept"], total["silence"])
    return {
        "onsets": total["onsets"],
        "missed_share": share(total["missed"], total["onsets"]),
        "late_ms": 1e3 * share(total["late_s"], total["onsets"] - total["missed"]),
        "false_per_hour": 3600.0 * share(total["false"], total["seconds"]),
        "speech_open": hit,
        "silence_kept": kept,
        "balanced": (hit + kept) / 2,
    }


def gate_chance(draws: Sequence[Sequence[dict[str, float]]]) -> dict[str, float]:
    """Mean figures of a gate on a brain in random order, several draws of one or several segments, and
    ``balanced_p95``: what 95 % of the draws do not exceed."""
    figures = [gate_figures(draw) for draw in draws]
    means = {key: float(np.mean([f[key] for f in figures])) for key in figures[0]}
    return means | {"balanced_p95": float(np.percentile([f["balanced"] for f in figures], 95))}
