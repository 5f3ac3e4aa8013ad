"""One frame of streaming phase reconstruction: start phases, consistency iterations, partial overlap-add."""

from __future__ import annotations

import math
from typing import NamedTuple

import numba
import numpy as np

from bk_realtime.vocoder.fft import FftTables, irfft, rfft
from bk_realtime.vocoder.inversion import InversionTables, invert_mel
from bk_realtime.vocoder.pghi import integrate, random_phase


class Plan(NamedTuple):
    """Everything constant in one configuration.

    Active frames are those that still touch samples not yet emitted, the oldest first. Where the phase start waits
    for the next frame, the newest frame has only a provisional phase: it counts where without it the hop to emit would
    hang on too few frames (``provisional``), and is else held back until the frame after it has come.

    window : (n_fft,) float64 analysis and synthesis window.
    scale : (latency + hop + pad,) float64, one over the summed squared windows of the active frames at each sample
        not yet emitted, limited.
    starts : (n_active,) int64, index of each active frame's first sample in the work signal, whose sample ``n_fft``
        is the next one to emit.
    noise : (n_bins,) float64, share of a white noise's phase in each bin's start, 0 to 1.
    ahead : frames that the phase start waits for, 0 or 1.
    momentum : share of an iteration's change that is added once more (Perraudin, Balazs and Søndergaard 2013).
    one_sided : of :func:`~bk_realtime.vocoder.pghi.integrate`.
    """

    window: np.ndarray
    scale: np.ndarray
    starts: np.ndarray
    noise: np.ndarray
    hop: int
    ahead: int
    provisional: bool
    n_updates: tuple[int, int]
    n_iterations: int
    momentum: float
    one_sided: float
    gamma: float
    tolerance: float
    fft: FftTables
    inversion: InversionTables


class RowState(NamedTuple):
    """One signal's memory.

    logs : (3, n_bins) log magnitudes, newest last.
    magnitude, spectrum : (n_active, n_bins) of the active frames, float64 and complex128, newest last.
    lobes : (n_lobes,) float64, low lobes of the last mel inversion.
    past : (n_fft,) float64, samples emitted last.
    frame : (1,) int64, number of the next frame.
    """

    logs: np.ndarray
    magnitude: np.ndarray
    spectrum: np.ndarray
    lobes: np.ndarray
    past: np.ndarray
    frame: np.ndarray


_TINY = 1e-9


@numba.njit(cache=True, nogil=True)
def _noise(frame: int, plan: Plan) -> np.ndarray:
    """Spectrum ``(n_bins,)`` of one endless white noise, a function of the sample's number, in the window of
    ``frame``: neighbouring frames overlap in the same noise, so its phases fit each other."""
    n = plan.fft.n
    samples, spectrum = np.empty(n), np.empty(n // 2 + 1, np.complex128)
    for i in range(n):
        samples[i] = (random_phase(1, frame * plan.hop + i, 0) - math.pi) * plan.window[i]
    rfft(samples, spectrum, np.empty((2, n // 2), np.complex128), plan.fft)
    return spectrum


@numba.njit(cache=True, nogil=True)
def _start(state: RowState, newest: int, ahead: bool, plan: Plan, phase: np.ndarray) -> None:
    """Give the active frame ``newest`` (index) its starting phase from the frame before it."""
    n_bins = state.magnitude.shape[1]
    previous = np.zeros(n_bins)
    for b in range(n_bins):
        z = state.spectrum[newest - 1, b]
        # frames are windowed from their first sample, phases are referenced to the centre: (-1)^bin
        previous[b] = math.atan2(z.imag, z.real) + (math.pi if b % 2 else 0.0)
    age = state.magnitude.shape[0] - 1 - newest
    first = 1 - age
    logs = np.empty((3, n_bins))
    for i in range(3):
        logs[i] = state.logs[min(first + i, 2)]
    number = state.frame[0] - age
    integrate(logs, previous, ahead, plan.one_sided, plan.hop, plan.fft.n, plan.gamma, plan.tolerance, number, phase)
    noise = _noise(number, plan)
    for b in range(n_bins):
        sign, share = -1.0 if b % 2 else 1.0, plan.noise[b]
        z = complex(sign * math.cos(phase[b]), sign * math.sin(phase[b]))
        if share > 0.0:
            z = (1.0 - share) * z + share * noise[b] / max(abs(noise[b]), _TINY)
            z /= max(abs(z), _TINY)
        state.spectrum[newest, b] = state.magnitude[newest, b] * z


@numba.njit(cache=True, nogil=True)
def _overlap_add(
    state: RowState, n_used: int, plan: Plan, signal: np.ndarray, frame: np.ndarray, work: np.ndarray
) -> None:
    """The signal of the first ``n_used`` active frames after ``past``, which is fixed."""
    n = plan.fft.n
    signal[:n] = state.past
    signal[n:] = 0.0
    for j in range(n_used):
        irfft(state.spectrum[j], frame, work, plan.fft)
        start = plan.starts[j]
        for i in range(max(0, n - start), n):
            signal[start + i] += frame[i] * plan.window[i]
    for i in range(len(plan.scale)):
        signal[n + i] *= plan.scale[i]


@numba.njit(cache=True, nogil=True)
def advance(mel: np.ndarray, state: RowState, plan: Plan, out: np.ndarray) -> None:
    """One mel frame ``(n_mels,)`` in, one hop of samples into ``out``; ``state`` is changed in place."""
    newest = make_room(state, plan)
    invert_mel(mel, plan.n_updates, plan.inversion, newest, state.lobes)
    for b in range(len(newest)):
        state.logs[2, b] = math.log(max(newest[b], _TINY))
    reconstruct(state, plan, out)


@numba.njit(cache=True, nogil=True)
def make_room(state: RowState, plan: Plan) -> np.ndarray:
    """Every active frame grows one older; the row ``(n_bins,)`` where the new frame's magnitudes go."""
    n_active = len(plan.starts)
    for j in range(n_active - 1):
        state.magnitude[j] = state.magnitude[j + 1]
        state.spectrum[j] = state.spectrum[j + 1]
    state.spectrum[n_active - 1] = 0.0
    state.logs[0], state.logs[1] = state.logs[1], state.logs[2]
    newest: np.ndarray = state.magnitude[n_active - 1]
    return newest


@numba.njit(cache=True, nogil=True)
def reconstruct(state: RowState, plan: Plan, out: np.ndarray) -> None:
    """Phases for the magnitudes and logs in ``state``, then one hop of samples into ``out``."""
    n, n_bins, n_active = plan.fft.n, state.magnitude.shape[1], len(plan.starts)
    phase = np.empty(n_bins)
    if plan.ahead:
        _start(state, n_active - 2, True, plan, phase)
    n_used = n_active
    if plan.ahead and not plan.provisional:
        n_used -= 1
    else:
        _start(state, n_active - 1, False, plan, phase)
    signal = np.empty(n + len(plan.scale))
    frame = np.empty(n)
    work = np.empty((2, n // 2), np.complex128)
    spectrum, before = np.empty(n_bins, np.complex128), np.zeros((n_used, n_bins), np.complex128)
    for k in range(plan.n_iterations):
        momentum = plan.momentum if k > 0 else 0.0
        _overlap_add(state, n_used, plan, signal, frame, work)
        for j in range(n_used):
            start = plan.starts[j]
            for i in range(n):
                frame[i] = signal[start + i] * plan.window[i]
            rfft(frame, spectrum, work, plan.fft)
            for b in range(n_bins):
                z = spectrum[b] + momentum * (spectrum[b] - before[j, b])
                before[j, b] = spectrum[b]
                size = math.sqrt(z.real * z.real + z.imag * z.imag)
                if size > 1e-3 * _TINY:
                    state.spectrum[j, b] = z * (state.magnitude[j, b] / size)
    _overlap_add(state, n_used, plan, signal, frame, work)
    out[:] = signal[n : n + plan.hop]
    state.past[: n - plan.hop] = state.past[plan.hop :]
    state.past[n - plan.hop :] = out
    state.frame[0] += 1


@numba.njit(cache=True, nogil=True)
def advance_all(mel: np.ndarray, state: RowState, plan: Plan, out: np.ndarray) -> None:
    """``(T, n_mels)`` -> ``(T * hop,)``."""
    for t in range(mel.shape[0]):
        advance(mel[t], state, plan, out[t * plan.hop : (t + 1) * plan.hop])
