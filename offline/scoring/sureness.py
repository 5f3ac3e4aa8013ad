"""Whether a decoder knows how sure it is: how often the error lies where it said, against one that knows nothing.

The log error is taken as normally distributed around what is predicted. One that knows nothing says the mean of the
validation part always. In frames where speech is expected the rival says their own mean, so that telling speech from
silence counts for nothing there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from bk_realtime.decoder.sureness import COVERED, SLOW, Sureness
from offline.scoring.resampling import difference_interval, draw_weights, units

DB = 20.0 / np.log(10.0)
"""dB in a nat of magnitude."""
LEAST_DB = 0.01
N_DRAWS = 2000
HEAD, CONSTANT = "head", "constant"
WHERE = ("all", "speech", "voiced")
"""All frames, those of recorded speech, those in which speech is expected (which are what is heard)."""


def frame_error_db(decoded: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Root mean square over mel bins of the difference of log-mels (T, n_mels), in dB: (T,), at least 0.01."""
    square = np.square(decoded.astype(np.float64) - reference.astype(np.float64)).mean(1)
    error: np.ndarray = np.maximum(DB * np.sqrt(square), LEAST_DB)
    return error


def sureness_rows(head: Sureness, features: np.ndarray, error_db: np.ndarray) -> np.ndarray:
    """What is judged, frame by frame.

    Parameters
    ----------
    features : (T, n_in) of the segment, from its first frame.
    error_db : (T,) what the error was.

    Returns
    -------
    (T, 9): 1 where speech is expected; 1 where the error is within the intervals of :data:`COVERED`, of the head and of
    the constant, which holds too where the head knows nothing of a frame; log-likelihood over the constant of all
    frames, and over that of those with speech expected, in nat.
    """
    parts = head.parts
    inputs = head_inputs(parts["weight"], float(parts["bias"][0]), features)
    voiced = inputs[:, 0] > parts["threshold"][0]
    unknown = ~((inputs[:, 3] >= parts["power"][0]) & (inputs[:, 3] <= parts["power"][1]))
    predicted_db, known, regime = predicted(head, features)[:, 0], np.log(error_db), voiced.astype(int)
    held = error_db[:, None] <= predicted_db[:, None] * parts["within"][regime]
    held_anyway = error_db[:, None] <= np.exp(parts["constant"][0, 0]) * parts["constant_within"]
    said = _log_density(known, np.log(predicted_db), parts["spread"][regime])
    gains = [said - _log_density(known, np.full(len(known), m), np.full(len(known), d)) for m, d in parts["constant"]]
    held[unknown] = held_anyway[unknown]
    return np.column_stack([voiced, held, held_anyway, *(np.where(unknown, 0.0, gain) for gain in gains)])


def sureness_counts(rows: np.ndarray, mask: np.ndarray, frame_rate: float) -> dict[str, np.ndarray]:
    """Sums that add up over segments, and what intervals are drawn from.

    Parameters
    ----------
    rows : (T, 9) of :func:`sureness_rows`.
    mask : (T,) bool, recorded speech.

    Returns
    -------
    ``frames`` (3,), by :data:`WHERE`; ``head`` and ``constant`` (3, 3), those within the intervals of :data:`COVERED`;
    ``gain`` (n, 3, 2), of each 5 s frames and log-likelihood over the constant in nat.
    """
    voiced = rows[:, 0] > 0
    unit = units(len(rows), (), frame_rate)
    out = {
        "frames": np.array([len(mask), mask.sum(), voiced.sum()], np.float64),
        HEAD: np.zeros((3, len(COVERED))),
        CONSTANT: np.zeros((3, len(COVERED))),
        "gain": np.zeros((int(unit[-1]) + 1 if len(unit) else 0, 3, 2)),
    }
    for k, here in enumerate((np.ones(len(mask), bool), mask, voiced)):
        out[HEAD][k], out[CONSTANT][k] = rows[here, 1:4].sum(0), rows[here, 4:7].sum(0)
        gain = rows[here, 8 if WHERE[k] == "voiced" else 7]
        np.add.at(out["gain"][:, k, 0], unit[here], 1.0)
        np.add.at(out["gain"][:, k, 1], unit[here], gain)
    return out


def _log_density(x: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Of the normal distribution, less what is the same for all."""
    density: np.ndarray = -np.square((x - mean) / deviation) / 2 - np.log(deviation)
    return density


def sureness_figures(counts: Sequence[Mapping[str, np.ndarray]]) -> dict[str, dict[str, float]]:
    """Figures of one or several segments, by :data:`WHERE`.

    Returns
    -------
    For each ``frames``; ``head_50`` … ``head_95`` and ``constant_50`` …, the shares within; ``gain``, log-likelihood
    of a frame over the constant in nat, with the 95 % interval ``low`` to ``high`` over blocks of 5 s. NaN where there
    was nothing to count, or too little.
    """
    frames = np.sum([c["frames"] for c in counts], 0)
    blocks = np.concatenate([c["gain"] for c in counts])
    out = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        for k, where in enumerate(WHERE):
            row = {"frames": float(frames[k])}
            for who in (HEAD, CONSTANT):
                shares = np.sum([c[who][k] for c in counts], 0) / frames[k]
                row |= {f"{who}_{round(100 * c)}": float(s) for c, s in zip(COVERED, shares, strict=True)}
            own = blocks[blocks[:, k, 0] > 0, k]
            gain = float(own[:, 1].sum() / own[:, 0].sum()) if len(own) else float("nan")
            low = high = float("nan")
            if len(own):
                weights = draw_weights(len(own), N_DRAWS, np.random.default_rng(0))
                samples = weights @ own[:, 1] / (weights @ own[:, 0])
                low, high = difference_interval(gain, samples, len(own), len(counts))
            out[where] = row | {"gain": gain, "low": low, "high": high}
    return out


def knows(figures: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether it is shown that the head knows more than a constant; where speech is expected, with its own constant as
    the rival, it has to come out above too, which half a minute seldom shows beyond noise."""
    return bool(figures["all"]["low"] > 0 and figures["voiced"]["gain"] > 0)


def predicted(head: Sureness, features: np.ndarray) -> np.ndarray:
    """(T, 3) what the head says of (T, n) features from a fresh state, as live."""
    x = torch.from_numpy(np.ascontiguousarray(features, np.float64))[None]
    said: np.ndarray = head.forward(x)[0].numpy()
    return said


def expected_levels(weight: np.ndarray, bias: float, features: np.ndarray) -> np.ndarray:
    """(T,) level that the head expects of (T, n) features, silence before them."""
    rows = np.concatenate([np.zeros((len(weight) - 1, features.shape[1])), features.astype(np.float64)])
    out: np.ndarray = bias + sum(rows[j : j + len(features)] @ weight[j] for j in range(len(weight)))
    return out


def head_inputs(weight: np.ndarray, bias: float, features: np.ndarray) -> np.ndarray:
    """(T, 4) level, level², level of the last half second and log power of (T, n) features, as the head takes them."""
    level, n_past = expected_levels(weight, bias, features), len(weight)
    slow = np.convolve(np.concatenate([np.full(SLOW - 1, bias), level]), np.full(SLOW, 1 / SLOW), "valid")
    rows = np.concatenate([np.zeros((n_past - 1, features.shape[1])), features.astype(np.float64)])
    power = np.convolve(np.square(rows).mean(1), np.full(n_past, 1 / n_past), "valid")
    return np.stack([level, level**2, slow, np.log(np.maximum(power, 0.0) + 1e-12)], 1)
