"""Scores of one segment: every measure of every decoder, chance, and the samples behind the intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from offline.data.trials import Trial, spoken_trials
from offline.evaluation.claims import gate_shifts
from offline.evaluation.diagnosis import lag_chance
from offline.evaluation.generalised import mask_scores
from offline.evaluation.listening import listen_to_words
from offline.evaluation.recogniser import NONE
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.segment import (
    MEL_MEASURES,
    NULL_MEASURES,
    RECORDED,
    SHIFT,
    SHUFFLE,
    DecoderScores,
    Measured,
    Segment,
    SegmentScores,
    Vocode,
)
from offline.evaluation.task import TASK_ROWS, swaps, task_rows
from offline.evaluation.word_guessers import OWN_LOUDNESS, own_loudness
from offline.evaluation.words import RECORDED_SOUND
from offline.scoring.loudness import (
    LOUDNESS,
    LOUDNESS_STEPS,
    Loudness,
    loudness_alone,
    partial_correlation,
)
from offline.scoring.measures import (
    detection,
    frame_distortion,
    lag_correlations,
    warped_distortion,
    window_correlations,
)
from offline.scoring.mel import (
    MEAN,
    mean_correlation,
    mel_cepstral_distortion,
    own_threshold,
    pearson_per_bin,
    speech_mask,
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
from offline.scoring.speech_gate import gate_counts
from offline.scoring.sureness import sureness_counts

LAG_S = 5.0
UNHEARD = (LOUDNESS, LOUDNESS_STEPS, *TASK_ROWS)
"""Rows of which no sound is made: it would cost more than it says."""
NEAR_S = 0.1
EXCERPT_S = 8.0


def simple_scores(
    decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray, frame_rate: float, loudness: Loudness | None = None
) -> dict[str, float]:
    """The measures that chance distributions are made of; ``loudness`` is that of ``reference`` where it is known."""
    windows, _ = window_correlations(decoded, reference, mask, frame_rate)
    return {
        "r": mean_correlation(decoded, reference),
        "r_speech": mean_correlation(decoded, reference, mask),
        "r_partial": partial_correlation(decoded, reference, mask, loudness),
        "r_windows": float(windows.mean()) if len(windows) else float("nan"),
        "mcd_db": mel_cepstral_distortion(decoded, reference, mask),
    }


def score_segment(segment: Segment, settings: ScoreSettings, seed: int, vocode: Vocode | None = None) -> SegmentScores:
    """Every measure of every decoder, chance by circular shift and shuffled brain, and bootstrap samples."""
    rng = np.random.default_rng(seed)
    reference, rate = segment.reference, segment.frame_rate
    mask = speech_mask(reference)
    loudness = Loudness.of(reference, mask)
    trials = segment.trials or spoken_trials(mask, rate)
    spoken = [(trial, part) for trial in trials if (part := _spoken(trial, mask)) is not None]
    parts = [part for _, part in spoken]
    segment = replace(segment, decoded=segment.decoded | task_rows(reference, mask, parts, rate))
    unit = units(len(reference), trials, rate)
    weights = draw_weights(int(unit[-1]) + 1, settings.bootstrap, rng)
    blocks = sound_blocks(mask, rate, settings.sound_s) if segment.recorded is not None else []
    block_weights = draw_weights(max(1, len(blocks)), settings.bootstrap, rng)
    names = list(segment.decoded)
    if blocks and vocode is not None and not segment.sounds:
        names.append(RECORDED)
    decoders = {}
    for name in names:
        row = DecoderScores({})
        if name != RECORDED:
            row = _mel_scores(segment, segment.decoded[name], mask, loudness, trials, parts, unit, weights)
            row = DecoderScores(row.measures) if name in UNHEARD else row
        if blocks and name not in UNHEARD and (vocode is not None or name in segment.sounds):
            row.measures.update(_sound_scores(segment, name, vocode, blocks, block_weights))
        decoders[name] = row
    main = next(iter(segment.decoded.values()))
    listened = replace(segment, decoded=segment.decoded | {OWN_LOUDNESS: own_loudness(main)})
    heard = [name for name in names if name not in (MEAN, *UNHEARD)]  # one sound for every word is none
    words = listen_to_words(
        spoken if segment.trials else [],
        {name: listened.decoded.get(name, reference) for name in (*heard, OWN_LOUDNESS)},
        reference,
        segment.vocabulary,
        settings.recogniser if blocks else NONE,
        None if vocode is None else lambda name, first, stop: listened.sound(name, first, stop, vocode),
        0 if segment.recorded is None else round(len(segment.recorded) / len(mask) * rate),
    )
    chance = {SHIFT: circular_shift(main, reference, mask, rate, settings.shifts, rng, loudness)}
    if segment.shuffled:
        draws = [simple_scores(mel, reference, mask, rate, loudness) for mel in segment.shuffled]
        chance[SHUFFLE] = {measure: np.array([draw[measure] for draw in draws]) for measure in NULL_MEASURES}
    around = lag_correlations(main, reference)
    excerpt = _excerpt(mask, rate)
    return SegmentScores(
        name=segment.name,
        frame_rate=rate,
        seconds=len(mask) / rate,
        speech_seconds=float(mask.sum() / rate),
        sound_seconds=float(sum(b - a for a, b in blocks) / rate),
        trials_by="markers" if segment.trials else "pauses",
        n_trials=len(trials),
        decoders=decoders,
        chance=chance,
        lag=_lag_curve(around, rate),
        lag_chance=lag_chance(around, round(LAG_S * rate), rate),
        variation=_variation(main, reference),
        words=words,
        trials=[_trial_scores(t, main, reference, mask, rate) for t in trials],
        excerpt_s=excerpt.start / rate,
        excerpts={
            name: mel[excerpt].astype(np.float32)
            for name, mel in {RECORDED: reference, **segment.decoded}.items()
            if name not in UNHEARD
        },
        swaps=swaps(main, reference, mask, parts, settings.shifts, np.random.default_rng([seed, 4])),
        loudness=loudness_alone(
            {n: segment.decoded[n] for n in (LOUDNESS, LOUDNESS_STEPS) if n in segment.decoded},
            reference,
            mask,
            loudness,
        ),
        speech_mask=mask_scores(main, reference),
        r_near=_r_near(around, main, reference, mask, rate),
        trained_words=list(segment.trained_words),
        gate={} if segment.gate is None else gate_counts(segment.gate, mask, rate),
        gate_chance=[gate_counts(moved, mask, rate) for moved in segment.gate_shuffled],
        gate_shifts=gate_shifts(segment.gate, mask, chance[SHIFT]["shift"]),
        sureness={} if segment.sureness is None else sureness_counts(segment.sureness, mask, rate),
    )


def _mel_scores(
    segment: Segment,
    decoded: np.ndarray,
    mask: np.ndarray,
    loudness: Loudness,
    trials: tuple[Trial, ...],
    spoken: Sequence[Trial],
    unit: np.ndarray,
    weights: np.ndarray,
) -> DecoderScores:
    """Scores of one decoded mel; ``spoken`` are the trials from their first spoken frame to their last."""
    reference, rate = segment.reference, segment.frame_rate
    windows, middles = window_correlations(decoded, reference, mask, rate)
    warped = np.array([warped_distortion(decoded[t.first : t.stop], reference[t.first : t.stop]) for t in spoken])
    frames = np.array([t.stop - t.first for t in spoken], int)
    trial_unit = unit[np.array([min((t.first + t.stop) // 2, len(unit) - 1) for t in spoken], int)]
    values = simple_scores(decoded, reference, mask, rate, loudness)
    left, wanted = loudness.off(decoded[mask]), loudness.off(reference[mask])
    values["mcd_warped_db"] = float(np.average(warped, weights=frames)) if len(spoken) else float("nan")
    n_speech = int(mask.sum())
    counted = (len(mask), n_speech, n_speech, len(windows), n_speech, int(frames.sum()))
    sizes = dict(zip(MEL_MEASURES, counted, strict=True))
    samples = {}
    if weights.shape[1] >= LEAST_UNITS:
        distortion = frame_distortion(decoded[mask], reference[mask])
        samples = {
            "r": bootstrap_correlation(decoded, reference, np.ones(len(mask), bool), unit, weights),
            "r_speech": bootstrap_correlation(decoded, reference, mask, unit, weights),
            "r_partial": bootstrap_correlation(left, wanted, np.ones(n_speech, bool), unit[mask], weights),
            "r_windows": bootstrap_mean(windows, unit[middles], weights),
            "mcd_db": bootstrap_mean(distortion, unit[mask], weights),
            "mcd_warped_db": bootstrap_mean(warped, trial_unit, weights, frames),
        }
    return DecoderScores(
        {m: Measured(values[m], sizes[m], samples.get(m, np.zeros(0)), weights.shape[1]) for m in MEL_MEASURES},
        {
            "r": pearson_per_bin(decoded, reference),
            "r_speech": pearson_per_bin(decoded, reference, mask),
            "r_partial": pearson_per_bin(left, wanted),
        },
        detection(decoded, mask, trials, own_threshold(reference), rate),
    )


def _sound_scores(
    segment: Segment, name: str, vocode: Vocode | None, blocks: Sequence[tuple[int, int]], weights: np.ndarray
) -> dict[str, Measured]:
    """STOI, ESTOI and PESQ over ``blocks`` (first frame, frame after the last)."""
    scores = [
        score_sound(segment.sound(RECORDED_SOUND, *block, vocode), segment.sound(name, *block, vocode))
        for block in blocks
    ]
    measures = {}
    for measure in SOUND_MEASURES:
        values = np.array([score[measure] for score in scores])
        good = np.isfinite(values)
        samples = np.zeros(0)
        if good.sum() >= LEAST_UNITS:
            samples = bootstrap_mean(values[good], np.flatnonzero(good), weights)
        value = float(values[good].mean()) if good.any() else float("nan")
        measures[measure] = Measured(value, len(blocks), samples, int(good.sum()))
    return measures


def _trial_scores(
    trial: Trial, decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray, rate: float
) -> dict[str, Any]:
    x, y, m = (a[trial.first : trial.stop] for a in (decoded, reference, mask))
    span = _span(m)
    return {
        "label": trial.label,
        "start_s": trial.first / rate,
        "end_s": trial.stop / rate,
        "r": mean_correlation(x, y),
        "r_speech": mean_correlation(x, y, m),
        "mcd_db": mel_cepstral_distortion(x, y, m),
        "mcd_warped_db": warped_distortion(x[span], y[span]),
    }


def _span(mask: np.ndarray) -> slice:
    """From the first spoken frame to the last."""
    frames = np.flatnonzero(mask)
    return slice(int(frames[0]), int(frames[-1]) + 1) if len(frames) else slice(0, 0)


def _spoken(trial: Trial, mask: np.ndarray) -> Trial | None:
    """The trial from its first spoken frame to its last, or None where nothing was spoken."""
    span = _span(mask[trial.first : trial.stop])
    if span.stop == 0:
        return None
    return Trial(trial.first + span.start, trial.first + span.stop, trial.label)


def _variation(decoded: np.ndarray, reference: np.ndarray) -> float:
    return float(decoded.std(0, dtype=np.float64).mean() / max(reference.std(0, dtype=np.float64).mean(), 1e-12))


def _lag_curve(around: np.ndarray, rate: float) -> np.ndarray:
    most = round(LAG_S * rate)
    reach = min(most, (len(around) - 1) // 2)
    curve = np.full(2 * most + 1, np.nan)
    curve[most - reach : most + reach + 1] = np.roll(around, reach)[: 2 * reach + 1]
    return curve


def _r_near(around: np.ndarray, decoded: np.ndarray, reference: np.ndarray, mask: np.ndarray, rate: float) -> float:
    shifts = np.arange(-round(NEAR_S * rate), round(NEAR_S * rate) + 1)
    near = around[shifts % len(around)]
    if not np.isfinite(near).any():
        return float("nan")
    return mean_correlation(np.roll(decoded, int(shifts[np.nanargmax(near)]), 0), reference, mask)


def _excerpt(mask: np.ndarray, rate: float) -> slice:
    """The eight seconds with most speech, for a picture."""
    n = round(EXCERPT_S * rate)
    if len(mask) <= n:
        return slice(0, len(mask))
    spoken = np.concatenate([[0], np.cumsum(mask)])
    first = int(np.argmax(spoken[n:] - spoken[:-n]))
    return slice(first, first + n)
