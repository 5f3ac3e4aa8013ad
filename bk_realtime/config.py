"""Frozen settings dataclasses that packages share, and TOML out of them; :mod:`bk_realtime.typed` reads them."""

from __future__ import annotations

import dataclasses
import math
import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w

from bk_realtime.bands import Band, parse_bands, parse_references
from bk_realtime.clock import HOP_LENGTH, SAMPLE_RATE
from bk_realtime.errors import OptionError
from bk_realtime.files import write_text
from bk_realtime.plain_files import read_toml
from bk_realtime.typed import UNSAID, Within, from_dict

__all__ = [
    "FRAME_RATE",
    "SILENCE_WEIGHT",
    "UNSAID",
    "FeatureSettings",
    "MelSettings",
    "VocoderSettings",
    "check_device",
    "check_mel",
    "check_range",
    "from_dict",
    "option",
    "read_toml",
    "to_dict",
    "write_toml",
]


@dataclass(frozen=True)
class MelSettings:
    """Mel spectrogram of Tacotron 2 / HiFi-GAN / WaveGlow: natural log of Slaney mel magnitudes, clamped."""

    sample_rate: Annotated[int, Within(4000, 384_000)] = SAMPLE_RATE
    """Audio rate in Hz."""
    n_fft: Annotated[int, Within(2, 65_536)] = 1024
    win_length: Annotated[int, Within(1, 65_536)] = 1024
    hop_length: Annotated[int, Within(1, 65_536)] = HOP_LENGTH
    """Samples per frame: 11.61 ms at 22,050 Hz."""
    n_mels: Annotated[int, Within(1, 1024)] = 80
    f_min: Annotated[float, Within(0, 192_000)] = 0.0
    """Lower edge in Hz."""
    f_max: Annotated[float, Within(1, 192_000)] = 8000.0
    """Upper edge in Hz."""
    floor: Annotated[float, Within(1e-30, 1)] = 1e-5
    """Magnitudes are clamped here before the logarithm."""
    scale: str = "slaney"
    """Mel scale and normalisation; only the Slaney one is right for the vocoders here."""

    @property
    def frame_rate(self) -> Fraction:
        """Mel frames a second, exact: 22050/256 = 86.13 Hz by default."""
        return Fraction(self.sample_rate, self.hop_length)


def check_mel(settings: MelSettings) -> None:
    """Refuse settings that no code here can honour.

    Raises
    ------
    BkError
        Another mel scale than Slaney's (HTK mels differ by up to 12 dB per band), or impossible sizes.
    """
    s = settings
    if s.scale != "slaney":
        raise OptionError(f"mel scale {s.scale!r}: expected 'slaney'; remake spectrograms of another scale")
    if not (0 < s.hop_length <= s.win_length <= s.n_fft) or (s.n_fft - s.hop_length) % 2 or s.n_fft % 2:
        raise OptionError(
            f"mel settings hop_length={s.hop_length}, win_length={s.win_length}, n_fft={s.n_fft}: expected "
            "0 < hop_length <= win_length <= n_fft, n_fft even and n_fft - hop_length even"
        )
    if not (0 <= s.f_min < s.f_max <= s.sample_rate / 2) or s.n_mels < 1 or s.floor <= 0:
        raise OptionError(
            f"mel settings f_min={s.f_min:g}, f_max={s.f_max:g}, n_mels={s.n_mels}, floor={s.floor:g}: expected "
            f"0 <= f_min < f_max <= {s.sample_rate / 2:g} Hz, at least one band and a positive floor"
        )


FRAME_RATE = MelSettings().frame_rate
"""Of the one mel convention that decoders and vocoders share."""
SILENCE_WEIGHT = 0.25
"""How much a frame of silence counts against one of speech where a ridge is fitted; 1 is as much."""


@dataclass(frozen=True)
class FeatureSettings:
    """From µV samples to one normalised high-gamma log-power vector per mel frame; or from features made elsewhere.

    Raises
    ------
    OptionError
        An unknown kind, or with ``given`` a setting of filters that nobody applies.
    """

    reference: str = "none"
    """none, average (common average), bipolar (neighbours on a shaft) or shaft (average of each shaft)."""
    line_freq: Annotated[float, Within(0, 1000)] = 50.0
    """Mains frequency in Hz (50 or 60; 0 switches the notches off)."""
    notch_q: Annotated[float, Within(0.1, 10_000)] = 30.0
    """Quality of each notch; only harmonics inside the band get one."""
    band: Annotated[tuple[float, float], Within(0.01, 100_000)] = (70.0, 170.0)
    """Pass band in Hz."""
    order: Annotated[int, Within(1, 16)] = 4
    """Butterworth order as scipy counts it (4: group delay about 8 ms at 110 Hz, reported by the program)."""
    window_s: Annotated[float, Within(0.0001, 60)] = 0.05
    """Length of the power window in seconds, ending at the frame's boundary."""
    normalisation: str = "frozen"
    """frozen (training statistics) or running (causal exponential statistics that start from the training ones)."""
    running_s: Annotated[float, Within(0.001, 1e6)] = 60.0
    """Time constant of the running statistics in seconds."""
    flat_s: Annotated[float, Within(0.0001, 3600)] = 0.25
    """A channel whose value has not changed for this long is masked until it does."""
    kind: Literal["high-gamma", "given"] = field(default="high-gamma", metadata={UNSAID: True})
    """high-gamma (made here from the raw signal) or given (the recording holds features that were made elsewhere, at
    87 Hz or more: each mel frame takes the mean of those that fall into it, and nobody here knows whether they look
    ahead)."""
    more_bands: tuple[str, ...] = field(default=(), metadata={UNSAID: True})
    """Bands beside this one: low (0.5-30 Hz, the signal with its sign), beta (12-30 Hz, log power), or any as
    name:low-high:kind with a kind of power or signal."""
    more_references: tuple[str, ...] = field(default=(), metadata={UNSAID: True})
    """References beside this one, all bands under each: of none, average and shaft. A feature is called A1_shaft,
    A1_shaft_low."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "more_bands", tuple(band.word for band in parse_bands(self.more_bands)))
        object.__setattr__(self, "more_references", parse_references(self.more_references, self.reference, self.beside))
        if self.kind not in ("high-gamma", "given"):
            raise OptionError(f"features.kind {self.kind}: expected high-gamma or given")
        if self.kind == "given":
            for name in _OF_HIGH_GAMMA:
                value, usual = getattr(self, name), _DEFAULTS[name]
                if value != usual:
                    raise OptionError(
                        f"features.{option(name)[2:]} {_words(value)}: given features are taken as they are; "
                        f"expected no such setting with features.kind given, or features.kind high-gamma"
                    )

    @property
    def beside(self) -> tuple[Band, ...]:
        """The bands beside the main one."""
        return parse_bands(self.more_bands)

    @property
    def references(self) -> tuple[str, ...]:
        """The main one, and those beside it."""
        return (self.reference, *self.more_references)

    @property
    def top_hz(self) -> float:
        """Highest edge of any band."""
        return max(self.band[1], *(band.edges[1] for band in self.beside)) if self.more_bands else self.band[1]


_OF_HIGH_GAMMA = ("reference", "line_freq", "notch_q", "band", "order", "window_s", "more_bands", "more_references")
_DEFAULTS = {f.name: f.default for f in dataclasses.fields(FeatureSettings)}


def _words(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True)
class VocoderSettings:
    """Which vocoder a bundle speaks with."""

    name: str = "phase"
    """phase (streaming phase reconstruction, no weights) or another name in bk_realtime.vocoder."""
    lookahead_ms: Annotated[float, Within(0, 10_000)] = 11.6
    """Wanted lookahead in ms; the vocoder takes the nearest one it offers."""
    weights: str = ""
    """File of weights for vocoders that have them; in a bundle, relative to it."""

    @staticmethod
    def sizes_beside(weights: Path) -> Path | None:
        """The JSON file with the sizes of the network in ``weights``: of the same name, or ``config.json``."""
        paths = (weights.with_suffix(".json"), weights.with_name("config.json"))
        return next((path for path in paths if path.is_file()), None)


def to_dict(settings: Any) -> dict[str, Any]:
    """Plain values for TOML; ``None`` is left out, because TOML has none, and a field marked :data:`UNSAID` at its
    default."""

    def clean(value: Any) -> Any:
        if dataclasses.is_dataclass(value):
            said = [f for f in dataclasses.fields(value) if not f.metadata.get(UNSAID) or _differs(value, f)]
            return clean({f.name: getattr(value, f.name) for f in said})
        if isinstance(value, dict):
            return {k: clean(v) for k, v in value.items() if v is not None}
        if isinstance(value, (list, tuple)):
            return [clean(v) for v in value]
        return str(value) if isinstance(value, Path) else value

    cleaned: dict[str, Any] = clean(settings)
    return cleaned


def _differs(settings: Any, field: dataclasses.Field[Any]) -> bool:
    return bool(getattr(settings, field.name) != field.default)


def write_toml(path: Path, values: dict[str, Any]) -> None:
    """Write plain values as TOML, replacing the file in one move so that a crash leaves the old one whole."""
    write_text(path, tomli_w.dumps(values))


def option(name: str) -> str:
    """The command-line option of a field."""
    return "--" + name.replace("_", "-")


def check_device(device: str) -> None:
    """Refuse a name that no computing device has; whether it is there, :func:`bk_realtime.device.pick_device` tells.

    Raises
    ------
    OptionError
        None of cpu, cuda, cuda:N, auto.
    """
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", device):
        raise OptionError(f"device {device!r}: expected cpu, cuda, cuda:N or auto")


def check_range(settings: Any, name: str, low: float, high: float, unit: str) -> None:
    """Raise where the field ``name`` of a settings object is neither None nor a number from ``low`` to ``high``."""
    value = getattr(settings, name)
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        raise OptionError(f"{option(name)} {value:g}: expected {low:g} to {high:g} {unit}")
