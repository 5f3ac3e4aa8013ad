"""Scores of one contiguous stretch: a fold's test part, a held-out recording, or a pair of sound files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from offline.data.trials import Trial, spoken_trials
from offline.evaluation.listening import listen
from offline.evaluation.words import RECORDED_SOUND
from offline.scoring.measures import (
    detection,
    frame_distortion,
    lag_correlations,
    warped_distortion,
    window_correlations,
)
from offline.scoring.mel import (
    mean_correlation,
    mel_cepstral_distortion,
    pearson_per_bin,
    speech_mask,
    speech_threshold,
)
from offline.scoring.resampling import (
    LEAST_UNITS,
    bootstrap_correlation,
    bootstrap_mean,
    circular_shift,
    draw_weights,
    units,
)
from offline.scoring.sound import SOUND_MEASURES, score_sound, sound_blocks

MEASURES = ("r", "r_speech", "r_windows", "mcd_db", "mcd_warped_db", *SOUND_MEASURES)
NULL_MEASURES = ("r", "r_speech", "r_windows", "mcd_db")
RECORDED = "recorded mel, vocoded"
"""The best that this vocoder could make of a perfect decoder."""
MEAN, ORACLE = "mean spectrum", "speech/silence oracle"
LAG_S = 5.0
EXCERPT_S = 8.0


@dataclass(frozen=True, eq=False)
class Stretch:
    """What is compared.

    Attributes
    ----------
    name : for reports.
    reference : (T, n_mels) recorded log-mel.
    decoded : name of a decoder -> (T, n_mels); the first one is the decoder in question.
    frame_rate : frames per second.
    trials : by markers; empty where there are none.
    vocabulary : words of the whole session, for a recogniser.
    recorded : (T * hop,) recorded sound, or None where sound is not scored.
    sounds : sounds that exist already, by decoder; others are vocoded.
    shuffled : decoded mel of the shuffled brain, one a draw.
    """

    name: str
    reference: np.ndarray
    decoded: dict[str, np.ndarray]
    frame_rate: float
    trials: tuple[Trial, ...] = ()
    vocabulary: tuple[str, ...] = ()
    recorded: np.ndarray | None = None
    sounds: dict[str, np.ndarray] = field(default_factory=dict)
    shuffled: tuple[np.ndarray, ...] = ()


@dataclass(frozen=True)
class ScoreSettings:
    """How much is drawn and how much sound is scored."""

    bootstrap: int = 500
    """Bootstrap samples behind a confidence interval."""
    shifts: int = 100
    """Circular shifts of the chance distribution."""
    shuffles: int = 10
    """Times that the brain is shuffled (1 s pieces in random order) and decoded again."""
    sound_s: float = 60.0
    """Seconds of sound scored by STOI, ESTOI and PESQ in each stretch; 0 leaves sound out."""
    recogniser: Literal["auto", "pocketsphinx", "none"] = "auto"
    """Speech recogniser that hears the words of the trials; auto takes PocketSphinx (English) where it is installed."""


@dataclass(frozen=True, eq=False)
class StretchScores:
    """Plain values (for JSON) and arrays (for the totals and the figures) of one stretch."""

    values: dict[str, Any]
    arrays: dict[str, np.ndarray]


def simple_scores(decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray, frame_rate: float) -> dict[str, float]:
    """The measures that chance distributions are made of."""
    windows, _ = window_correlations(decoded, reference, mask, frame_rate)
    return {
        "r": mean_correlation(decoded, reference),
        "r_speech": mean_correlation(decoded, reference, mask),
        "r_windows": float(windows.mean()) if len(windows) else float("nan"),
        "mcd_db": mel_cepstral_distortion(decoded, reference, mask),
    }


def score_stretch(
    stretch: Stretch, settings: ScoreSettings, seed: int, voice: Callable[[np.ndarray], np.ndarray] | None = None
) -> StretchScores:
    """Every measure of every decoder, chance by circular shift and shuffled brain, and bootstrap samples."""
    rng = np.random.default_rng(seed)
    reference, rate = stretch.reference, stretch.frame_rate
    mask = speech_mask(reference)
    trials = stretch.trials or spoken_trials(mask, rate)
    heard = [(t, s) for t, s in ((t, _spoken(t, mask)) for t in trials) if s is not None]
    spoken = tuple(s for _, s in heard)
    unit = units(len(reference), trials, rate)
    weights = draw_weights(int(unit[-1]) + 1, settings.bootstrap, rng)
    everything = np.ones(len(mask), bool)
    excerpt = _excerpt(mask, rate)
    blocks = sound_blocks(mask, rate, settings.sound_s) if stretch.recorded is not None else []
    block_weights = draw_weights(max(1, len(blocks)), settings.bootstrap, rng)
    values: dict[str, Any] = {
        "name": stretch.name,
        "frame_rate": rate,
        "seconds": len(mask) / rate,
        "speech_seconds": float(mask.sum() / rate),
        "sound_seconds": float(sum(b - a for a, b in blocks) / rate),
        "trials_by": "markers" if stretch.trials else "pauses",
        "n_trials": len(trials),
        "excerpt_s": excerpt.start / rate,
        "decoders": {},
        "detection": {},
    }
    arrays: dict[str, np.ndarray] = {}
    size = {"r": len(mask), "r_speech": int(mask.sum()), "mcd_db": int(mask.sum())}
    rows = dict(stretch.decoded)
    if blocks and voice is not None and not stretch.sounds:
        rows[RECORDED] = reference
    for name, decoded in rows.items():
        scores: dict[str, float] = {}
        if name != RECORDED:
            windows, middles = window_correlations(decoded, reference, mask, rate)
            warped = [(t, warped_distortion(decoded[t.first : t.stop], reference[t.first : t.stop])) for t in spoken]
            frames = np.array([t.stop - t.first for t, _ in warped])
            distortion = frame_distortion(decoded[mask], reference[mask])
            scores = simple_scores(decoded, reference, mask, rate)
            scores["mcd_warped_db"] = float(np.average([v for _, v in warped], weights=frames)) if spoken else np.nan
            size |= {"r_windows": len(windows), "mcd_warped_db": int(frames.sum())}
            middle = [min((t.first + t.stop) // 2, len(unit) - 1) for t, _ in warped]
            boot = {
                "r": bootstrap_correlation(decoded, reference, everything, unit, weights),
                "r_speech": bootstrap_correlation(decoded, reference, mask, unit, weights),
                "r_windows": bootstrap_mean(windows, unit[middles], weights),
                "mcd_db": bootstrap_mean(distortion, unit[mask], weights),
                "mcd_warped_db": bootstrap_mean(
                    np.array([v for _, v in warped]), unit[np.array(middle, int)], weights, frames
                ),
            }
            values["detection"][name] = detection(decoded, mask, trials, speech_threshold(reference), rate)
            arrays[f"bins/{name}/r"] = pearson_per_bin(decoded, reference)
            arrays[f"bins/{name}/r_speech"] = pearson_per_bin(decoded, reference, mask)
            arrays[f"excerpt/{name}"] = decoded[excerpt].astype(np.float32)
            if weights.shape[1] >= LEAST_UNITS:
                arrays |= {f"bootstrap/{name}/{measure}": v for measure, v in boot.items()}
        if blocks and (voice is not None or name in stretch.sounds):
            sound = [
                score_sound(*(_sound(stretch, n, decoded, voice, *block) for n in (RECORDED_SOUND, name)))
                for block in blocks
            ]
            for measure in SOUND_MEASURES:
                found = np.array([s[measure] for s in sound])
                good = np.isfinite(found)
                scores[measure] = float(found[good].mean()) if good.any() else float("nan")
                if good.sum() >= LEAST_UNITS:
                    sample = bootstrap_mean(found[good], np.flatnonzero(good), block_weights)
                    arrays[f"bootstrap/{name}/{measure}"] = sample
        values["decoders"][name] = scores
    values["size"] = {**size, **dict.fromkeys(SOUND_MEASURES, len(blocks))}
    mels = {name: mel for name, mel in rows.items() if name != MEAN}  # one and the same sound for every word
    values["words"], shapes = listen(
        heard if stretch.trials else [],
        mels,
        reference,
        stretch.vocabulary,
        settings.recogniser if blocks else "none",
        None if voice is None else lambda name, *span: _sound(stretch, name, mels.get(name, reference), voice, *span),
        0 if stretch.recorded is None else round(len(stretch.recorded) / len(mask) * rate),
    )
    arrays |= {f"words/{name}": shape for name, shape in shapes.items()}
    main = next(iter(stretch.decoded))
    values["trials"] = _trial_scores(stretch.decoded[main], reference, mask, trials, rate)
    values["variation"] = _variation(stretch.decoded[main], reference)
    for measure, draws in circular_shift(stretch.decoded[main], reference, mask, rate, settings.shifts, rng).items():
        arrays[f"null/circular shift/{measure}"] = draws
    if stretch.shuffled:
        draws_of = [simple_scores(mel, reference, mask, rate) for mel in stretch.shuffled]
        for measure in NULL_MEASURES:
            arrays[f"null/shuffled brain/{measure}"] = np.array([d[measure] for d in draws_of])
    arrays["lag"] = _lag_curve(stretch.decoded[main], reference, rate)
    arrays["excerpt/recorded"] = reference[excerpt].astype(np.float32)
    return StretchScores(values, arrays)


def _sound(
    stretch: Stretch,
    name: str,
    mel: np.ndarray,
    voice: Callable[[np.ndarray], np.ndarray] | None,
    first: int,
    stop: int,
) -> np.ndarray:
    """Sound of frames ``first`` to ``stop``: recorded, given, or vocoded from ``mel`` (T, n_mels)."""
    assert stretch.recorded is not None
    hop = len(stretch.recorded) // len(stretch.reference)
    known = stretch.recorded if name == RECORDED_SOUND else stretch.sounds.get(name)
    if known is not None:
        return known[first * hop : stop * hop]
    assert voice is not None
    return voice(mel[first:stop])


def _trial_scores(
    decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray, trials: tuple[Trial, ...], rate: float
) -> list[dict[str, Any]]:
    rows = []
    for t in trials:
        x, y, m = (a[t.first : t.stop] for a in (decoded, reference, mask))
        rows.append(
            {
                "label": t.label,
                "start_s": t.first / rate,
                "end_s": t.stop / rate,
                "r": mean_correlation(x, y),
                "r_speech": mean_correlation(x, y, m),
                "mcd_db": mel_cepstral_distortion(x, y, m),
                "mcd_warped_db": warped_distortion(x[_span(m)], y[_span(m)]),
            }
        )
    return rows


def _span(mask: np.ndarray) -> slice:
    """From the first spoken frame to the last."""
    frames = np.flatnonzero(mask)
    return slice(int(frames[0]), int(frames[-1]) + 1) if len(frames) else slice(0, 0)


def _spoken(trial: Trial, mask: np.ndarray) -> Trial | None:
    """The trial from its first spoken frame to its last, or None where nothing was said."""
    span = _span(mask[trial.first : trial.stop])
    if span.stop == 0:
        return None
    return Trial(trial.first + span.start, trial.first + span.stop, trial.label)


def _variation(decoded: np.ndarray, reference: np.ndarray) -> float:
    """Deviation of the decoded trajectories over that of the recorded ones, both over time."""
    return float(decoded.std(0, dtype=np.float64).mean() / max(reference.std(0, dtype=np.float64).mean(), 1e-12))


def _lag_curve(decoded: np.ndarray, reference: np.ndarray, rate: float) -> np.ndarray:
    """Correlation with the decoded mel delayed by -5 to 5 s, padded with NaN where the stretch is shorter."""
    most = round(LAG_S * rate)
    reach = min(most, (len(reference) - 1) // 2)
    curve = np.full(2 * most + 1, np.nan)
    around = lag_correlations(decoded, reference)
    curve[most - reach : most + reach + 1] = np.roll(around, reach)[: 2 * reach + 1]
    return curve


def _excerpt(mask: np.ndarray, rate: float) -> slice:
    """The eight seconds with most speech, for a picture."""
    n = round(EXCERPT_S * rate)
    if len(mask) <= n:
        return slice(0, len(mask))
    spoken = np.concatenate([[0], np.cumsum(mask)])
    first = int(np.argmax(spoken[n:] - spoken[:-n]))
    return slice(first, first + n)
