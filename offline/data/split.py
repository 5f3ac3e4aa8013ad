"""Contiguous training, validation and test parts with a guard gap between any two of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bk_realtime.errors import InputError, OptionError

Part = tuple[int, int]
"""First frame and the frame after the last."""


@dataclass(frozen=True)
class SplitSettings:
    """How recordings are cut. Every recording gives its own three parts."""

    validation: float = 0.15
    """Share of each recording that chooses penalties, stopping and checkpoints."""
    test: float = 0.15
    """Share of each recording, at its end, that is scored and touched by nothing else."""
    guard_s: float = 2.0
    """Seconds left out between parts; raised to what the model sees where that is longer."""
    min_part_s: float = 5.0
    """Shortest part in seconds that is still worth scoring."""


@dataclass(frozen=True)
class Split:
    """Frame ranges of one recording; training may be two pieces around a fold. What lies in ``left_out`` (trials marked
    as bad) is in no part."""

    training: tuple[Part, ...]
    validation: Part
    test: Part
    left_out: tuple[Part, ...] = ()
    shortest: int = 0
    """Frames that a piece between two of these must have."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """All ranges in order of time."""
        return tuple(sorted((*self.training, self.validation, self.test)))

    @property
    def whole(self) -> bool:
        """Whether nothing of it chooses and nothing is scored: a recording of a day before the last one."""
        return self.validation[0] == self.validation[1] and self.test[0] == self.test[1]

    def ranges(self, part: str) -> tuple[Part, ...]:
        """Ranges of ``training``, ``validation`` or ``test``, without what is left out."""
        whole = {"training": self.training, "validation": (self.validation,), "test": (self.test,)}[part]
        there = (one for one in whole if one[1] > one[0])
        return tuple(piece for one in there for piece in without(one, self.left_out, self.shortest))


def learnt_whole(n_frames: int) -> Split:
    """A recording of which nothing chooses and nothing is scored."""
    nothing = (n_frames, n_frames)
    return Split(((0, n_frames),), nothing, nothing)


def without(part: Part, left_out: Sequence[Part], shortest: int = 0) -> tuple[Part, ...]:
    """What is left of a part in frames; pieces of fewer than ``shortest`` frames are left out too."""
    if not left_out:
        return (part,)
    pieces, at = [], part[0]
    for first, stop in sorted(left_out):
        pieces.append((at, min(first, part[1])))
        at = max(at, stop)
    pieces.append((at, part[1]))
    return tuple((a, b) for a, b in pieces if b - a > 0 and b - a >= shortest)


def guard_frames(settings: SplitSettings, frame_rate: Fraction, reach_s: float) -> int:
    """Frames between parts: the guard, or what one output depends on (``reach_s``) where that is longer."""
    if settings.guard_s < 0:
        raise OptionError(f"guard: expected seconds of at least 0, got {settings.guard_s:g}")
    return math.ceil(max(settings.guard_s, reach_s) * frame_rate)


def split_frames(n_frames: int, settings: SplitSettings, frame_rate: Fraction, reach_s: float = 0.0) -> Split:
    """Training first, then validation, then test, in the order of recording, with guards between.

    Parameters
    ----------
    n_frames : length of the recording in frames.
    settings : shares and guard.
    frame_rate : frames per second.
    reach_s : receptive field of features and model and the lead, in seconds.

    Raises
    ------
    OptionError, InputError
        A share outside 0 … 1, or a recording too short for three parts.
    """
    for name in ("validation", "test"):
        if not 0.0 < getattr(settings, name) < 0.9:
            raise OptionError(f"{name}: expected a share between 0 and 0.9, got {getattr(settings, name):g}")
    if settings.validation + settings.test >= 0.95:
        raise OptionError("validation and test: expected shares that leave some training data; lower one of them")
    guard = guard_frames(settings, frame_rate, reach_s)
    usable = n_frames - 2 * guard
    n_test, n_validation = int(usable * settings.test), int(usable * settings.validation)
    n_training = usable - n_test - n_validation
    _check_length(n_frames, (n_training, n_validation, n_test), settings, frame_rate, guard)
    first = n_training + guard
    second = first + n_validation + guard
    return Split(((0, n_training),), (first, first + n_validation), (second, n_frames))


def fold_splits(
    n_frames: int, n_folds: int, settings: SplitSettings, frame_rate: Fraction, reach_s: float = 0.0
) -> list[Split]:
    """Cross-validation: ``n_folds`` contiguous test parts that tile the recording, each with its own validation part
    taken from the end of the longer training piece, guards everywhere.

    Raises
    ------
    OptionError, InputError
        Fewer than two folds, or a recording too short for them.
    """
    if n_folds < 2:
        raise OptionError(f"folds: expected at least 2, got {n_folds}")
    guard = guard_frames(settings, frame_rate, reach_s)
    splits = []
    for k in range(n_folds):
        start, stop = n_frames * k // n_folds, n_frames * (k + 1) // n_folds
        pieces = [p for p in ((0, start - guard), (stop + guard, n_frames)) if p[1] > p[0]]
        longest = max(pieces, key=lambda p: p[1] - p[0], default=(0, 0))
        n_validation = int(sum(b - a for a, b in pieces) * settings.validation / (1.0 - settings.test))
        validation = longest[1] - n_validation, longest[1]
        rest = longest[0], validation[0] - guard
        training = tuple(sorted([p for p in pieces if p != longest] + [rest]))
        lengths = (sum(b - a for a, b in training), n_validation, stop - start)
        if rest[1] <= rest[0]:
            lengths = (0, *lengths[1:])
        _check_length(n_frames, lengths, settings, frame_rate, guard)
        splits.append(Split(training, validation, (start, stop)))
    return splits


def _check_length(
    n_frames: int, lengths: Sequence[int], settings: SplitSettings, frame_rate: Fraction, guard: int
) -> None:
    shortest = math.ceil(settings.min_part_s * frame_rate)
    if min(lengths) < shortest:
        got = ", ".join(f"{max(0.0, float(n / frame_rate)):.1f}" for n in lengths)
        raise InputError(
            f"recording of {float(n_frames / frame_rate):.0f} s: expected at least {settings.min_part_s:g} s in each "
            f"of training, validation and test with gaps of {float(guard / frame_rate):.1f} s between, got {got} s; "
            "record longer or lower the guard (split.guard_s)"
        )
