"""FFT in numba, two real signals at a time, so that a whole vocoder frame runs as one compiled call without Python.

A transform of length ``n`` takes two steps (Bailey 1990): sixteen interleaved transforms of ``n / 16`` points side by
side, then ``n / 16`` transforms of sixteen points, sixteen of them side by side. So every inner loop runs over sixteen
neighbours and is compiled to vector instructions. Data lie in rows: sixteen real parts, then sixteen imaginary parts.

rocket-fft (DUCC's transforms inside numba), all active frames in one call, takes 1.10, 1.08, 0.95 and 0.93 of the time
of a whole vocoder frame at 0, 5.8, 11.6 and 23.2 ms of lookahead (medians of twelve turns each in one process; numba
0.68, rocket-fft 0.4.1): no clear gain for a dependency that needs NumPy 2 and changes every waveform.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bk_realtime.compiled import njit

LANES = 16
_ROW = 2 * LANES


class FftTables(NamedTuple):
    """Twiddle factors for transforms of one power-of-two length, float32 or float64.

    long, short : (n_stages, n_rows / 4, 6) real and imaginary parts of powers 1, 2, 3 of each radix-4 stage's roots,
        for the first step and the second.
    twist : (n / 16, 32) factors between the two steps, in rows.
    order : (n / 16,) int64, row in which each frequency lies after the first step.
    """

    n: int
    long: np.ndarray
    short: np.ndarray
    twist: np.ndarray
    order: np.ndarray


def fft_tables(n: int, dtype: type[np.floating] = np.float64) -> FftTables:
    """Tables for length ``n``, a power of two from 256."""
    if n < LANES**2 or n & (n - 1):
        raise ValueError(f"expected a power of two of at least {LANES**2}, got {n}")
    rows = n // LANES
    twist = np.exp(-2j * np.pi * np.arange(rows)[:, None] * np.arange(LANES) / n)
    return FftTables(
        n=n,
        long=_stages(rows).astype(dtype),
        short=_stages(LANES).astype(dtype),
        twist=np.hstack([twist.real, twist.imag]).astype(dtype),
        order=_order(rows),
    )


def _stages(n: int) -> np.ndarray:
    stages = []
    for i in range((n.bit_length() - 1) // 2):
        roots = np.exp(-2j * np.pi * np.outer(np.arange(n // 4) >> 2 * i << 2 * i, [1, 2, 3]) / n)
        stages.append(np.stack([roots.real, roots.imag], -1).reshape(-1, 6))
    return np.array(stages)


def _order(n: int) -> np.ndarray:
    """Where the stages leave each frequency: its digits reversed."""
    frequency, row = np.arange(n), np.zeros(n, np.int64)
    while n > 1:
        radix = 4 if n >= 4 else 2
        row, frequency, n = row * radix + frequency % radix, frequency // radix, n // radix
    return row


@njit
def _rows(x: np.ndarray, first: int, n: int = 1) -> np.ndarray:
    part: np.ndarray = x[_ROW * first : _ROW * (first + n)]
    return part


@njit
def _first_radix4(real: np.ndarray, imag: np.ndarray, y: np.ndarray, roots: np.ndarray) -> None:
    """As :func:`_radix4`, from two arrays ``(n,)``."""
    quarter = len(roots)
    for p in range(quarter):
        i, step, to, w = LANES * p, LANES * quarter, _rows(y, 4 * p, 4), roots[p]
        a, b, c, d = real[i:], real[i + step :], real[i + 2 * step :], real[i + 3 * step :]
        a_im, b_im, c_im, d_im = imag[i:], imag[i + step :], imag[i + 2 * step :], imag[i + 3 * step :]
        w0, w1, w2, w3, w4, w5 = w[0], w[1], w[2], w[3], w[4], w[5]
        for j in range(LANES):
            z = _butterfly(a[j], a_im[j], b[j], b_im[j], c[j], c_im[j], d[j], d_im[j], w0, w1, w2, w3, w4, w5)
            to[j], to[LANES + j], to[_ROW + j], to[_ROW + LANES + j] = z[:4]
            to[2 * _ROW + j], to[2 * _ROW + LANES + j], to[3 * _ROW + j], to[3 * _ROW + LANES + j] = z[4:]


@njit
def _radix4(x: np.ndarray, y: np.ndarray, roots: np.ndarray) -> None:
    """One stage of constant geometry (Pease 1968): reads rows a quarter of the array apart, writes neighbours."""
    quarter = len(roots)
    for p in range(quarter):
        a, b, c, d = _rows(x, p), _rows(x, p + quarter), _rows(x, p + 2 * quarter), _rows(x, p + 3 * quarter)
        to, w = _rows(y, 4 * p, 4), roots[p]
        w0, w1, w2, w3, w4, w5 = w[0], w[1], w[2], w[3], w[4], w[5]
        for j in range(LANES):
            i = LANES + j
            z = _butterfly(a[j], a[i], b[j], b[i], c[j], c[i], d[j], d[i], w0, w1, w2, w3, w4, w5)
            to[j], to[i], to[_ROW + j], to[_ROW + i] = z[:4]
            to[2 * _ROW + j], to[2 * _ROW + i], to[3 * _ROW + j], to[3 * _ROW + i] = z[4:]


@njit
def _butterfly(
    ar: float, ai: float, br: float, bi: float, cr: float, ci: float, dr: float, di: float, *w: float
) -> tuple[float, ...]:
    """Four points of four inputs, all but the first times their roots ``w``."""
    even_r, even_i, odd_r, odd_i = ar + cr, ai + ci, ar - cr, ai - ci
    both_r, both_i, turned_r, turned_i = br + dr, bi + di, di - bi, br - dr
    r1, i1, r2, i2 = odd_r - turned_r, odd_i - turned_i, even_r - both_r, even_i - both_i
    r3, i3 = odd_r + turned_r, odd_i + turned_i
    return (
        *(even_r + both_r, even_i + both_i, w[0] * r1 - w[1] * i1, w[0] * i1 + w[1] * r1),
        *(w[2] * r2 - w[3] * i2, w[2] * i2 + w[3] * r2, w[4] * r3 - w[5] * i3, w[4] * i3 + w[5] * r3),
    )


@njit
def _radix2(x: np.ndarray, y: np.ndarray, half: int) -> None:
    """The same with two rows, for a last stage, which has no twiddle factors."""
    for p in range(half):
        a, b, to = _rows(x, p), _rows(x, p + half), _rows(y, 2 * p, 2)
        for j in range(_ROW):
            to[j], to[_ROW + j] = a[j] + b[j], a[j] - b[j]


@njit
def _twist(x: np.ndarray, y: np.ndarray, tables: FftTables) -> None:
    """Twiddle factors between the two steps; the lanes become rows, in blocks of sixteen frequencies side by side."""
    for k in range(len(tables.order)):
        row, factors, lane = _rows(x, tables.order[k]), tables.twist[k], k % LANES
        to = _rows(y, k - lane, LANES)
        for j in range(LANES):
            re, im, wr, wi = row[j], row[LANES + j], factors[j], factors[LANES + j]
            to[_ROW * j + lane], to[_ROW * j + LANES + lane] = re * wr - im * wi, re * wi + im * wr


@njit
def _fft(real: np.ndarray, imag: np.ndarray, work: np.ndarray, tables: FftTables) -> tuple[np.ndarray, np.ndarray]:
    """Transform of ``real + 1j imag``, its two parts ``(n,)``."""
    n, n_rows, x, y = tables.n, len(tables.order), work[0], work[1]
    _first_radix4(real, imag, x, tables.long[0])
    for i in range(1, len(tables.long)):
        _radix4(x, y, tables.long[i])
        x, y = y, x
    if 4 ** len(tables.long) < n_rows:
        _radix2(x, y, n_rows // 2)
        x, y = y, x
    _twist(x, y, tables)
    z_real, z_imag = work[2, :n], work[2, n:]
    for block in range(0, n_rows, LANES):
        from_rows, to_rows = _rows(y, block, LANES), _rows(x, block, LANES)
        _radix4(from_rows, to_rows, tables.short[0])
        _radix4(to_rows, from_rows, tables.short[1])
        for m in range(LANES):  # with its two digits reversed, the row of the frequencies from here on
            start, row = n_rows * m + block, _rows(from_rows, m % 4 * 4 + m // 4)
            a, b = z_real[start : start + LANES], z_imag[start : start + LANES]
            for j in range(0, LANES, 2):  # by twos, or it is unrolled before it can be made vectors
                a0, a1, b0, b1 = row[j], row[j + 1], row[LANES + j], row[LANES + j + 1]
                a[j], a[j + 1], b[j], b[j + 1] = a0, a1, b0, b1
    return z_real, z_imag


@njit
def rfft_pair(
    a: np.ndarray, b: np.ndarray, a_out: np.ndarray, b_out: np.ndarray, work: np.ndarray, tables: FftTables
) -> None:
    """Spectra ``(n/2 + 1,)`` of two signals ``(n,)``, as one complex transform."""
    half, scale = tables.n // 2, work.dtype.type(0.5)
    real, imag = _fft(a, b, work, tables)
    a_out[0], b_out[0] = real[0], imag[0]
    re, im, back_re, back_im = real[1 : half + 1], imag[1 : half + 1], real[half:], imag[half:]
    a_part, b_part = a_out[1:], b_out[1:]
    for k in range(half):
        j = np.uint64(half - 1 - k)
        a_part[k] = complex(scale * (re[k] + back_re[j]), scale * (im[k] - back_im[j]))
    for k in range(half):
        j = np.uint64(half - 1 - k)
        b_part[k] = complex(scale * (im[k] + back_im[j]), scale * (back_re[j] - re[k]))


@njit
def irfft_pair(
    a: np.ndarray, b: np.ndarray, a_out: np.ndarray, b_out: np.ndarray, work: np.ndarray, tables: FftTables
) -> None:
    """Signals ``(n,)`` of two spectra ``(n/2 + 1,)``; imaginary parts at 0 and n/2 are ignored."""
    n, half, scale = tables.n, tables.n // 2, work.dtype.type(1.0 / tables.n)
    real, imag = work[1, :n], work[1, n:]  # read before that half is written
    real[0], imag[0], real[half], imag[half] = a[0].real, b[0].real, a[half].real, b[half].real
    a_part, b_part = a[1:half], b[1:half]
    re, im, back_re, back_im = real[1:half], imag[1:half], real[half + 1 :], imag[half + 1 :]
    for k in range(half - 1):
        j = np.uint64(half - 2 - k)
        re[k], back_re[j] = a_part[k].real - b_part[k].imag, a_part[k].real + b_part[k].imag
    for k in range(half - 1):
        j = np.uint64(half - 2 - k)
        im[k], back_im[j] = a_part[k].imag + b_part[k].real, b_part[k].real - a_part[k].imag
    # with the parts exchanged a forward transform does the inverse
    b_re, a_re = _fft(imag, real, work, tables)
    for i in range(n):
        a_out[i] = scale * a_re[i]
    for i in range(n):
        b_out[i] = scale * b_re[i]
