"""``bundle.toml`` of a decoder bundle: its keys, and the files that it names, checked before anything is built."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings, check_mel
from bk_realtime.errors import BkError, FileError, InputError
from bk_realtime.plain_files import read_toml
from bk_realtime.typed import UNSAID, Within, from_dict, said, shortened

INDEX, MODEL, STATISTICS = "bundle.toml", "model.safetensors", "statistics.safetensors"
GATE = "gate.safetensors"
"""The speech gate, where the bundle has one; named under ``files`` alone, so that older programs read the rest."""
SURENESS = "sureness.safetensors"
"""How sure the decoder is, where it was trained to say so; named in the same way."""
FORMAT_VERSION = 2
_RATE = re.compile(r"\d{1,12}(\.\d{1,12})?(/\d{1,12})?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FASTEST_HZ = 1e6


@dataclass(frozen=True)
class Index:
    """Content of ``bundle.toml``; every key is required but ``package``, which bundles of before lack."""

    format_version: int
    kind: str
    sfreq: str
    labels: Annotated[tuple[str, ...], Within(1, 10_000)]
    lead_ms: Annotated[float, Within(-10_000, 10_000)]
    decoder: dict[str, Any]
    features: FeatureSettings
    mel: MelSettings
    vocoder: VocoderSettings
    files: dict[str, str]
    scores: dict[str, Any]
    provenance: dict[str, Any]
    package: str = field(default="", metadata={UNSAID: True})

    @property
    def rate(self) -> Fraction:
        """``sfreq`` in Hz, exact."""
        return Fraction(self.sfreq)


def check_bundle(folder: Path) -> Index:
    """Read what a bundle says of itself, and check that its files are those that were saved: all that can be told
    before the network is built, without what takes seconds to load.

    Raises
    ------
    BkError
        Not a bundle, another format version, a key too many or too few, a file missing or altered.
    """
    if not (folder / INDEX).is_file():
        raise FileError(
            f"{folder} is not a decoder bundle: expected {INDEX} in it; train one with python -m offline.train"
        )
    index = read_index(folder / INDEX)
    for name in {MODEL, STATISTICS, *filter(None, [index.vocoder.weights])} - set(index.files):
        raise InputError(
            f"{folder / INDEX}: expected the checksum of {name} under files, got none; get the bundle again"
        )
    for name, digest in index.files.items():
        check_file(folder, folder / INDEX, name, digest)
    return index


def read_index(path: Path) -> Index:
    """Read ``bundle.toml``.

    Raises
    ------
    BkError
        Another format version, a key too many or too few, or a value that cannot be.
    """
    values = read_toml(path)
    version = values.get("format_version")
    if isinstance(version, bool) or version != FORMAT_VERSION:
        raise InputError(
            f"{path}: expected format version {FORMAT_VERSION}, got {'None' if version is None else said(version)}; "
            "use the version of this program that wrote it, or train again"
        )
    try:
        index = from_dict(Index, values, str(path), complete=True)
    except BkError as error:
        raise type(error)(f"{error}; get the bundle again") from None
    _check_rate(index.sfreq, path)
    _check_labels(index.labels, path)
    _check_provenance(index.provenance, str(path))
    try:
        check_mel(index.mel)
    except BkError as error:
        raise InputError(f"{path}: {error}") from None
    return index


def _check_rate(sfreq: str, path: Path) -> None:
    try:  # no 1e999999999 either, which would be computed
        rate = Fraction(sfreq) if _RATE.fullmatch(sfreq) else Fraction(0)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not 1 <= rate <= _FASTEST_HZ:
        raise InputError(f"{path}: expected sfreq such as '1024' or '4069/4' in Hz, got {said(sfreq)}")


def _check_labels(labels: tuple[str, ...], path: Path) -> None:
    for i, label in enumerate(labels):
        if not label.strip() or len(label) > 256:
            raise InputError(f"{path}: labels[{i}]: expected 1 to 256 characters, got {said(label)}")
    if len(set(labels)) < len(labels):
        double = next(label for i, label in enumerate(labels) if label in labels[:i])
        raise InputError(f"{path}: labels: expected every channel once, got {said(double)} twice")


@dataclass(frozen=True)
class _Audited:
    """What training found out about the microphone in the electrodes, as far as a session and a score card ask."""

    verdict: str = ""
    reason: str = ""
    found: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()


@dataclass(frozen=True)
class _TrainedOn:
    """What the leak guard asks of a recording in the training."""

    sha256: str = ""
    neural_sha256: str = ""


def _check_provenance(provenance: dict[str, Any], where: str) -> None:
    """Refuse what the leak guard and the warning of contamination would stumble over; the rest is free."""
    said_of = provenance.get("contamination", {})
    if isinstance(said_of, dict):
        said_of = {k: v for k, v in said_of.items() if k in _Audited.__dataclass_fields__}
    from_dict(_Audited, said_of, where, "provenance.contamination")
    data = provenance.get("data", {})
    if not isinstance(data, (dict, list)):
        raise InputError(f"{where}: provenance.data: expected tables, got {said(data)}")
    for name, entry in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(entry, dict):
            entry = {k: v for k, v in entry.items() if k in _TrainedOn.__dataclass_fields__}
        from_dict(_TrainedOn, entry, where, f"provenance.data.{shortened(str(name))}")


def check_file(folder: Path, index: Path, name: str, digest: str) -> None:
    """Refuse a file that is not inside the bundle, not there, or not the one whose checksum is in ``index``.

    Raises
    ------
    BkError
        So it is.
    """
    parts = PurePosixPath(name)
    path = folder / name
    try:
        inside = len(name) < 256 and not parts.is_absolute() and folder.resolve() in path.resolve().parents
        there = inside and path.is_file()
    except (OSError, ValueError):
        inside = there = False
    if not inside:
        raise InputError(f"{index}: expected files inside the bundle, got {said(name)}")
    if not _DIGEST.fullmatch(digest):
        raise InputError(f"{index}: files.{said(name)}: expected a SHA-256 of 64 hex digits, got {said(digest)}")
    if not there:
        raise FileError(f"{path} is missing from the decoder bundle; get the bundle again")
    if sha256(path) != digest:
        raise InputError(f"{path} is not the file that was saved (its checksum differs); get the bundle again")


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
