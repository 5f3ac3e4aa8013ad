"""The compiled real FFT against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.vocoder.fft import fft_tables, irfft, rfft


@pytest.mark.parametrize("n", [16, 32, 256, 512, 1024])
def test_equals_numpy(n: int) -> None:
    tables, work = fft_tables(n), np.zeros((2, n // 2), np.complex128)
    x = np.random.default_rng(n).standard_normal(n)
    spectrum, back = np.zeros(n // 2 + 1, np.complex128), np.zeros(n)
    rfft(x, spectrum, work, tables)
    np.testing.assert_allclose(spectrum, np.fft.rfft(x), atol=1e-12 * n)
    irfft(spectrum, back, work, tables)
    np.testing.assert_allclose(back, x, atol=1e-13 * n)


@pytest.mark.parametrize("n", [0, 8, 1000])
def test_other_lengths_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="power of two"):
        fft_tables(n)
