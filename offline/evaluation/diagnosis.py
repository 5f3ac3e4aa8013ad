"""What a bad score comes from, before the decoder or the clocks are blamed: units, header rates, lengths, rhythm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import stats

from offline.scoring.measures import lag_correlations
from offline.scoring.mel import frame_level

MOST_GAIN = 3.0
"""How many times as strong or weak as in training a signal may be: electrodes age by less, units differ by more."""
RATES = (8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000)
"""Sample rates that a header may hold for another."""
LEAST_COVERED = 0.95
LAG_PIECE_S, LEAST_PIECES = 1.0, 4
LAG_LIMIT_S = 0.06
"""Misalignment from which sound and decoded mel are called shifted: five frames."""
LEAST_ABOVE = 0.02
"""By so much a shift must be better than what a rhythm makes before clocks are blamed, however surely it is."""
LEVEL = 0.05


def signal_level(log_power: np.ndarray, mean: np.ndarray, std: np.ndarray) -> dict[str, float]:
    """How a recording's signal stands to that of the training: ``gain`` in amplitude and ``deviations`` of the
    training's features, each of the median channel.

    Parameters
    ----------
    log_power : (T, n_features) natural log of mean square, NaN where masked.
    mean, std : (n_features,) training statistics.
    """
    seen = np.isfinite(log_power).any(0)
    off = np.nanmean(log_power[:, seen], 0) - mean[seen]
    if not len(off):
        return {"gain": float("nan"), "deviations": float("nan")}
    return {
        "gain": float(np.exp(np.median(off) / 2)),
        "deviations": float(np.median(off / np.maximum(std[seen], 1e-9))),
    }


def units_verdict(signal: Mapping[str, float]) -> tuple[bool, str]:
    """Whether a recording's signal is as strong as the training's."""
    gain, deviations = signal["gain"], signal["deviations"]
    text = (
        f"the signal is {gain:.3g} times as strong as in training, {deviations:+.1f} of its deviations (median channel)"
    )
    fine = 1 / MOST_GAIN < gain < MOST_GAIN
    if not fine:
        text += ": UNITS OR GAIN are others than in training (--unit, --gain), whatever the decoder is worth"
    return fine, text


def lengths(decoded: np.ndarray, reference: np.ndarray, frame_rate: float) -> dict[str, Any]:
    """How two files lie over each other, from their whole log-mels (n, n_mels) and (m, n_mels).

    Returns
    -------
    ``decoded_s``, ``reference_s``, ``covered`` (share of the reference that the decoded file lasts), and, where a wrong
    header rate explains the length: ``rates`` (the one in the header, the true one), ``r_level`` and
    ``r_level_played`` (correlation of the frame levels as they are, and played at the true rate).
    """
    n, m = len(decoded), len(reference)
    found: dict[str, Any] = {"decoded_s": n / frame_rate, "reference_s": m / frame_rate, "covered": min(1.0, n / m)}
    pairs = [(a, b) for a in RATES for b in RATES if a != b and abs(n * a / b / m - 1) < 0.02]
    if not pairs:
        return found
    a, b = min(pairs, key=lambda pair: (abs(n * pair[0] / pair[1] / m - 1), pair[0] != 22050, pair[1] != 16000))
    own, other = frame_level(decoded), frame_level(reference)
    both = min(n, m)
    played = np.interp(np.linspace(0, n - 1, m), np.arange(n), own)
    moved = lag_correlations(played[:, None], other[:, None])
    here = float(np.corrcoef(own[:both], other[:both])[0, 1])
    apart = moved[m // 8 : m - m // 8]
    if moved[0] > max(here + 0.2, 0.4, float(np.percentile(apart, 99))):
        found |= {"rates": [a, b], "r_level": here, "r_level_played": float(moved[0])}
    return found


def length_verdict(found: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether the decoded file covers the reference, and what else its length tells."""
    text = f"the decoded file lasts {found['decoded_s']:.2f} s of the reference's {found['reference_s']:.2f} s"
    if "rates" in found:
        header, true = found["rates"]
        return False, (
            f"{text}: WRONG HEADER RATE, it says as if {header} Hz what is {true} Hz; the levels of both correlate by "
            f"{found['r_level_played']:.2f} when it is played so, by {found['r_level']:.2f} as it is"
        )
    covered = found["covered"] >= LEAST_COVERED
    return covered, text + ("" if covered else f": only {found['covered']:.0%} of it is scored, the rest is MISSING")


def lag_reach(n_frames: int, most: int) -> int:
    """Frames by which a shift can be told in a segment: an eighth of it, and at most ``most``."""
    return min(most, n_frames // 8)


def lag_chance(around: np.ndarray, most: int, frame_rate: float) -> np.ndarray:
    """Correlation by lag where the decoded mel does not belong, in pieces of a second: (n_pieces, n_lags).

    Two peaks a second apart have little to do with each other but the rhythm of the speech, which is what they show.

    Parameters
    ----------
    around : (T,) correlation at every circular shift, of :func:`offline.scoring.measures.lag_correlations`.
    most : longest lag in frames that is searched.
    """
    reach, width = lag_reach(len(around), most), round(LAG_PIECE_S * frame_rate)
    beyond = around[reach + 1 : len(around) - reach]
    n = len(beyond) // width
    return beyond[: n * width].reshape(n, width).astype(np.float32)


def best_lags(curve: np.ndarray, pieces: np.ndarray, reach: int) -> dict[str, Any]:
    """How often chance makes a lag as good as the best of ``curve`` (n_lags,), of which ``reach`` either side count.

    The best lags of the ``pieces`` (n_pieces, n_lags) say what chance makes in a second; Student's t carries that on to
    the seconds that were searched (by Bonferroni).

    Returns
    -------
    ``p_value``, and ``p95``, the r that chance reaches in one of twenty; None where the best lag is beyond ``reach``,
    or there are too few pieces to say.
    """
    middle = len(curve) // 2
    if len(pieces) < LEAST_PIECES or abs(int(np.nanargmax(curve)) - middle) > reach or not np.isfinite(pieces).all():
        return {"p_value": None, "p95": None}
    best = pieces.max(1).astype(np.float64)
    searched = max(1.0, (2 * reach + 1) / pieces.shape[1])
    spread = float(max(best.std(ddof=1), 1e-6) * np.sqrt(1 + 1 / len(best)))
    t = (float(np.nanmax(curve)) - float(best.mean())) / spread
    limit = float(best.mean() + spread * stats.t.isf(LEVEL / searched, len(best) - 1))
    return {"p_value": min(1.0, searched * float(stats.t.sf(t, len(best) - 1))), "p95": min(1.0, limit)}


def alignment_verdict(lag: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether sound and decoded mel lie over each other. Clocks are blamed only for a shift that chance does not make:
    speech in a rhythm correlates best somewhere else whatever was decoded."""
    text = f"r is largest ({lag['r_best']:.3f}) with the decoded mel moved by {1000 * lag['best_s']:+.0f} ms"
    if not (abs(lag["best_s"]) > LAG_LIMIT_S and lag["r_best"] > max(0.2, lag["r_here"] + 0.05)):
        return True, text
    text += f", {lag['r_here']:.3f} where it is"
    if lag["p_value"] is None:
        return True, text + ": TOO SHORT TO TELL a shift from the rhythm of speech"
    text += f"; best lags by chance reach {lag['p95']:.3f} (p = {lag['p_value']:.2f})"
    if lag["p_value"] > LEVEL or lag["r_best"] < lag["p95"] + LEAST_ABOVE:
        return True, text + ": WEAK, not shifted; the rhythm of speech makes such lags"
    return False, text + ": SHIFTED IN TIME; check clocks, --lead of `offline.train` and the alignment"
