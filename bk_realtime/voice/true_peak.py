"""How high a waveform gets between its samples: four times oversampled, as ITU-R BS.1770-4, annex 2, measures it."""

from __future__ import annotations

import numpy as np

from bk_realtime.compiled import njit

_P0 = (
    *(0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625),
    *(0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500),
)
_P1 = (
    *(-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250),
    *(0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375),
)
TAPS = np.array([_P0, _P1, _P1[::-1], _P0[::-1]])
"""(4, 12) the standard's interpolating filter, by phase."""
N_TAPS = TAPS.shape[1]
_MARGIN = 0.5
"""Twelve taps miss part of what is close to half the rate, where no short filter says what a converter will make of
it. So much of what lies there is added: 3.5 dB at half the rate, half a decibel at a quarter, none in speech."""
_UNDER_READ = 1.012
"""Between the points of the fourfold grid a wave may be a tenth of a decibel higher."""
_SIXTH = np.array([1.0, -6.0, 15.0, -20.0, 15.0, -6.0, 1.0]) / 64
BOUND = _UNDER_READ * float(np.abs(TAPS).sum(1).max()) + _MARGIN
"""No answer of :func:`peak_between` is higher than this times the highest sample."""


@njit
def peak_between(newest):  # type: ignore[no-untyped-def]
    """What the waveform reaches between and at the sixth- and seventh-newest of the last twelve samples.

    Parameters
    ----------
    newest : (12,) samples, oldest first.
    """
    peak = max(abs(newest[5]), abs(newest[6]))
    for phase in range(4):
        y = 0.0
        for k in range(N_TAPS):
            y += TAPS[phase, k] * newest[k]
        peak = max(peak, abs(y))
    high = 0.0
    for first in range(1, 5):  # centred at the two samples and at their neighbours
        y = 0.0
        for k in range(7):
            y += _SIXTH[k] * newest[first + k]
        high = max(high, abs(y))
    return _UNDER_READ * peak + _MARGIN * high
