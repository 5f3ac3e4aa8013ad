"""What is scored and what comes of it: one contiguous segment, its decoders, their measures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from offline.data.trials import Trial
from offline.evaluation.words import RECORDED_SOUND, SegmentWords
from offline.scoring.sound import SOUND_MEASURES

MEL_MEASURES = ("r", "r_speech", "r_partial", "r_windows", "mcd_db", "mcd_warped_db")
MEASURES = (*MEL_MEASURES, *SOUND_MEASURES)
NULL_MEASURES = ("r", "r_speech", "r_partial", "r_windows", "mcd_db")
RECORDED = "recorded mel, vocoded"
"""The best that this vocoder could make of a perfect decoder."""
SHIFT, SHUFFLE = "circular shift", "shuffled brain"
Vocode = Callable[[np.ndarray], np.ndarray]
"""(n, n_mels) log-mel -> (n * hop,) sound."""


@dataclass(frozen=True, eq=False)
class Segment:
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
    signal : how its brain stands to that of the training (:func:`offline.evaluation.diagnosis.signal_level`).
    trained_words : words that were said in what its decoder was trained on; empty where that is not known.
    gate : (T,) bool, where the speech gate is open; None without one.
    gate_shuffled : the same of the shuffled brain, one a draw.
    sureness : (T, 9) of :func:`offline.scoring.sureness.sureness_rows`; None where the decoder cannot tell.
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
    signal: dict[str, float] = field(default_factory=dict)
    trained_words: tuple[str, ...] = ()
    gate: np.ndarray | None = None
    gate_shuffled: tuple[np.ndarray, ...] = ()
    sureness: np.ndarray | None = None

    def sound(self, name: str, first: int, stop: int, vocode: Vocode | None) -> np.ndarray:
        """Sound of frames ``first`` to ``stop`` (not included): recorded, given, or vocoded."""
        assert self.recorded is not None
        hop = len(self.recorded) // len(self.reference)
        known = self.recorded if name == RECORDED_SOUND else self.sounds.get(name)
        if known is not None:
            return known[first * hop : stop * hop]
        assert vocode is not None
        return vocode(self.decoded.get(name, self.reference)[first:stop])


@dataclass(frozen=True, eq=False)
class Measured:
    """One measure of one decoder.

    Attributes
    ----------
    size : frames (windows, pieces of sound) that it was taken on.
    samples : (n_draws,) bootstrap samples, the same draw in the same place for every decoder; empty where there is too
        little to draw from.
    n_units : trials, blocks or pieces of sound that they are drawn from.
    """

    value: float
    size: int
    samples: np.ndarray
    n_units: int = 0


@dataclass(frozen=True, eq=False)
class DecoderScores:
    """One row of a card.

    Attributes
    ----------
    measures : by name, those that were taken.
    per_bin : ``r``, ``r_speech`` and ``r_partial`` -> (n_mels,); empty for :data:`RECORDED`, of which only the
        sound is scored.
    detection : counts of :func:`offline.scoring.measures.detection`; empty for :data:`RECORDED`.
    """

    measures: dict[str, Measured]
    per_bin: dict[str, np.ndarray] = field(default_factory=dict)
    detection: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class SegmentScores:
    """Everything that a card and its figures need of one segment.

    Attributes
    ----------
    decoders : rows of the card; the first one is the decoder in question.
    chance : kind of chance -> measure -> (n_draws,).
    lag : (2 * n + 1,) correlation with the decoded mel delayed by -5 to 5 s; NaN where the segment is too short.
    lag_chance : (n_pieces, n_lags) the same where the decoded mel does not belong, in pieces of a second.
    r_near : r inside speech with the decoded mel moved by up to 100 ms, where r is largest.
    variation : deviation of the decoded trajectories over that of the recorded ones, both over time.
    trials : label, times and scores of each.
    swaps : what is swapped -> :func:`offline.evaluation.task.swaps`.
    loudness : name of what knows the level alone -> its ``r_partial``; empty without a loudness oracle.
    speech_mask : :func:`offline.evaluation.generalised.mask_scores`.
    trained_words : words that were said in what it was trained on; empty where that is not known.
    gate : counts of :func:`offline.scoring.speech_gate.gate_counts`; empty without a speech gate.
    gate_chance : the same on the shuffled brain, one a draw.
    gate_shifts : frames of speech let out and of silence kept back at the circular shifts of ``chance``, (n_draws, 2).
    sureness : :func:`offline.scoring.sureness.sureness_counts`; empty where the decoder cannot tell how sure it is.
    excerpts : log-mel of the seconds with most speech, from ``excerpt_s`` on; :data:`RECORDED` is the recorded one.
    """

    name: str
    frame_rate: float
    seconds: float
    speech_seconds: float
    sound_seconds: float
    trials_by: str
    n_trials: int
    decoders: dict[str, DecoderScores]
    chance: dict[str, dict[str, np.ndarray]]
    lag: np.ndarray
    lag_chance: np.ndarray
    variation: float
    words: SegmentWords
    trials: list[dict[str, Any]]
    excerpt_s: float
    excerpts: dict[str, np.ndarray]
    swaps: dict[str, dict[str, Any]] = field(default_factory=dict)
    loudness: dict[str, float] = field(default_factory=dict)
    speech_mask: dict[str, float] = field(default_factory=dict)
    r_near: float = float("nan")
    trained_words: list[str] = field(default_factory=list)
    gate: dict[str, float] = field(default_factory=dict)
    gate_chance: list[dict[str, float]] = field(default_factory=list)
    gate_shifts: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))
    sureness: dict[str, np.ndarray] = field(default_factory=dict)
