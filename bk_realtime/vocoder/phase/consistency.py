"""One frame of streaming phase reconstruction: start phases, consistency iterations, partial overlap-add."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bk_realtime.compiled import njit
from bk_realtime.vocoder.phase.fft import FftTables, irfft_pair, rfft_pair
from bk_realtime.vocoder.phase.inversion import InversionTables, invert_mel, match_mel, read_level
from bk_realtime.vocoder.phase.pghi import integrate, random_phase


class PhaseConstants(NamedTuple):
    """Everything constant in one configuration.

    Active frames are those that still touch samples not yet emitted, the oldest first. Where the phase start waits
    for the next frame, the newest frame has only a provisional phase: it counts where without it the hop to emit would
    hang on too few frames (``provisional``), and is else held back until the frame after it has come.

    window : (n_fft,) float32 analysis and synthesis window.
    scale : (lookahead + hop + pad,) float32, one over the summed squared windows of the active frames at each sample
        not yet emitted, limited.
    starts : (n_active,) int64, index of each active frame's first sample in the work signal, whose sample ``n_fft``
        is the next one to emit.
    noise : (n_bins,) float64, share of a white noise's phase in each bin's start, 0 to 1.
    ahead : frames that the phase start waits for, 0 or 1.
    refine : (n_bins,) float32, how far an iteration moves a bin's magnitude towards that of the signal, 0 to 1.
    match : how far it then scales magnitudes back to the mel that came, 0 to 1.
    momentum : share of an iteration's change that is added once more (Perraudin, Balazs and Søndergaard 2013).
    one_sided : of :func:`~bk_realtime.vocoder.phase.pghi.integrate`.
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
    refine: np.ndarray
    match: float
    momentum: float
    one_sided: float
    gamma: float
    tolerance: float
    fft: FftTables
    inversion: InversionTables


class RowState(NamedTuple):
    """One signal's memory.

    logs : (3, n_bins) log magnitudes, newest last.
    magnitude, spectrum : (n_active, n_bins) of the active frames, float64 and complex64, newest last.
    level : (n_active, n_mels) float64, mel magnitudes of the active frames as they came.
    lobes : (n_lobes,) float64, low lobes of the last mel inversion.
    past : (n_fft,) float32, samples emitted last.
    frame : (1,) int64, number of the next frame.
    """

    logs: np.ndarray
    magnitude: np.ndarray
    spectrum: np.ndarray
    level: np.ndarray
    lobes: np.ndarray
    past: np.ndarray
    frame: np.ndarray


_TINY = 1e-9


@njit
def _noise(first: int, constants: PhaseConstants, work: np.ndarray) -> np.ndarray:
    """Spectra ``(2, n_bins)`` of one endless white noise, a function of the sample's number, in the windows of frame
    ``first`` and the one after it: neighbouring frames overlap in the same noise, so its phases fit each other."""
    n = constants.fft.n
    samples, windowed = np.empty(n + constants.hop), np.empty((2, n), constants.window.dtype)
    for i in range(len(samples)):
        samples[i] = random_phase(1, first * constants.hop + i, 0) - math.pi
    for j in range(2):
        for i in range(n):
            windowed[j, i] = samples[j * constants.hop + i] * constants.window[i]
    spectra = np.empty((2, n // 2 + 1), np.complex64)
    rfft_pair(windowed[0], windowed[1], spectra[0], spectra[1], work, constants.fft)
    return spectra


@njit
def _copy(source: np.ndarray, to: np.ndarray) -> None:
    """``to[:] = source``, which takes seconds to compile because of the words of its error."""
    for i in range(len(to)):
        to[i] = source[i]


@njit(error_model="numpy")
def _start(state: RowState, newest: int, constants: PhaseConstants, noise: np.ndarray) -> None:
    """Give the active frame ``newest`` (index) its starting phase from the frame before it, and from the one after it
    where that has come."""
    n_bins = state.magnitude.shape[1]
    before, previous, phase = (
        state.spectrum[newest - 1],
        np.empty(n_bins, np.complex128),
        np.empty(n_bins, np.complex128),
    )
    for b in range(n_bins):
        # frames are windowed from their first sample, phases are referenced to the centre: (-1)^bin
        re, im, sign = np.float64(before[b].real), np.float64(before[b].imag), 1.0 - 2.0 * (b & 1)
        size = math.sqrt(re * re + im * im)
        turned = sign / max(size, 1e-300)
        previous[b] = complex(turned * re + (sign if size == 0.0 else 0.0), turned * im)
    age = state.magnitude.shape[0] - 1 - newest
    first = 1 - age
    logs = np.empty((3, n_bins))
    for i in range(3):
        _copy(state.logs[min(first + i, 2)], logs[i])
    number = state.frame[0] - age
    integrate(
        logs,
        previous,
        age > 0,
        constants.one_sided,
        constants.hop,
        constants.fft.n,
        constants.gamma,
        constants.tolerance,
        number,
        phase,
    )
    for b in range(n_bins):
        sign, share, size = 1.0 - 2.0 * (b & 1), constants.noise[b], state.magnitude[newest, b]
        re, im = np.float64(noise[b].real), np.float64(noise[b].imag)
        loud = share / max(math.sqrt(re * re + im * im), _TINY)
        re, im = sign * (1.0 - share) * phase[b].real + loud * re, sign * (1.0 - share) * phase[b].imag + loud * im
        size /= max(math.sqrt(re * re + im * im), _TINY)
        state.spectrum[newest, b] = complex(np.float32(size * re), np.float32(size * im))


@njit
def _overlap_add(
    state: RowState,
    spectra: np.ndarray,
    constants: PhaseConstants,
    signal: np.ndarray,
    frames: np.ndarray,
    work: np.ndarray,
) -> None:
    """The signal of active frames' ``spectra`` after ``past``, which is fixed."""
    n = constants.fft.n
    _copy(state.past, signal[:n])
    signal[n:] = 0.0
    for j in range(0, len(spectra), 2):
        irfft_pair(spectra[j], spectra[j + 1], frames[j], frames[j + 1], work, constants.fft)
    for j in range(min(len(spectra), len(constants.starts))):
        start = max(n, constants.starts[j])
        ours, window = frames[j, start - constants.starts[j] :], constants.window[start - constants.starts[j] :]
        to = signal[start : start + len(ours)]
        for i in range(len(ours)):
            to[i] += ours[i] * window[i]
    new = signal[n:]
    for i in range(len(constants.scale)):
        new[i] *= constants.scale[i]


@njit
def make_room(state: RowState, constants: PhaseConstants) -> np.ndarray:
    """Every active frame grows one older; the row ``(n_bins,)`` where the new frame's magnitudes go."""
    n_active = len(constants.starts)
    for j in range(n_active - 1):
        _copy(state.magnitude[j + 1], state.magnitude[j])
        _copy(state.spectrum[j + 1], state.spectrum[j])
        _copy(state.level[j + 1], state.level[j])
    state.spectrum[n_active - 1] = 0.0
    _copy(state.logs[1], state.logs[0])
    _copy(state.logs[2], state.logs[1])
    newest: np.ndarray = state.magnitude[n_active - 1]
    return newest


@njit(error_model="numpy")
def _project(spectrum: np.ndarray, before: np.ndarray, magnitude: np.ndarray, momentum: float, out: np.ndarray) -> None:
    """``magnitude`` with the phases of ``spectrum`` and ``momentum`` times its change since ``before`` into ``out``."""
    share, tiny = np.float32(momentum), np.float32(_TINY**2 * 1e-6)
    for b in range(len(out)):
        now, old = spectrum[b], before[b]
        re, im = now.real + share * (now.real - old.real), now.imag + share * (now.imag - old.imag)
        size = magnitude[b] / np.sqrt(re * re + im * im + tiny)
        out[b] = complex(size * re, size * im)
        before[b] = now


@njit(error_model="numpy")
def _refine(spectrum: np.ndarray, level: np.ndarray, constants: PhaseConstants, magnitude: np.ndarray) -> None:
    """Move ``magnitude`` towards that of the signal's ``spectrum``, then back to the mel ``level``."""
    for b in range(len(magnitude)):
        z = spectrum[b]
        magnitude[b] += constants.refine[b] * (np.sqrt(z.real * z.real + z.imag * z.imag) - magnitude[b])
    match_mel(level, constants.match, constants.inversion, magnitude)


@njit
def reconstruct(state: RowState, constants: PhaseConstants, out: np.ndarray) -> None:
    """Phases for the magnitudes and logs in ``state``, then one hop of samples into ``out``."""
    n, n_bins, n_active = constants.fft.n, state.magnitude.shape[1], len(constants.starts)
    work = np.empty((3, 2 * n), np.float32)
    noise = _noise(state.frame[0] - 1, constants, work)
    if constants.ahead:
        _start(state, n_active - 2, constants, noise[0])
    n_used = n_active
    if constants.ahead and not constants.provisional:
        n_used -= 1
    else:
        _start(state, n_active - 1, constants, noise[1])
    # transforms take two frames at a time; where the number is odd one of silence comes along
    n_even = n_used + n_used % 2
    magnitude, signal = np.zeros((n_even, n_bins), np.float32), np.empty(n + len(constants.scale), np.float32)
    frames, spectra = np.zeros((n_even, n), np.float32), np.zeros((n_even, n_bins), np.complex64)
    found, before = np.zeros((n_even, n_bins), np.complex64), np.zeros((n_even, n_bins), np.complex64)
    for j in range(n_used):
        _copy(state.magnitude[j], magnitude[j])
        _copy(state.spectrum[j], spectra[j])
    for k in range(constants.n_iterations + 1):
        _overlap_add(state, spectra, constants, signal, frames, work)
        if k == constants.n_iterations:
            break
        for j in range(n_used):
            part, frame = signal[constants.starts[j] : constants.starts[j] + n], frames[j]
            for i in range(n):
                frame[i] = part[i] * constants.window[i]
        for j in range(0, n_even, 2):
            rfft_pair(frames[j], frames[j + 1], found[j], found[j + 1], work, constants.fft)
        for j in range(n_used):
            _refine(found[j], state.level[j], constants, magnitude[j])
            _project(found[j], before[j], magnitude[j], constants.momentum if k > 0 else 0.0, spectra[j])
    for j in range(n_used):
        _copy(spectra[j], state.spectrum[j])
        _copy(magnitude[j], state.magnitude[j])
    _copy(signal[n:], out)
    _copy(state.past[constants.hop :], state.past[: n - constants.hop])
    _copy(out, state.past[n - constants.hop :])
    state.frame[0] += 1


@njit
def advance_all(mel: np.ndarray, state: RowState, constants: PhaseConstants, out: np.ndarray) -> None:
    """Mel frames ``(T, n_mels)`` in, ``(T * hop,)`` samples into ``out``; ``state`` is changed in place."""
    for t in range(mel.shape[0]):
        newest = make_room(state, constants)
        read_level(mel[t], constants.inversion, state.level[len(constants.starts) - 1])
        invert_mel(mel[t], constants.n_updates, constants.inversion, newest, state.lobes)
        for b in range(len(newest)):
            state.logs[2, b] = math.log(max(newest[b], _TINY))
        reconstruct(state, constants, out[t * constants.hop : (t + 1) * constants.hop])
