"""Feature operators under contract, on inputs ridden with NaN, infinities and flat pieces."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import torch
from torch import Tensor

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.features import (
    Beside,
    Cast,
    FrameMean,
    LogPower,
    MaskBad,
    Resample,
    SelectChannels,
    SosFilter,
    ZScore,
    as_read,
    build_features,
    filter_sos,
)
from bk_realtime.features.reference import Bipolar, GroupAverage
from tests.contract.harness import Case, Signal, gaussian


def dirty(n_channels: int) -> Signal:
    """Noise on an offset with NaN runs, single NaNs, infinities, a flat piece and a channel that starts late."""

    def make(batch: int, n: int, generator: torch.Generator) -> Tensor:
        x = 3 * gaussian(n_channels)(batch, n, generator) + 100
        spots = torch.rand(batch, n, n_channels, generator=generator)
        x[spots < 0.03] = torch.nan
        x[(spots > 0.03) & (spots < 0.035)] = torch.inf
        x[:, n // 3 : n // 3 + 30, 0] = torch.nan
        x[:, n // 2 : n // 2 + 25, 1 % n_channels] = 7.0
        x[:, :5, -1] = torch.nan
        return x

    return make


def _with_nan(n_channels: int) -> Signal:
    """What follows the mask: NaN but no infinities."""
    source = dirty(n_channels)
    return lambda *args: source(*args).nan_to_num(torch.nan, torch.nan, torch.nan)


def _filter() -> SosFilter:
    return SosFilter(filter_sos(FeatureSettings(), 1024), 3, 1024, restart_s=0.02)


def _beside(sfreq: float) -> Beside:
    settings = FeatureSettings(more_bands=("low", "beta"))
    found = build_features(settings, MelSettings(), ["A1", "A2"], ["A1", "A2"], sfreq)[-1]
    assert isinstance(found, Beside)
    return found


def _references(sfreq: float) -> Beside:
    labels = ["A1", "A2", "A3", "B1", "B2"]
    settings = FeatureSettings(more_bands=("beta",), more_references=("shaft", "average"))
    found = build_features(settings, MelSettings(), labels, labels, sfreq)[-1]
    assert isinstance(found, Beside)
    return found


def _as_read() -> Beside:
    (found,), _ = as_read(FeatureSettings("shaft", more_references=("none",)), ["A1", "A2", "B1", "B2"])
    assert isinstance(found, Beside)
    return found


MEAN, STD = np.array([100.0, 98.0, np.nan]), np.array([3.0, 0.5, 1.0])

CASES: dict[str, Case] = {
    "select": Case(lambda: SelectChannels("abcd", "cab"), _with_nan(4)),
    "mask": Case(lambda: MaskBad(3, 200, 0.05), dirty(3)),
    "group_average": Case(lambda: GroupAverage([[0, 3], [1, 2, 4]]), _with_nan(5)),
    "bipolar": Case(lambda: Bipolar(4, [(0, 1), (1, 2)]), _with_nan(4)),
    "sos_filter": Case(_filter),
    "sos_filter_nan": Case(_filter, _with_nan(3), n=200),
    "log_power_1024": Case(lambda: LogPower(3, FrameClock(1024), 0.05), _with_nan(3), n=260),
    "log_power_1017": Case(lambda: LogPower(2, FrameClock(1017.25), 0.02), _with_nan(2), n=200),
    "log_power_short_window": Case(lambda: LogPower(2, FrameClock(200), 0.01)),
    "frame_mean_100": Case(lambda: FrameMean(3, FrameClock(100)), _with_nan(3), n=120),
    "frame_mean_500": Case(lambda: FrameMean(2, FrameClock(500)), _with_nan(2), n=200),
    "frame_mean_frame_rate": Case(lambda: FrameMean(2, FrameClock(Fraction(22050, 256))), _with_nan(2)),
    "beside_1024": Case(lambda: _beside(1024), _with_nan(2), n=260),
    "beside_1017": Case(lambda: _beside(1017.25), n=200),
    "references_1024": Case(lambda: _references(1024), _with_nan(5), n=260),
    "references_1017": Case(lambda: _references(1017.25), n=200),
    "as_read": Case(_as_read, _with_nan(4)),
    "z_score_frozen": Case(lambda: ZScore(MEAN, STD), _with_nan(3)),
    "z_score_running": Case(lambda: ZScore(MEAN, STD, "running", 0.5), _with_nan(3)),
    "resample_half": Case(lambda: Resample(3, 2048, 1024, 170.0), _with_nan(3)),
    "resample_clean": Case(lambda: Resample(2, 1000, 1024, 170.0)),
    "resample_1000": Case(lambda: Resample(3, 1000, 1024, 170.0), _with_nan(3)),
    "resample_2000": Case(lambda: Resample(2, 2000, 1024, 170.0), _with_nan(2)),
    "resample_512": Case(lambda: Resample(2, 512, 1024, 170.0), _with_nan(2)),
    "resample_5000": Case(lambda: Resample(2, 5000, 1024, 170.0), n=240),
    "cast": Case(lambda: Cast(3, torch.float32), _with_nan(3)),
}
