"""Settings of what a session may change in its decoder's features while it runs, and how that is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from bk_realtime.config import check_range

ADJUSTED: Literal["adjusted"] = "adjusted"
"""Kind of the event that says from which sample on what holds."""


@dataclass(frozen=True)
class AdaptSettings:
    """What a session may change in its features while it runs."""

    rolling_s: float | None = None
    """Time constant in seconds of a rolling normalisation of the features; without it the statistics are frozen."""
    dead_s: float = 5.0
    """A channel that is flat, railed or no number for this long masks itself, until it has been well for 10 s."""
    drift_limit: float = 2.0
    """Say so where a feature's mean of a minute is this many training deviations from its training mean."""

    def __post_init__(self) -> None:
        check_range(self, "rolling_s", 1.0, 86_400.0, "s")
        check_range(self, "dead_s", 0.5, 3600.0, "s")
        check_range(self, "drift_limit", 0.1, 10.0, "training deviations")


@dataclass(frozen=True)
class Adjustment:
    """What holds from one neural sample on.

    Attributes
    ----------
    stamp : the sender's stamp of that sample.
    masked : labels of the decoder's channels that are masked.
    statistics : (mean, std) of the features, each (n_features,) float64, NaN where a feature has none; None: those of
        the bundle.
    """

    stamp: float
    masked: tuple[str, ...] = ()
    statistics: tuple[np.ndarray, np.ndarray] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, every statistic in full: they read back to the bit."""
        out: dict[str, Any] = {"stamp": self.stamp, "masked": list(self.masked)}
        if self.statistics is not None:
            mean, std = self.statistics
            out |= {"mean": _plain(mean), "std": _plain(std)}
        return out

    @classmethod
    def read(cls, event: dict[str, Any]) -> Adjustment:
        """One of :meth:`as_dict`."""
        has = event.get("mean") is not None
        statistics = (_array(event["mean"]), _array(event["std"])) if has else None
        return cls(float(event["stamp"]), tuple(event.get("masked", ())), statistics)


def read_adjustments(events: Iterable[dict[str, Any]]) -> list[Adjustment]:
    """All adjustments among a session's events, in order."""
    return [Adjustment.read(event) for event in events if event.get("event") == ADJUSTED]


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(v) if np.isfinite(v) else None for v in values]


def _array(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in values], np.float64)
