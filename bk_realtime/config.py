"""Frozen settings dataclasses, TOML in and out, unknown keys rejected."""

from __future__ import annotations

import dataclasses
import math
import tomllib
import types
import typing
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeVar

import tomli_w

from bk_realtime.clock import HOP_LENGTH, SAMPLE_RATE
from bk_realtime.errors import FileError, InputError, OptionError
from bk_realtime.files import write_text

T = TypeVar("T")

UNSAID = "unsaid"
"""Metadata of a field that is written only where it differs from its default: files of before, which lack it, and
programs of before, which do not know it, stay good."""


@dataclass(frozen=True)
class MelSettings:
    """Mel spectrogram of Tacotron 2 / HiFi-GAN / WaveGlow: natural log of Slaney mel magnitudes, clamped."""

    sample_rate: int = SAMPLE_RATE
    """Audio rate in Hz."""
    n_fft: int = 1024
    win_length: int = 1024
    hop_length: int = HOP_LENGTH
    """Samples per frame: 11.61 ms at 22,050 Hz."""
    n_mels: int = 80
    f_min: float = 0.0
    """Lower edge in Hz."""
    f_max: float = 8000.0
    """Upper edge in Hz."""
    floor: float = 1e-5
    """Magnitudes are clamped here before the logarithm."""
    scale: str = "slaney"
    """Mel scale and normalisation; only the Slaney one is right for the vocoders here."""

    @property
    def frame_rate(self) -> Fraction:
        """Mel frames a second, exact: 22050/256 = 86.13 Hz by default."""
        return Fraction(self.sample_rate, self.hop_length)


FRAME_RATE = MelSettings().frame_rate
"""Of the one mel convention that decoders and vocoders share."""


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
    line_freq: float = 50.0
    """Mains frequency in Hz (50 or 60; 0 switches the notches off)."""
    notch_q: float = 30.0
    """Quality of each notch; only harmonics inside the band get one."""
    band: tuple[float, float] = (70.0, 170.0)
    """Pass band in Hz."""
    order: int = 4
    """Butterworth order as scipy counts it (4: group delay about 8 ms at 110 Hz, reported by the program)."""
    window_s: float = 0.05
    """Length of the power window in seconds, ending at the frame's boundary."""
    normalisation: str = "frozen"
    """frozen (training statistics) or running (causal exponential statistics that start from the training ones)."""
    running_s: float = 60.0
    """Time constant of the running statistics in seconds."""
    flat_s: float = 0.25
    """A channel whose value has not changed for this long is masked until it does."""
    kind: Literal["high-gamma", "given"] = field(default="high-gamma", metadata={UNSAID: True})
    """high-gamma (made here from the raw signal) or given (the recording holds features that were made elsewhere, at
    87 Hz or more: each mel frame takes the mean of those that fall into it, and nobody here knows whether they look
    ahead)."""

    def __post_init__(self) -> None:
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


_OF_HIGH_GAMMA = ("reference", "line_freq", "notch_q", "band", "order", "window_s")
_DEFAULTS = {f.name: f.default for f in dataclasses.fields(FeatureSettings)}


def _words(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True)
class VocoderSettings:
    """Which vocoder a bundle speaks with."""

    name: str = "phase"
    """phase (streaming phase reconstruction, no weights) or another name in bk_realtime.vocoder."""
    lookahead_ms: float = 11.6
    """Wanted lookahead in ms; the vocoder takes the nearest one it offers."""
    weights: str = ""
    """File of weights for vocoders that have them; in a bundle, relative to it."""

    @staticmethod
    def sizes_beside(weights: Path) -> Path | None:
        """The JSON file with the sizes of the network in ``weights``: of the same name, or ``config.json``."""
        paths = (weights.with_suffix(".json"), weights.with_name("config.json"))
        return next((path for path in paths if path.is_file()), None)


def from_dict(cls: type[T], values: dict[str, Any], where: str = "settings") -> T:
    """Build a settings dataclass from plain values; nested dataclasses from nested tables.

    Raises
    ------
    BkError
        An unknown key, or a value of the wrong type.
    """
    hints = typing.get_type_hints(cls)
    names = [f.name for f in dataclasses.fields(cls)]  # type: ignore[arg-type]
    unknown = sorted(set(values) - set(names))
    if unknown:
        raise OptionError(f"{where}: unknown key {unknown[0]!r}; expected one of {', '.join(names)}")
    return cls(**{k: _convert(hints[k], v, f"{where}.{k}") for k, v in values.items()})


def _convert(hint: Any, value: Any, where: str) -> Any:
    origin = typing.get_origin(hint)
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, dict):
            raise OptionError(f"{where}: expected a table, got {value!r}")
        return from_dict(typing.cast(type, hint), value, where)
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise OptionError(f"{where}: expected a list, got {value!r}")
        args = typing.get_args(hint)
        kinds = [args[0]] * len(value) if args[-1] is Ellipsis else list(args)
        if len(kinds) != len(value):
            raise OptionError(f"{where}: expected {len(kinds)} values, got {value!r}")
        return tuple(_convert(a, v, where) for a, v in zip(kinds, value, strict=True))
    if origin in (typing.Union, types.UnionType):
        kinds = [a for a in typing.get_args(hint) if a is not type(None)]
        return None if value is None else _convert(kinds[0], value, where)
    if origin is dict:
        if not isinstance(value, dict):
            raise OptionError(f"{where}: expected a table, got {value!r}")
        return dict(value)
    if hint is Path and isinstance(value, str):
        return Path(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and (not isinstance(value, hint) or (hint is int and isinstance(value, bool))):
        raise OptionError(f"{where}: expected {hint.__name__}, got {value!r}")
    return value


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


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; a missing or broken one is a :class:`BkError`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileError(f"{path}: no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a valid TOML file ({error})") from None


def write_toml(path: Path, values: dict[str, Any]) -> None:
    """Write plain values as TOML, replacing the file in one move so that a crash leaves the old one whole."""
    write_text(path, tomli_w.dumps(values))


def option(name: str) -> str:
    """The command-line option of a field."""
    return "--" + name.replace("_", "-")


def check_range(settings: Any, name: str, low: float, high: float, unit: str) -> None:
    """Raise where the field ``name`` of a settings object is neither None nor a number from ``low`` to ``high``."""
    value = getattr(settings, name)
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        raise OptionError(f"{option(name)} {value:g}: expected {low:g} to {high:g} {unit}")
