"""Features: causal operators from µV samples to one normalised high-gamma vector per mel frame.

The chain is channels by label, bad samples to NaN, resampling where the stream has another rate, re-reference,
band-pass with line notches, log power on the global frame index, z-score. Features that were made elsewhere take the
same way without the filters: their mean over each mel frame stands in place of the log power. Bands beside high gamma
go through filters of their own on the same frames, a further reference goes through the same filters beside the first.
NaN is the mask throughout: no stage spreads it, and the z-score makes it 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import torch

from bk_realtime import progress
from bk_realtime.bands import POWER, Band, banded, referenced
from bk_realtime.clock import FrameClock, rational_rate
from bk_realtime.config import FRAME_RATE, FeatureSettings, MelSettings
from bk_realtime.errors import InputError, OptionError
from bk_realtime.features.average import FrameMean
from bk_realtime.features.beside import Beside
from bk_realtime.features.cast import Cast
from bk_realtime.features.filters import SosFilter, bandpass_sos, line_harmonics, notch_sos, sos_group_delay
from bk_realtime.features.mask import MaskBad
from bk_realtime.features.normalise import ZScore, baseline_statistics, fit_statistics
from bk_realtime.features.power import LogPower
from bk_realtime.features.reference import build_reference, reference_labels
from bk_realtime.features.resample import Resample
from bk_realtime.features.select import SelectChannels, check_unique
from bk_realtime.montage.contacts import parse_contact
from bk_realtime.stream import Operator, Pipeline
from bk_realtime.typed import check_within

__all__ = [
    "Beside",
    "Cast",
    "FrameMean",
    "LogPower",
    "MaskBad",
    "Resample",
    "SelectChannels",
    "SosFilter",
    "ZScore",
    "as_read",
    "band_delays",
    "baseline_statistics",
    "build_features",
    "feature_labels",
    "fit_statistics",
    "group_delay_s",
    "parse_contact",
    "run_features",
]

DELAY_HZ = 110.0
"""Where the filter's group delay is stated: about the middle of the high-gamma band."""
BESIDE_ORDER = 2
"""Order of the bands beside it, as scipy counts it."""


def feature_labels(settings: FeatureSettings, labels: Sequence[str]) -> list[str]:
    """Labels of the features made from channels ``labels``, in order (bipolar: ``A1-A2``); those of further bands
    behind all of the main one, band after band (``A1_low``), and all of these under each further reference behind them
    (``A1_shaft``, ``A1_shaft_low``).

    Raises
    ------
    InputError, OptionError
        As :func:`~bk_realtime.features.reference.reference_labels`; a channel that is called as a band of another.
    """
    found: list[str] = []
    for own in _names_under(settings, labels):
        found += own + [banded(label, band) for band in settings.beside for label in own]
    if settings.more_bands or settings.more_references:
        check_unique(found, "features")
    return found


def _names_under(settings: FeatureSettings, labels: Sequence[str]) -> list[list[str]]:
    """Labels of the main band's features under each reference."""
    more = [[referenced(label, r) for label in reference_labels(r, labels)] for r in settings.more_references]
    return [reference_labels(settings.reference, labels), *more]


def as_read(settings: FeatureSettings, labels: Sequence[str]) -> tuple[list[Operator], list[str]]:
    """What the filters get of channels ``labels``: operators ``(B, T, len(labels)) -> (B, T, n)`` µV, none where it is
    the channels themselves, and the name of each of the n; the channels under each reference, one after the other.

    Raises
    ------
    InputError, OptionError
        As :func:`~bk_realtime.features.reference.build_reference`.
    """
    names = [name for own in _names_under(settings, labels) for name in own]
    if not settings.more_references:
        return build_reference(settings.reference, labels), names
    check_unique(names, "features")
    same = SelectChannels(labels, labels)
    return [Beside([[*build_reference(r, labels), same] for r in settings.references])], names


def filter_sos(settings: FeatureSettings, sfreq: Fraction | float) -> np.ndarray:
    """All second-order sections of the chain, ``(n_sections, 6)``: band-pass, then the notches inside the band."""
    harmonics = line_harmonics(settings.line_freq, settings.band)
    band = bandpass_sos(settings.band, settings.order, sfreq)
    return np.concatenate([band, notch_sos(harmonics, settings.notch_q, sfreq)])


def group_delay_s(settings: FeatureSettings, sfreq: Fraction | float) -> float | None:
    """Group delay of band-pass and notches in seconds at 110 Hz, or at mid-band where 110 Hz is outside.

    Next to a notch, where the delay of what is left says nothing, the nearest frequency two notch widths off counts.
    The power window adds half its length on average; neither is lookahead. None for given features: their filters are
    not known here. Of the main band: :func:`band_delays` has those beside it.
    """
    if settings.kind == "given":
        return None
    low, high = settings.band
    wanted = DELAY_HZ if low <= DELAY_HZ <= high else (low + high) / 2
    return _delay(settings, filter_sos(settings, sfreq), settings.band, wanted, sfreq)


def _delay(
    settings: FeatureSettings, sos: np.ndarray, edges: tuple[float, float], wanted: float, sfreq: Fraction | float
) -> float:
    """Group delay in seconds of ``sos`` at ``wanted`` Hz, or as near to it inside the band as no notch is."""
    grid = np.linspace(*edges, 1001)
    harmonics = line_harmonics(settings.line_freq, edges)
    clear = [f for f in grid if all(abs(f - h) > 2 * h / settings.notch_q for h in harmonics)]
    freq = min(clear or [wanted], key=lambda f: abs(f - wanted))
    return sos_group_delay(sos, freq, sfreq)


def beside_sos(settings: FeatureSettings, band: Band, sfreq: Fraction | float) -> np.ndarray:
    """Sections of a band beside the main one, ``(n_sections, 6)``: a band-pass of order 2, which is half as late as one
    of order 4, and as it is flat, notches up to an octave above the band too (0.5 to 30 Hz: 50 Hz)."""
    low, high = band.edges
    half = float(sfreq) / 2
    harmonics = [f for f in line_harmonics(settings.line_freq, (low, 2 * high)) if f < half]
    return np.concatenate(
        [bandpass_sos(band.edges, BESIDE_ORDER, sfreq), notch_sos(harmonics, settings.notch_q, sfreq)]
    )


def band_delays(settings: FeatureSettings, sfreq: Fraction | float) -> dict[str, tuple[float, float]]:
    """How late each band beside the main one is, by name: group delay of its filters in the middle of the band, and
    half of what its power or its mean is taken over, in seconds. None is held back for another, none looks ahead."""
    found = {}
    for band in settings.beside:
        sos = beside_sos(settings, band, sfreq)
        over = band.window_s(settings.window_s) if band.kind == POWER else 1.0 / float(FRAME_RATE)
        found[band.name] = _delay(settings, sos, band.edges, sum(band.edges) / 2, sfreq), over / 2
    return found


def build_features(
    settings: FeatureSettings,
    mel: MelSettings,
    labels_in: Sequence[str],
    labels: Sequence[str],
    sfreq: Fraction | float,
    mean: np.ndarray | None = None,
    std: np.ndarray | None = None,
    rate_in: Fraction | float | None = None,
) -> list[Operator]:
    """The feature chain: ``(B, T, len(labels_in)) µV`` float64 to ``(B, n_frames, n_features)``.

    With ``settings.kind`` given the samples are features of any unit.

    Parameters
    ----------
    settings, mel : what to compute, and the mel frames to compute it on.
    labels_in : channel labels of the stream, in its order.
    labels : the channels to use, in the order the decoder knows.
    sfreq : neural rate in Hz at which features are made and frames are counted.
    mean, std : (n_features,) training statistics; without them the log powers (or means of given features) come out as
        they are, NaN and all.
    rate_in : rate of the stream in Hz where it is another one; it is resampled then.

    Raises
    ------
    InputError
        Missing or double labels, a rate too low for frames or for resampling, statistics of another number of features.
    OptionError
        Settings out of range, or a band that the rate does not hold.

    Examples
    --------
    >>> ops = build_features(FeatureSettings(), MelSettings(), ["B1", "A1", "A2"], ["A1", "A2"], 1024)
    >>> [type(op).__name__ for op in ops]
    ['SelectChannels', 'MaskBad', 'SosFilter', 'LogPower']
    """
    if not float(sfreq) > 0:
        raise InputError(
            f"sfreq: expected a sampling rate above 0 Hz, got {float(sfreq):g} Hz; is this a marker stream?"
        )
    check_within(settings, "features")
    rate = rational_rate(sfreq)
    clock = FrameClock(rate, mel.sample_rate, mel.hop_length)
    if settings.normalisation not in ("frozen", "running"):
        raise OptionError(f"normalisation: expected frozen or running, got {settings.normalisation!r}")
    n = len(feature_labels(settings, labels))
    coming = rate if rate_in is None else rational_rate(rate_in)
    # flat channels are told by samples that repeat exactly, so before resampling
    ops: list[Operator] = [SelectChannels(labels_in, labels), MaskBad(len(labels), coming, settings.flat_s)]
    if settings.kind == "given":
        if coming != rate:
            raise InputError(
                f"given features are not resampled: expected them at {float(rate):g} Hz, got {float(coming):g} Hz; "
                "make them at that rate, or train at this one"
            )
        ops.append(FrameMean(n, clock))
    else:
        ops += [
            *([] if coming == rate else [Resample(len(labels), coming, rate, settings.top_hz)]),
            *_referenced(settings, labels, clock, rate),
        ]
    if (mean is None) != (std is None):
        raise InputError("normalisation: expected mean and std together, got one of them")
    if mean is not None and std is not None:
        z_score = ZScore(mean, std, settings.normalisation, settings.running_s, clock.frame_rate)
        if z_score.channels[0] != n:
            raise InputError(
                f"normalisation: expected statistics of {n} features, got {z_score.channels[0]}; "
                "they belong to another montage or reference"
            )
        ops.append(z_score)
    return ops


def _referenced(settings: FeatureSettings, labels: Sequence[str], clock: FrameClock, rate: Fraction) -> list[Operator]:
    """References, filters and power of channels ``labels``."""
    n = len(reference_labels(settings.reference, labels))  # as many under each
    ways = [[*build_reference(r, labels), *_bands(settings, n, clock, rate)] for r in settings.references]
    return [Beside(ways)] if settings.more_references else ways[0]


def _bands(settings: FeatureSettings, n: int, clock: FrameClock, rate: Fraction) -> list[Operator]:
    """Filters and power of ``n`` referenced channels."""
    main: list[Operator] = [SosFilter(filter_sos(settings, rate), n, rate), LogPower(n, clock, settings.window_s)]
    if not settings.more_bands:
        return main
    branches = [main]
    for band in settings.beside:
        power = LogPower(n, clock, band.window_s(settings.window_s)) if band.kind == POWER else FrameMean(n, clock)
        branches.append([SosFilter(beside_sos(settings, band, rate), n, rate), power])
    return [Beside(branches)]


def run_features(ops: Sequence[Operator], samples: np.ndarray, block: int = 2048) -> np.ndarray:
    """A whole recording ``(n, len(labels_in))`` µV through operators of :func:`build_features`, block by block so that
    memory stays small: ``(n_frames, n_features)`` float64. The same numbers as live, to the last bit or two."""
    pipe = Pipeline(ops, torch.zeros(0, dtype=torch.float64))
    most = math.ceil(len(samples) * math.prod(op.ratio for op in ops)) + 1
    features = np.empty(
        (most, ops[-1].channels[1])
    )  # filled as it goes: an hour of many channels must not lie here twice
    at = 0
    with progress.task("features", len(samples), " samples") as computing:
        for i in range(0, len(samples), block):
            piece = pipe.push(torch.as_tensor(np.asarray(samples[i : i + block], np.float64))[None])[0].numpy()
            features[at : at + len(piece)] = piece
            at += len(piece)
            computing.advance(min(block, len(samples) - i))
    tail = pipe.flush()[0].numpy()
    features[at : at + len(tail)] = tail
    return features[: at + len(tail)]
