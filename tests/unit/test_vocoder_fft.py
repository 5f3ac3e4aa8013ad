"""The compiled real FFT against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.vocoder.phase.fft import fft_tables, irfft_pair, rfft_pair


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [256, 512, 1024, 2048])
def test_equals_numpy(n: int, dtype: type[np.floating]) -> None:
    tables, complex_ = fft_tables(n, dtype), np.result_type(dtype, np.complex64)
    work, tolerance = np.zeros((3, 2 * tables.n), dtype), np.finfo(dtype).eps
    x = np.random.default_rng(n).standard_normal((2, n)).astype(dtype)
    spectra, back = np.zeros((2, n // 2 + 1), complex_), np.zeros((2, n), dtype)
    rfft_pair(x[0], x[1], spectra[0], spectra[1], work, tables)
    np.testing.assert_allclose(spectra, np.fft.rfft(x.astype(np.float64)), atol=tolerance * n)
    irfft_pair(spectra[0], spectra[1], back[0], back[1], work, tables)
    np.testing.assert_allclose(back, x, atol=tolerance * 20)


@pytest.mark.parametrize("n", [0, 128, 1000])
def test_other_lengths_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="power of two"):
        fft_tables(n)
