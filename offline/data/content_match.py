"""Where two fingerprints hold the same content: windows of one looked for at every place of the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft

from offline.data.fingerprint import GRID_HZ, STEPS, Code

WINDOW_S, LONG_WINDOWS = 10, 12
"""Seconds that are looked for at once, and how many such windows are looked for together where few channels are left
of many."""
LEAST_S = 5.0
"""Seconds that two codes must share for a match, and that a code must have for anything to be told."""
LEAST_PLACES = 100
"""Places that the spread is taken from."""
FOUND_Z = 8.0
"""How far above the spread over all places the best one must stand; see docs/score-card.md for how often others do."""


SURE_Z = 10.0
"""How far above it a copy must be expected to stand for its absence to say anything."""


@dataclass(frozen=True)
class Place:
    """The same content: ``seconds`` from ``here_s`` on in one code stand from ``there_s`` on in the other."""

    here_s: float
    there_s: float
    seconds: float
    z: float
    agreement: float


def copy_agreement(code: Code, known: Code) -> float:
    """Agreement (0 chance, 1 equal) of a copy of as many channels as these codes are made of."""
    few, many = sorted((max(1, code.directions), max(1, known.directions)))
    return float(2 / np.pi * np.arcsin(np.sqrt(few / many)))  # of signs whose numbers have few / many in common


def can_tell(code: Code, known: Code) -> bool:
    """Whether a copy would be found: both long enough, and neither made of far fewer channels than the other."""
    seconds = min(code.seconds, known.seconds)
    n_bits = 2 * len(STEPS) * GRID_HZ * min(seconds, WINDOW_S * LONG_WINDOWS)
    return bool(seconds >= LEAST_S and copy_agreement(code, known) * np.sqrt(n_bits) >= SURE_Z)


def places(code: Code, known: Code, apart_s: float = 0.0) -> list[Place]:
    """Windows of ``code`` that stand in ``known``, in order of time; z and agreement (0 chance, 1 equal) of each.

    Parameters
    ----------
    apart_s : places nearer than this to the window's own time do not count (a recording looked for in itself).
    """
    return [place for place in windows(code, known, apart_s) if place.z >= FOUND_Z]


def windows(code: Code, known: Code, apart_s: float = 0.0) -> list[Place]:
    """The best place of every window, good or not."""
    size = WINDOW_S * GRID_HZ
    n_windows = -(-len(code.bits) // size)
    if not n_windows or not len(known.bits):
        return []
    search = _Search(known, size)
    out = []
    for first in range(0, n_windows, LONG_WINDOWS):
        group = range(first, min(n_windows, first + LONG_WINDOWS))
        # offset of the other's time against this one's, counted from -(size - 1) - start of the last window on
        n_offsets = search.n_places + size * (len(group) - 1)
        total, shared = np.zeros(n_offsets), np.zeros(n_offsets)
        own: list[Place | None] = []
        for i, index in enumerate(group):
            start = index * size
            agree, both = search.at(_planes(code, start, size))
            offset = size * (len(group) - 1 - i)
            total[offset : offset + len(agree)] += agree
            shared[offset : offset + len(agree)] += both
            own.append(_best(agree, both, start, -(size - 1) - start, apart_s))
        start = first * size
        joint = _best(total, shared, start, -(size - 1) - size * (len(group) - 1) - start, apart_s)
        best = [place for place in own if place is not None and place.z >= FOUND_Z]
        if joint is not None and joint.z >= FOUND_Z and sum(p.seconds for p in best) < joint.seconds / 2:
            out.append(joint)
        else:
            told = [place for place in own if place is not None]
            out += told if told or joint is None else [joint]
    return out


class _Search:
    """A code, ready to be searched for windows of ``size`` moments.

    ``n_places`` places: the window's first moment on ``-(size - 1)`` to the last one of the code.
    """

    def __init__(self, known: Code, size: int) -> None:
        self.n_places = len(known.bits) + size - 1
        self._n_fft = scipy.fft.next_fast_len(8 * size)
        self._step = self._n_fft - size + 1
        n_chunks = -(-self.n_places // self._step)
        planes = np.zeros((len(STEPS) + 1, n_chunks * self._step + size - 1), np.complex64)
        planes[:, size - 1 : size - 1 + len(known.bits)] = _planes(known, 0, len(known.bits))
        starts = np.arange(n_chunks)[:, None] * self._step + np.arange(self._n_fft)
        self._known = scipy.fft.fft(planes[:, starts], axis=2, overwrite_x=True)

    def at(self, window: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Bits that agree less those that do not, and moments that both have, at every place."""
        spectra = scipy.fft.fft(window, self._n_fft, axis=1).conj()[:, None]
        agree = scipy.fft.ifft((spectra[:-1] * self._known[:-1]).sum(0), axis=1)
        both = scipy.fft.ifft(spectra[-1] * self._known[-1], axis=1)
        return self._places(agree), self._places(both)

    def _places(self, chunks: np.ndarray) -> np.ndarray:
        whole: np.ndarray = np.rint(chunks.real[:, : self._step].reshape(-1)[: self.n_places])
        return whole


def _planes(code: Code, start: int, size: int) -> np.ndarray:
    """(n_steps + 1, n) complex64: the signs of each product as ``±1 ± 1j``, then 1 where valid; 0 where not."""
    bits, valid = code.bits[start : start + size], code.valid[start : start + size]
    planes = np.zeros((len(STEPS) + 1, len(bits)), np.complex64)
    for i in range(len(STEPS)):
        planes[i] = (2.0 * ((bits >> i) & 1) - 1.0) + 1j * (2.0 * ((bits >> (i + len(STEPS))) & 1) - 1.0)
    planes[-1] = 1.0
    planes[:, ~valid] = 0.0
    return planes


def _best(agree: np.ndarray, both: np.ndarray, start: int, first_offset: int, apart_s: float) -> Place | None:
    """The place where most agrees, against the spread of all others; None where too little can be compared."""
    n_bits = 2 * len(STEPS) * both
    offset = first_offset + np.arange(len(agree))
    usable = (both >= LEAST_S * GRID_HZ) & (np.abs(offset) >= apart_s * GRID_HZ)
    if usable.sum() < LEAST_PLACES:
        return None
    score = np.where(usable, agree / np.sqrt(np.maximum(n_bits, 1)), -np.inf)
    spread = max(1.0, float(1.4826 * np.median(np.abs(score[usable]))))
    best = int(np.argmax(score))
    return Place(
        here_s=start / GRID_HZ,
        there_s=(start + int(offset[best])) / GRID_HZ,
        seconds=float(both[best] / GRID_HZ),
        z=float(score[best] / spread),
        agreement=float(agree[best] / n_bits[best]),
    )
