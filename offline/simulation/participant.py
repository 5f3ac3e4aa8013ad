"""Who is simulated: electrodes, which contact follows which part of speech, and which contacts are bad."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bk_realtime.errors import OptionError

SHAFTS = ("LAH", "A", "B", "LPH", "RT", "C", "LI", "RP", "D", "LF", "RS", "E", "RAH", "LC", "RF", "G")
N_BANDS = 12
BAND_EDGES_HZ = np.geomspace(100.0, 8000.0, N_BANDS + 1)
"""Edges of the spectral bands that contacts can follow, Hz."""
FEATURES = ("band", "onset", "voicing", "frication", "loudness")
GAIN_DB = 3.6
"""Median rise of 70-170 Hz power at full drive, dB, at coupling 1 (reports of overt speech: about 1 to 6 dB)."""
LOW_GAIN_DB = -10.0
"""Median size of the 0.5-30 Hz wave that follows speech against the contact's own background in that band, dB (RMS over
the session), at low-frequency coupling 1: a third of it, assumed, not measured on anybody."""
MAX_GAIN_DB = 9.0
"""No contact rises by more, whatever the coupling."""


@dataclass(frozen=True, eq=False)
class Participant:
    """Fixed properties of one simulated person; two sessions of the same person share them.

    Attributes
    ----------
    labels : contact names such as ``LAH3``, shaft by shaft.
    positions : (n_channels, 3) mm.
    weights : (n_channels, N_BANDS) what a ``band`` contact follows, rows sum to 1 (0 elsewhere).
    feature : per contact one of ``FEATURES`` or ``none``.
    lag_s : per contact, seconds by which the response follows the sound (negative: articulation, leads it).
    gain_db : per contact, rise of high-gamma power at full drive in dB (0 for ``none``).
    low_gain : per contact, size and sign of the low-frequency wave against the contact's own 0.5-30 Hz background.
    level : (n_channels,) scale of the background.
    bad : label -> reason (``flat`` or ``noisy``).
    """

    labels: tuple[str, ...]
    positions: np.ndarray
    weights: np.ndarray
    feature: tuple[str, ...]
    lag_s: np.ndarray
    gain_db: np.ndarray
    level: np.ndarray
    bad: dict[str, str]
    low_gain: np.ndarray

    @property
    def n_channels(self) -> int:
        return len(self.labels)


def make_participant(
    n_channels: int, seed: int, coupling: float = 1.0, n_bad: int | None = None, low_coupling: float = 0.0
) -> Participant:
    """Draw a participant: everything follows from ``seed`` and ``n_channels``.

    Parameters
    ----------
    coupling : scales every gain in dB; 0 is a brain that knows nothing of the speech.
    n_bad : contacts that are flat or noisy; by default one in sixteen.
    low_coupling : scales the low-frequency wave; 0 has none. Seven contacts in ten have one, drawn apart from those
        whose high gamma follows speech, each with a sign of its own.
    """
    if not 2 <= n_channels <= 512:
        raise OptionError(f"--channels {n_channels}: expected 2 to 512")
    if not 0 <= coupling <= 10:
        raise OptionError(f"--coupling {coupling:g}: expected 0 to 10")
    if not 0 <= low_coupling <= 10:
        raise OptionError(f"--low-coupling {low_coupling:g}: expected 0 to 10")
    rng = np.random.default_rng([seed, 1])
    labels: list[str] = []
    positions = []
    shaft_of: list[int] = []
    while len(labels) < n_channels:
        shaft = len(set(shaft_of))
        name = SHAFTS[shaft % len(SHAFTS)] + "'" * (shaft // len(SHAFTS))
        n_contacts = min(int(rng.integers(6, 13)), n_channels - len(labels))
        entry, heading = rng.uniform(-30, 30, 3), rng.standard_normal(3)
        heading /= np.linalg.norm(heading)
        for contact in range(n_contacts):
            labels.append(f"{name}{contact + 1}")
            positions.append(entry + heading * 3.5 * contact)
            shaft_of.append(shaft)
    shafts = np.array(shaft_of)

    # neighbours lie in the same tissue: tuning, lag and gain vary along a shaft about the shaft's own
    centre = np.empty(n_channels)
    lag = np.empty(n_channels)
    gain = np.empty(n_channels)
    feature: list[str] = []
    for shaft in range(shafts[-1] + 1):
        n = int((shafts == shaft).sum())
        motor = shaft % 2 == 0  # every other shaft leads the sound, the others follow it
        base = rng.uniform(-0.16, -0.06) if motor else rng.uniform(0.05, 0.14)
        lag[shafts == shaft] = base + rng.normal(0, 0.015, n)
        centre[shafts == shaft] = rng.uniform(0, N_BANDS - 1) + np.cumsum(rng.normal(0, 1.6, n))
        gain[shafts == shaft] = GAIN_DB * rng.lognormal(0, 0.35) * rng.lognormal(0, 0.3, n)
        feature += list(rng.choice(FEATURES, n, p=(0.62, 0.12, 0.1, 0.08, 0.08)))
    silent = rng.random(n_channels) < 0.3
    feature = ["none" if s else f for s, f in zip(silent, feature, strict=True)]
    gain = np.where(silent, 0.0, np.minimum(gain * coupling, MAX_GAIN_DB))
    # reflect the centre into the band range, so that edge bands are not favoured
    centre = np.abs((centre + N_BANDS - 1) % (2 * (N_BANDS - 1)) - (N_BANDS - 1))
    bumps = np.exp(-0.5 * ((np.arange(N_BANDS) - centre[:, None]) / 1.1) ** 2)
    weights = bumps / bumps.sum(axis=1, keepdims=True)
    weights[[f != "band" for f in feature]] = 0.0

    n_bad = n_channels // 16 if n_bad is None else n_bad
    if not 0 <= n_bad < n_channels:
        raise OptionError(f"--bad {n_bad}: expected fewer bad channels than the {n_channels} there are")
    chosen = rng.choice(n_channels, n_bad, replace=False)
    bad = {labels[c]: ("noisy", "flat")[i % 2] for i, c in enumerate(chosen)}
    return Participant(
        labels=tuple(labels),
        positions=np.array(positions),
        weights=weights,
        feature=tuple(feature),
        lag_s=lag,
        gain_db=gain,
        level=rng.lognormal(0, 0.3, n_channels),
        bad=bad,
        low_gain=_low_gain(n_channels, seed, low_coupling),
    )


def _low_gain(n_channels: int, seed: int, low_coupling: float) -> np.ndarray:
    """(n_channels,) by draws of their own, so that nothing else about the person changes."""
    rng = np.random.default_rng([seed, 9])
    size = 10 ** (LOW_GAIN_DB / 20) * rng.lognormal(0, 0.4, n_channels) * rng.choice((-1.0, 1.0), n_channels)
    return np.where(rng.random(n_channels) < 0.3, 0.0, size * low_coupling)
