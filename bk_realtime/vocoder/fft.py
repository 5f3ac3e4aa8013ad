"""Real FFT in numba, so that a whole vocoder frame runs as one compiled call without Python in between."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np


class FftTables(NamedTuple):
    """Twiddle factors for real transforms of one power-of-two length.

    stages : (n_stages, 3, n/8) complex128, powers 1, 2, 3 of each radix-4 stage's root.
    split : (n/4 + 1,) complex128, ``exp(-2j pi k / n)``.
    """

    n: int
    stages: np.ndarray
    split: np.ndarray


def fft_tables(n: int) -> FftTables:
    """Tables for length ``n``, a power of two from 16."""
    if n < 16 or n & (n - 1):
        raise ValueError(f"expected a power of two of at least 16, got {n}")
    half, lengths = n // 2, []
    length = half
    while length >= 4:
        lengths.append(length)
        length //= 4
    stages = np.zeros((len(lengths), 3, half // 4), np.complex128)
    for i, length in enumerate(lengths):
        root = np.exp(-2j * np.pi * np.arange(length // 4) / length)
        stages[i, :, : length // 4] = root, root**2, root**3
    return FftTables(n, stages, np.exp(-2j * np.pi * np.arange(n // 4 + 1) / n))


@numba.njit(cache=True, nogil=True)
def _stockham(x: np.ndarray, y: np.ndarray, stages: np.ndarray) -> bool:
    """Complex FFT by the Stockham autosort scheme, radix 4 with one radix-2 stage where needed.

    Returns whether the result is in ``y`` (else in ``x``); both are overwritten.
    """
    n, s, in_y, i = len(x), 1, False, 0
    while n >= 4:
        n1 = n // 4
        for p in range(n1):
            w1, w2, w3 = stages[i, 0, p], stages[i, 1, p], stages[i, 2, p]
            for q in range(s):
                a, b = x[q + s * p], x[q + s * (p + n1)]
                c, d = x[q + s * (p + 2 * n1)], x[q + s * (p + 3 * n1)]
                even, odd, both = a + c, a - c, b + d
                turned = complex(-(b - d).imag, (b - d).real)
                y[q + s * 4 * p] = even + both
                y[q + s * (4 * p + 1)] = w1 * (odd - turned)
                y[q + s * (4 * p + 2)] = w2 * (even - both)
                y[q + s * (4 * p + 3)] = w3 * (odd + turned)
        x, y = y, x
        in_y = not in_y
        n, s, i = n1, 4 * s, i + 1
    if n == 2:
        for q in range(s):
            a, b = x[q], x[q + s]
            y[q], y[q + s] = a + b, a - b
        in_y = not in_y
    return in_y


@numba.njit(cache=True, nogil=True)
def rfft(x: np.ndarray, out: np.ndarray, work: np.ndarray, tables: FftTables) -> None:
    """``(n,)`` float64 -> ``(n/2 + 1,)`` complex128 in ``out``; ``work`` is ``(2, n/2)`` complex128."""
    half = tables.n // 2
    for i in range(half):
        work[0, i] = complex(x[2 * i], x[2 * i + 1])
    z = work[1] if _stockham(work[0], work[1], tables.stages) else work[0]
    out[0] = z[0].real + z[0].imag
    out[half] = z[0].real - z[0].imag
    for k in range(1, half // 2 + 1):
        a, b = z[k], z[half - k].conjugate()
        even, odd = 0.5 * (a + b), 0.5 * (a - b) * tables.split[k]
        turned = complex(odd.imag, -odd.real)
        out[k] = even + turned
        out[half - k] = (even - turned).conjugate()


@numba.njit(cache=True, nogil=True)
def irfft(x: np.ndarray, out: np.ndarray, work: np.ndarray, tables: FftTables) -> None:
    """``(n/2 + 1,)`` complex128 -> ``(n,)`` float64 in ``out``; imaginary parts at 0 and n/2 are ignored."""
    half = tables.n // 2
    work[0, 0] = complex(x[0].real + x[half].real, -(x[0].real - x[half].real))
    for k in range(1, half // 2 + 1):
        a, b = x[k], x[half - k].conjugate()
        even, odd = a + b, (a - b) * tables.split[k].conjugate()
        turned = complex(-odd.imag, odd.real)
        # conjugated, because a forward transform does the inverse
        work[0, k] = (even + turned).conjugate()
        work[0, half - k] = even - turned
    z = work[1] if _stockham(work[0], work[1], tables.stages) else work[0]
    scale = 1.0 / tables.n
    for i in range(half):
        out[2 * i] = z[i].real * scale
        out[2 * i + 1] = -z[i].imag * scale
