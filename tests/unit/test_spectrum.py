"""Power spectra and the mains rule: against scipy, and on lines of known size."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal

from bk_realtime.measures.spectrum import density, line_excess_db
from gui.panels.spectrum import mains_words
from offline.inspection.channels import _line_db


@pytest.mark.parametrize(("sfreq", "size"), [(500.0, None), (500.0, 1000), (511.0, None), (500.0, 333)])
def test_density_is_that_of_the_text_books(sfreq: float, size: int | None) -> None:
    values = np.random.default_rng(0).standard_normal((4000, 3)) * [1.0, 2.0, 5.0]
    freqs, power = density(values, sfreq, size)
    want_freqs, want = signal.welch(values, sfreq, nperseg=size or round(sfreq), axis=0)
    np.testing.assert_allclose(freqs, want_freqs)
    np.testing.assert_allclose(power, want, rtol=1e-6, atol=1e-12)


def test_windows_with_missing_values_are_left_out_and_none_is_said() -> None:
    values = np.random.default_rng(0).standard_normal((4000, 3))
    values[700, 1] = np.nan
    assert np.isfinite(density(values, 500.0)[1]).all(), "only the windows around it are left out"
    assert np.isnan(density(values[:400], 500.0)[1]).all()
    values[::100, 2] = np.nan
    assert np.isnan(density(values, 500.0)[1][:, 2]).all()


def test_one_rule_for_the_window_and_the_inspection_of_files() -> None:
    """What lies 3.5 Hz beside the mains is part of no surroundings, what lies 9.5 Hz beside it is."""
    freqs = np.arange(0.0, 200.0, 0.5)
    spectrum = np.zeros((len(freqs), 2))
    spectrum[np.abs(freqs - 50) <= 1] = [12.0, 30.0]
    spectrum[np.abs(freqs - 50) == 3.5] = 60.0
    np.testing.assert_allclose(line_excess_db(freqs, spectrum, 50.0), [12.0, 30.0])
    np.testing.assert_allclose(_line_db(freqs, spectrum, 50.0, (0.0, 100.0)), [12.0, 30.0])
    assert mains_words(freqs, 10 ** (spectrum[:, 0] / 10)) == "mains 50 Hz: 12 dB above what is beside it"
    beside = np.zeros(len(freqs))
    beside[np.abs(freqs - 50) <= 1] = 12.0
    far = (np.abs(freqs - 50) >= 4) & (np.abs(freqs - 50) <= 10)
    beside[far] = np.where(np.abs(freqs[far] - 50) >= 7, 6.0, 0.0)  # more than half of the 4 to 10 Hz
    assert line_excess_db(freqs, beside, 50.0) == 6.0
    assert mains_words(freqs, 10 ** (beside / 10)) == "no mains stands out"
    assert np.isnan(line_excess_db(freqs, beside, 500.0))
