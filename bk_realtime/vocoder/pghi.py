"""Real-time phase gradient heap integration: phases of one frame from magnitudes (Průša and Søndergaard, 2016)."""

from __future__ import annotations

import math

import numba
import numpy as np

HANN_GAMMA = 0.25645
"""A Hann window of N samples resembles a Gaussian with time-frequency ratio gamma = 0.25645 N² (Průša et al., 2017)."""


@numba.njit(cache=True, nogil=True)
def random_phase(seed: int, frame: int, b: int) -> float:
    """A phase in [0, 2 pi) that depends on frame number and bin only, so that chunking cannot change it."""
    z = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(frame) * np.uint64(0xD1B54A32D192ED03)
    z += np.uint64(b) * np.uint64(0x8CB92BA72F3D8DD7)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (2.0 * math.pi / 9007199254740992.0)


@numba.njit(cache=True, nogil=True)
def _sift_up(heap: np.ndarray, n: int, key: np.ndarray) -> None:
    """Largest key on top."""
    item = heap[n]
    while n > 0:
        parent = (n - 1) // 2
        if key[heap[parent]] >= key[item]:
            break
        heap[n] = heap[parent]
        n = parent
    heap[n] = item


@numba.njit(cache=True, nogil=True)
def _pop(heap: np.ndarray, n: int, key: np.ndarray) -> int:
    """Take the top of ``n`` items."""
    top, item = heap[0], heap[n - 1]
    n -= 1
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and key[heap[child + 1]] > key[heap[child]]:
            child += 1
        if key[item] >= key[heap[child]]:
            break
        heap[i] = heap[child]
        i = child
    heap[i] = item
    return int(top)


@numba.njit(cache=True, nogil=True)
def integrate(
    logs: np.ndarray,
    previous_phase: np.ndarray,
    ahead: bool,
    one_sided: float,
    hop: int,
    n_fft: int,
    gamma: float,
    tolerance: float,
    frame: int,
    phase: np.ndarray,
) -> None:
    """Phases ``(n_bins,)`` of one frame, referenced to the frame's centre, into ``phase``.

    logs : (3, n_bins) log magnitudes of the frame before, this one, and the next (read only with ``ahead``).
    previous_phase : (n_bins,) of the frame before.
    one_sided : without ``ahead``, the share taken of the change from the frame before: the slope at a frame is at best
        half seen from its past alone, and noise in it scatters the phases over the bins.
    tolerance : bins below this fraction of the loudest get a random phase instead.
    """
    n_bins = logs.shape[1]
    per_hop = 2.0 * math.pi * hop / n_fft
    slope = hop * n_fft / gamma
    key = np.empty(2 * n_bins)  # previous frame's bins, then this frame's
    key[:n_bins] = logs[0]
    key[n_bins:] = logs[1]
    floor = max(logs[0].max(), logs[1].max()) + math.log(tolerance)
    time_step = np.empty((2, n_bins))
    bin_step = np.empty(n_bins)
    for m in range(n_bins):
        left, right = max(m - 1, 0), min(m + 1, n_bins - 1)
        for i in range(2):
            time_step[i, m] = per_hop * m + slope * 0.5 * (logs[i, right] - logs[i, left])
        change = 0.5 * (logs[2, m] - logs[0, m]) if ahead else one_sided * (logs[1, m] - logs[0, m])
        bin_step[m] = -gamma / (hop * n_fft) * change
    done = np.zeros(n_bins, np.bool_)
    heap = np.empty(2 * n_bins, np.int64)
    size = 0
    for m in range(n_bins):
        if key[n_bins + m] <= floor:
            done[m] = True
            phase[m] = random_phase(0, frame, m)
        elif key[m] > floor:
            heap[size] = m
            _sift_up(heap, size, key)
            size += 1
    start = 0
    while True:
        while size > 0:
            item = _pop(heap, size, key)
            size -= 1
            if item < n_bins:
                if not done[item]:
                    phase[item] = previous_phase[item] + 0.5 * (time_step[0, item] + time_step[1, item])
                    done[item] = True
                    heap[size] = n_bins + item
                    _sift_up(heap, size, key)
                    size += 1
                continue
            m = item - n_bins
            if m + 1 < n_bins and not done[m + 1]:
                phase[m + 1] = phase[m] + 0.5 * (bin_step[m] + bin_step[m + 1])
                done[m + 1] = True
                heap[size] = n_bins + m + 1
                _sift_up(heap, size, key)
                size += 1
            if m > 0 and not done[m - 1]:
                phase[m - 1] = phase[m] - 0.5 * (bin_step[m] + bin_step[m - 1])
                done[m - 1] = True
                heap[size] = n_bins + m - 1
                _sift_up(heap, size, key)
                size += 1
        # an island that nothing before reaches starts anew from its loudest bin
        while start < n_bins and done[start]:
            start += 1
        if start == n_bins:
            break
        best = start
        while start < n_bins and not done[start]:
            if key[n_bins + start] > key[n_bins + best]:
                best = start
            start += 1
        phase[best] = random_phase(0, frame, best)
        done[best] = True
        heap[0] = n_bins + best
        size = 1
