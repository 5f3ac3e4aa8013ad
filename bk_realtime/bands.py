"""Bands beside high gamma, and references beside the one that is asked for: their names, and in which order they stand.

A band is written as one word, ``name:low-high:kind``, on the command line and in a bundle alike; a name that is known
here may stand alone, and is written out, so that a bundle goes on to mean what it was trained with. Features of the
main reference come first, band after band; then those of each further one, in the same order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bk_realtime.errors import OptionError

POWER, SIGNAL = "power", "signal"
KNOWN = {"low": f"low:0.5-30:{SIGNAL}", "beta": f"beta:12-30:{POWER}"}
"""Low frequency with amplitude and sign; beta."""
MAIN = "high gamma"
MOST = 8
PER_CHANNEL = ("none", "average", "shaft")
"""References whose features are one a channel: only these stand side by side."""
_NAME = "[a-z][a-z0-9]{0,11}"
_WORD = re.compile(rf"({_NAME}):([0-9.]{{1,12}})-([0-9.]{{1,12}}):(power|signal)")
_CYCLES = 2.0
_TOP_OF_SIGNAL_HZ = 40.0


@dataclass(frozen=True)
class Band:
    """A band beside the main one.

    Attributes
    ----------
    name : stands behind the channel in a feature's label, ``A1_low``.
    edges : Hz.
    kind : ``power`` (log power) or ``signal`` (the filtered signal itself, µV with its sign, mean over each frame).
    """

    name: str
    edges: tuple[float, float]
    kind: str

    @property
    def word(self) -> str:
        """As it is written."""
        return f"{self.name}:{self.edges[0]:g}-{self.edges[1]:g}:{self.kind}"

    def window_s(self, least: float) -> float:
        """Seconds of a power window: two cycles of the lower edge, or ``least`` where that is longer. A shorter one
        would tell where in its cycle the wave is, not how large."""
        return max(least, _CYCLES / self.edges[0])


def parse_band(word: str) -> Band:
    """The band that a word means.

    Raises
    ------
    OptionError
        No such word, edges in the wrong order, or a signal that has no room in frames of 86 a second.

    Examples
    --------
    >>> parse_band("beta").word
    'beta:12-30:power'
    """
    found = _WORD.fullmatch(KNOWN.get(word, word))
    try:
        edges = (_said(found[2]), _said(found[3])) if found else (0.0, 0.0)
    except ValueError:
        edges = (0.0, 0.0)
    if not found or not 0.01 <= edges[0] < edges[1] <= 100_000:
        raise OptionError(
            f"more_bands {word!r}: expected {' or '.join(KNOWN)}, or name:low-high:kind such as {KNOWN['low']}, with "
            f"small letters, 0.01 <= low < high in Hz, and a kind of {POWER} or {SIGNAL}"
        )
    if found[4] == SIGNAL and edges[1] > _TOP_OF_SIGNAL_HZ:
        raise OptionError(
            f"more_bands {word!r}: expected a signal up to {_TOP_OF_SIGNAL_HZ:g} Hz, 86 frames a second hold no more; "
            f"take its {POWER}"
        )
    return Band(found[1], edges, found[4])


def _said(number: str) -> float:
    """As :attr:`Band.word` writes it: what a bundle keeps is what was trained with."""
    return float(f"{float(number):g}")


def parse_bands(words: Sequence[str]) -> tuple[Band, ...]:
    """All of them, in order.

    Raises
    ------
    OptionError
        As :func:`parse_band`; a name twice, or too many.
    """
    bands = tuple(parse_band(word) for word in words)
    twice = [name for name, n in Counter(band.name for band in bands).items() if n > 1]
    if twice:
        raise OptionError(f"more_bands: expected every name once, got {twice[0]} more than once; call one otherwise")
    if len(bands) > MOST:
        raise OptionError(f"more_bands: expected at most {MOST} bands, got {len(bands)}")
    return bands


def banded(label: str, band: Band) -> str:
    """Label of the feature that is this band of what ``label`` names."""
    return f"{label}_{band.name}"


def parse_references(more: Sequence[str], main: str, bands: Sequence[Band]) -> tuple[str, ...]:
    """References beside ``main``, in order.

    Raises
    ------
    OptionError
        None of :data:`PER_CHANNEL`, one twice, or a band of that name.
    """
    every = (main, *more)
    strange = [name for name in every if name not in PER_CHANNEL]
    if more and strange:
        raise OptionError(
            f"more_references {' '.join(more)}, beside {main}: expected {', '.join(PER_CHANNEL)}, whose features are "
            f"one a channel, got {strange[0]!r}"
        )
    twice = [name for name, n in Counter(every).items() if n > 1]
    if twice:
        raise OptionError(f"more_references: expected every reference once, {twice[0]} comes more than once")
    if also := [band.name for band in bands if band.name in more]:
        raise OptionError(
            f"more_bands: expected no band called as a reference beside it, got {also[0]}; call it otherwise"
        )
    return tuple(more)


def referenced(label: str, reference: str) -> str:
    """Label of the main band of what ``label`` names, under a reference beside the main one."""
    return f"{label}_{reference}"


def without_bands(labels: Sequence[str]) -> list[int]:
    """Positions of the features that are no further band or reference of another one among ``labels``: these stand
    behind all of the main one, each whole and in its order, so that a channel which is only called like one (``A1_2``)
    is none."""
    for blocks in range((MOST + 1) * len(PER_CHANNEL), 1, -1):
        n, rest = divmod(len(labels), blocks)
        if rest or not n:
            continue
        names = [labels[i][len(labels[0]) + 1 :] for i in range(n, len(labels), n)]
        if _is_laid_out(names) and list(labels[n:]) == [f"{label}_{name}" for name in names for label in labels[:n]]:
            return list(range(n))
    return list(range(len(labels)))


def _is_laid_out(names: Sequence[str]) -> bool:
    """Whether what stands behind the main features is named as bands, and as references with these bands each."""
    for n_references in range(1, len(PER_CHANNEL) + 1):
        per, rest = divmod(len(names) + 1, n_references)
        if rest or not per:
            continue
        bands, others = list(names[: per - 1]), list(names[per - 1 :: per])
        if not all(re.fullmatch(_NAME, band) for band in bands):
            continue
        wanted = bands + [f"{r}_{band}" if band else r for r in others for band in ("", *bands)]
        if set(others) <= set(PER_CHANNEL) and len(set(wanted)) == len(wanted) and wanted == list(names):
            return True
    return False
