"""Real-time phase gradient heap integration: phases of one frame from magnitudes (Průša and Søndergaard, 2016).

Phases are kept as numbers on the unit circle, which takes no arc tangent and few sines.
"""

from __future__ import annotations

import math

import numpy as np

from bk_realtime.compiled import njit

HANN_GAMMA = 0.25645
"""A Hann window of N samples resembles a Gaussian with time-frequency ratio gamma = 0.25645 N² (Průša et al., 2017)."""


@njit
def random_phase(seed: int, frame: int, b: int) -> float:
    """A phase in [0, 2 pi) that depends on frame number and bin only, so that chunking cannot change it."""
    z = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(frame) * np.uint64(0xD1B54A32D192ED03)
    z += np.uint64(b) * np.uint64(0x8CB92BA72F3D8DD7)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(np.int64(z >> np.uint64(11))) * (2.0 * math.pi / 9007199254740992.0)


@njit(error_model="numpy")
def unit(phase: np.ndarray, out: np.ndarray) -> None:
    """``exp(1j phase)``, to 1e-13 for phases below 1000, by the Taylor series of half the angle: unlike the C
    library's functions it is compiled to vector instructions."""
    for i in range(len(phase)):
        turns = phase[i] * (0.5 / math.pi)
        x = (turns - np.floor(turns + 0.5)) * math.pi
        square = x * x
        sine, cosine = 1.0, 1.0
        for k in range(18, 0, -2):
            sine = 1.0 - square * sine * (1.0 / (k * (k + 1)))
            cosine = 1.0 - square * cosine * (1.0 / (k * (k - 1)))
        sine *= x
        out[i] = complex(1.0 - 2.0 * sine * sine, 2.0 * sine * cosine)


@njit
def _push(keys: np.ndarray, items: np.ndarray, n: int, key: float, item: int) -> None:
    """Add to a heap of ``n``, the largest key on top."""
    while n > 0:
        parent = (n - 1) // 2
        if keys[parent] >= key:
            break
        keys[n], items[n] = keys[parent], items[parent]
        n = parent
    keys[n], items[n] = key, item


@njit
def _replace(keys: np.ndarray, items: np.ndarray, n: int, key: float, item: int) -> None:
    """Put another item for the top of ``n``."""
    i = 0
    while 2 * i + 1 < n:
        child = 2 * i + 1
        if child + 1 < n and keys[child + 1] > keys[child]:
            child += 1
        if key >= keys[child]:
            break
        keys[i], items[i] = keys[child], items[child]
        i = child
    keys[i], items[i] = key, item


@njit
def _drop(keys: np.ndarray, items: np.ndarray, n: int) -> None:
    """Remove the top of ``n``: the hole goes down to a leaf, without branches, and the last item up from there."""
    n -= 1
    key, item = keys[n], items[n]
    keys[n] = -np.inf
    i, child = 0, 1
    while child < n:
        child += int(keys[child + 1] > keys[child])
        keys[i], items[i] = keys[child], items[child]
        i, child = child, 2 * child + 1
    while i > 0 and keys[(i - 1) // 2] < key:
        keys[i], items[i] = keys[(i - 1) // 2], items[(i - 1) // 2]
        i = (i - 1) // 2
    keys[i], items[i] = key, item


@njit(error_model="numpy")
def integrate(
    logs: np.ndarray,
    previous: np.ndarray,
    ahead: bool,
    one_sided: float,
    hop: int,
    n_fft: int,
    gamma: float,
    tolerance: float,
    frame: int,
    out: np.ndarray,
) -> None:
    """Phases ``(n_bins,)`` of one frame, referenced to the frame's centre, as complex numbers of size 1 into ``out``.

    logs : (3, n_bins) log magnitudes of the frame before, this one, and the next (read only with ``ahead``).
    previous : (n_bins,) complex phases of the frame before.
    one_sided : without ``ahead``, the share taken of the change from the frame before: the slope at a frame is at best
        half seen from its past alone, and noise in it scatters the phases over the bins.
    tolerance : bins below this fraction of the loudest get a random phase instead.
    """
    n_bins = logs.shape[1]
    loudest = logs[0, 0]
    for m in range(n_bins):
        loudest = max(loudest, logs[0, m], logs[1, m])
    floor = loudest + math.log(tolerance)
    # from the frame before, and from the bin below
    angle, time_step, bin_step = np.empty(n_bins), np.empty(n_bins, np.complex128), np.empty(n_bins, np.complex128)
    _time_angles(logs, hop, n_fft, gamma, angle)
    unit(angle, time_step)
    _bin_angles(logs, ahead, one_sided, hop, n_fft, gamma, angle)
    unit(angle, bin_step)
    for m in range(n_bins):
        angle[m] = random_phase(0, frame, m)
    unit(angle, out)  # and there it stays where nothing reaches
    done, left = np.empty(n_bins, np.bool_), 0
    # a heap of the previous frame's bins, then also this frame's, whose numbers go on from n_bins
    keys, items, size = np.empty(2 * n_bins + 1), np.empty(2 * n_bins + 1, np.int64), 0
    for m in range(n_bins):
        done[m] = logs[1, m] <= floor
        if not done[m]:
            left += 1
            if logs[0, m] > floor:
                _push(keys, items, size, logs[0, m], m)
                size += 1
    start = 0
    while left > 0:
        while size > 0 and left > 0:
            item, on_top = items[0], True
            for step in range(-1, 2):
                m = item - n_bins + step if item >= n_bins else item
                if (step == 0) == (item >= n_bins) or m < 0 or m >= n_bins or done[m]:
                    continue
                if step == 0:
                    out[m] = previous[m] * time_step[m]
                else:
                    out[m] = out[m - step] * (bin_step[m] if step > 0 else bin_step[m + 1].conjugate())
                done[m] = True
                left -= 1
                if on_top:
                    _replace(keys, items, size, logs[1, m], n_bins + m)
                    on_top = False
                else:
                    _push(keys, items, size, logs[1, m], n_bins + m)
                    size += 1
            if on_top:
                _drop(keys, items, size)
                size -= 1
        # an island that nothing before reaches starts anew from its loudest bin
        while start < n_bins and done[start]:
            start += 1
        if start < n_bins:
            best = start
            while start < n_bins and not done[start]:
                if logs[1, start] > logs[1, best]:
                    best = start
                start += 1
            done[best] = True
            left -= 1
            keys[0], items[0], size = logs[1, best], n_bins + best, 1


@njit(error_model="numpy")
def _time_angles(logs: np.ndarray, hop: int, n_fft: int, gamma: float, angle: np.ndarray) -> None:
    """How far each bin's phase turns from the frame before, the mean of both frames' slopes."""
    n_bins, per_hop, slope = logs.shape[1], 2.0 * math.pi * hop / n_fft, hop * n_fft / gamma
    before, now = logs[0], logs[1]
    for m in range(n_bins):
        left, right = max(m - 1, 0), min(m + 1, n_bins - 1)
        angle[m] = per_hop * m + 0.25 * slope * ((before[right] + now[right]) - (before[left] + now[left]))


@njit(error_model="numpy")
def _bin_angles(
    logs: np.ndarray, ahead: bool, one_sided: float, hop: int, n_fft: int, gamma: float, angle: np.ndarray
) -> None:
    """How far the phase turns from the bin below, the mean of both bins' slopes."""
    scale = -0.5 * gamma / (hop * n_fft) * (0.5 if ahead else one_sided)
    before, after = logs[0], logs[2] if ahead else logs[1]
    angle[0] = 0.0
    for m in range(1, len(before)):
        angle[m] = scale * ((after[m - 1] - before[m - 1]) + (after[m] - before[m]))
