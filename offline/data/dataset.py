"""Recordings as the decoder sees them: z-scored feature frames and target mel frames, cut into guarded parts.

Features come from the same operators as live, target mel from the same log-mel. Statistics come from the training
parts only. Where recordings are of several days, the last one is what a decoder is for: each day has statistics of its
own, all of the days before is learnt, and what chooses and what is scored is of the last one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from bk_realtime.bands import POWER, Band
from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import InputError
from bk_realtime.features import build_features, fit_statistics, run_features
from bk_realtime.features.normalise import ZScore
from bk_realtime.features.reference import reference_labels
from bk_realtime.vocoder.mel import log_mel
from offline.data.contamination import Contamination, cannot_tell
from offline.data.day_moves import day_moves
from offline.data.fingerprint import Fingerprint
from offline.data.processed import ProcessedRecording
from offline.data.split import Part, Split, SplitSettings, learnt_whole, split_frames
from offline.data.spoken_split import with_speech
from offline.io.recording import Recording

GIVEN_REACH_S = 1.0
"""Seconds of signal before and after a given feature that are assumed to have gone into it: enough for the windows,
zero-phase filters and stacked context of usual features, not for a z-score or filter over the whole recording."""
LEAST_PIECE_S = 2.0
"""Seconds between two trials marked as bad that are still learnt from: as long as a training segment."""


@dataclass(frozen=True, eq=False)
class Corpus:
    """Sessions with statistics, targets and parts.

    Attributes
    ----------
    features : per session (n, n_features) float32, z-scored.
    mel : per session (n, n_mels) float32 natural-log mel; row t is the sound ``lead_ms`` after frame t. Of a day before
        the last one, moved to the mean spectrum that the last one's speech has.
    splits : per session, in rows of the two.
    first : per session, frame index of row 0 in the recording.
    mean, std : (n_features,) statistics of the training rows, of several days those of the last one.
    z_score : the operator that scored the last day's features, with these statistics.
    n_contacts : features of one band under one reference: features that are so many apart are of one contact.
    days : per session, the day that it is of; empty where all count as one.
    unmoved : days before the last one whose mel is as it was recorded, since speech cannot be told from silence there
        or on the last day.
    elsewhere : sessions whose validation part was moved to where somebody speaks.
    moves : per session (n_mels,), by how much its mel was moved, 0 of the last day's; empty where all count as one.
    layers : whether networks see each day before through an input layer of its own.
    contamination : what the audit says of the channels.
    fingerprints : per session, its content; empty where nobody asked.
    words : per session, :func:`offline.data.heard.words_kept` of its training part; empty where nobody asked.
    untold : of which of several recordings nobody can tell whether it stands in another one, in words.
    """

    sessions: tuple[ProcessedRecording, ...]
    labels: tuple[str, ...]
    sfreq: Fraction
    frame_rate: Fraction
    lead_ms: float
    features: tuple[np.ndarray, ...]
    mel: tuple[np.ndarray, ...]
    splits: tuple[Split, ...]
    first: tuple[int, ...]
    mean: np.ndarray
    std: np.ndarray
    z_score: ZScore | None = None
    n_contacts: int = 0
    days: tuple[int, ...] = ()
    unmoved: tuple[int, ...] = ()
    moves: tuple[np.ndarray, ...] = ()
    elsewhere: tuple[int, ...] = ()
    layers: bool = True
    contamination: Contamination = field(default_factory=lambda: cannot_tell("not audited"))
    fingerprints: tuple[Fingerprint, ...] = ()
    words: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    def segments(self, part: str) -> list[tuple[np.ndarray, np.ndarray]]:
        """Contiguous (features, mel) of ``training``, ``validation`` or ``test``, over all sessions."""
        return [
            (x[a:b], y[a:b])
            for x, y, split in zip(self.features, self.mel, self.splits, strict=True)
            for a, b in split.ranges(part)
        ]

    @property
    def days_before(self) -> tuple[int, ...]:
        """Days but the last one, in the order of the sessions."""
        return tuple(day for day in dict.fromkeys(self.days) if day != self.days[-1])

    def segment_days(self, part: str) -> tuple[int, ...]:
        """For each of :meth:`segments`: 0 for the last day, else the place of its day in :attr:`days_before`, from 1
        on."""
        place = {day: i for i, day in enumerate(self.days_before, 1)}
        days = self.days or (0,) * len(self.splits)
        return tuple(
            place.get(day, 0) for day, split in zip(days, self.splits, strict=True) for _ in split.ranges(part)
        )

    def segment_sessions(self, part: str) -> tuple[int, ...]:
        """For each of :meth:`segments` the place of its session."""
        return tuple(i for i, split in enumerate(self.splits) for _ in split.ranges(part))

    def seconds(self, part: str) -> float:
        """Length of a part over all sessions."""
        return float(sum(len(x) for x, _ in self.segments(part)) / self.frame_rate)


def common_labels(
    recordings: Sequence[Recording], wanted: Sequence[str] = (), exclude: Sequence[str] = ()
) -> tuple[str, ...]:
    """Channels to train on: those of the first recording (or ``wanted``) that every recording has, none of them listed
    as bad or excluded.

    Raises
    ------
    InputError
        A wanted or excluded channel does not exist, or none is left.
    """
    everywhere = set.intersection(*(set(r.labels) for r in recordings))
    for label in (*wanted, *exclude):
        if label not in everywhere:
            raise InputError(
                f"channel {label!r} is not in every recording; expected one of {', '.join(sorted(everywhere)[:12])} …"
            )
    bad = {label for r in recordings for label in r.bad} | set(exclude)
    labels = tuple(x for x in (wanted or recordings[0].labels) if x in everywhere and x not in bad)
    if not labels:
        raise InputError("channels: expected at least one good channel common to all recordings, got none")
    return labels


def build_corpus(
    sessions: Sequence[ProcessedRecording],
    features: FeatureSettings,
    mel: MelSettings,
    labels: Sequence[str],
    sfreq: Fraction,
    split: SplitSettings | None = None,
    splits: Sequence[Split] | None = None,
    lead_ms: float = 0.0,
    reach_s: float = 0.0,
    days: Sequence[int] = (),
    spoken: bool = False,
) -> Corpus:
    """Targets, parts, statistics and z-scores.

    Parameters
    ----------
    split : shares of a contiguous three-way split; the default ones if neither it nor ``splits`` is given.
    splits : ready splits instead, one a session (folds).
    lead_ms : row t of the target is the sound this much after frame t (negative: before).
    reach_s : receptive field of the model in seconds, for the guard.
    days : the day that each session is of; those of other days than the last session's are learnt as a whole.
    spoken : whether a validation part in which nobody speaks is moved to where somebody does
        (:func:`~offline.data.spoken_split.with_speech`); ready splits stay.
    """
    clock = FrameClock(sfreq, mel.sample_rate, mel.hop_length)
    rows = [target_rows(session, mel, lead_ms) for session in sessions]
    each = tuple(days) or (0,) * len(sessions)
    mels = [target_mel(s.audio, mel, lead_ms)[a:b] for s, (a, b) in zip(sessions, rows, strict=True)]
    settings, ready = split or SplitSettings(), splits is not None
    if splits is None:
        reach_s += feature_reach_s(features, mel) + abs(lead_ms) / 1000.0
        splits = [
            split_frames(b - a, settings, clock.frame_rate, reach_s) if day == each[-1] else learnt_whole(b - a)
            for (a, b), day in zip(rows, each, strict=True)
        ]
    splits = [_without_bad(cut, s, a, mel, lead_ms) for s, (a, _), cut in zip(sessions, rows, splits, strict=True)]
    for part in ("training", "validation", "test"):
        for wanted in dict.fromkeys(each if part == "training" else each[-1:]):
            if not any(cut.ranges(part) for cut, day in zip(splits, each, strict=True) if day == wanted):
                of = f" of day {wanted}" if days else ""
                raise InputError(
                    f"every trial of the {part} part{of} is marked bad: nothing is left of it; record more"
                )
    cuts = tuple(splits)
    if spoken and not ready:
        splits = with_speech(splits, mels, math.ceil(settings.min_part_s * clock.frame_rate))
    statistics = {}
    for wanted in dict.fromkeys(each):
        training = [
            session.log_power[a + start : a + stop]
            for session, (a, _), cut, day in zip(sessions, rows, splits, each, strict=True)
            for start, stop in cut.ranges("training")
            if day == wanted
        ]
        statistics[wanted] = fit_statistics(np.concatenate(training))
    scores: dict[int, ZScore] = {}
    for day, known in statistics.items():
        z_score = build_features(features, mel, labels, labels, sfreq, *known)[-1]
        assert isinstance(z_score, ZScore)
        scores[day] = z_score
    z = [
        run_features([scores[day]], s.log_power)[a:b].astype(np.float32)
        for s, (a, b), day in zip(sessions, rows, each, strict=True)
    ]
    moves, unmoved = day_moves(mels, splits, days)
    return Corpus(
        sessions=tuple(sessions),
        labels=tuple(labels),
        sfreq=clock.sfreq,
        frame_rate=clock.frame_rate,
        lead_ms=lead_ms,
        features=tuple(z),
        mel=tuple(y + move for y, move in zip(mels, moves, strict=True)) if days else tuple(mels),
        splits=tuple(splits),
        first=tuple(a for a, _ in rows),
        mean=statistics[each[-1]][0],
        std=statistics[each[-1]][1],
        z_score=scores[each[-1]],
        n_contacts=len(reference_labels(features.reference, labels)),
        days=tuple(days),
        unmoved=unmoved,
        elsewhere=tuple(i for i, (was, now) in enumerate(zip(cuts, splits, strict=True)) if was != now),
        moves=moves,
    )


def bad_rows(session: ProcessedRecording, first: int, mel: MelSettings, lead_ms: float) -> tuple[Part, ...]:
    """Rows, counted from frame ``first``, whose signal or target lies in a trial that is marked as bad, or where the
    sound was lost."""
    shift = lead_samples(lead_ms, mel) / mel.hop_length
    before, after = math.ceil(max(0.0, shift)), math.ceil(max(0.0, -shift))
    return tuple((max(0, a - before - first), b + after - first) for a, b in session.bad if b + after > first)


def _without_bad(split: Split, session: ProcessedRecording, first: int, mel: MelSettings, lead_ms: float) -> Split:
    shortest = math.ceil(LEAST_PIECE_S * mel.frame_rate)
    return replace(split, left_out=bad_rows(session, first, mel, lead_ms), shortest=shortest)


def target_mel(audio: np.ndarray, mel: MelSettings, lead_ms: float = 0.0) -> np.ndarray:
    """Log-mel of ``audio`` moved ``lead_ms`` earlier, to the nearest audio sample: (n_frames, n_mels) float32.

    Rows whose sound lies outside ``audio`` are silence.
    """
    rows, rest = divmod(lead_samples(lead_ms, mel), mel.hop_length)
    moved = log_mel(np.concatenate([audio[rest:], np.zeros(min(rest, len(audio)), audio.dtype)]), mel)
    n = len(moved)
    out = np.full_like(moved, math.log(mel.floor))
    kept = slice(max(0, -rows), min(n, n - rows))
    out[kept] = moved[kept.start + rows : kept.stop + rows]
    return out


def lead_samples(lead_ms: float, mel: MelSettings) -> int:
    """``lead_ms`` in whole audio samples."""
    return round(lead_ms * mel.sample_rate / 1000.0)


def lead_rows(lead_ms: float, mel: MelSettings) -> int:
    """Frames by which the target's rows lie behind the recording's."""
    return round(lead_samples(lead_ms, mel) / mel.hop_length)


def feature_reach_s(features: FeatureSettings, mel: MelSettings) -> float:
    """Seconds of signal behind one feature frame and one mel frame: power window, filter ringing, mel window. Of given
    features it is assumed: :data:`GIVEN_REACH_S` either side and the frame that they are averaged over."""
    if features.kind == "given":
        return 2 * GIVEN_REACH_S + (mel.hop_length + mel.win_length) / mel.sample_rate
    ringing = 4.0 / max(1.0, features.band[1] - features.band[0])
    reaches = [features.window_s + ringing, *(_band_reach_s(band, features.window_s, mel) for band in features.beside)]
    return max(reaches) + mel.win_length / mel.sample_rate


def _band_reach_s(band: Band, window_s: float, mel: MelSettings) -> float:
    """Seconds of signal behind one frame of a band beside the main one. A lower edge of order 2 rings with 0.23 / edge
    seconds (its poles lie at 45 degrees): over five of these count, at 0.5 Hz 2.4 s."""
    low, high = band.edges
    over = band.window_s(window_s) if band.kind == POWER else mel.hop_length / mel.sample_rate
    return max(4.0 / (high - low), 1.2 / low) + over


def target_rows(session: ProcessedRecording, mel: MelSettings, lead_ms: float) -> Part:
    """First frame that has both features and a target, and the frame after the last one."""
    shift = lead_samples(lead_ms, mel) / mel.hop_length
    n_frames = min(len(session.log_power), len(session.audio) // mel.hop_length)
    start = max(0, math.ceil(session.audio_frames[0] - shift))
    stop = min(n_frames, math.floor(min(session.audio_frames[1], n_frames) - shift))
    if stop <= start:
        raise InputError(f"{session.name}: neural data and audio do not overlap; expected one time axis for both")
    return start, stop
