"""Decoder bundle: one directory that holds everything a session needs, checked on loading, never a pickle.

``bundle.toml`` holds settings, labels, provenance and the SHA-256 of every other file; ``model.safetensors`` the
weights; ``statistics.safetensors`` mean and standard deviation of the features on the training data; ``gate`` and
``sureness`` (where they were trained) the speech gate, and how sure the decoder is; ``fingerprint`` what it was trained
on, by content; ``vocoder`` the weights of a vocoder that is not shipped.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from safetensors.torch import save

from bk_realtime import features as feature_stage
from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import rational_rate
from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings, to_dict, write_toml
from bk_realtime.decoder import registry
from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.bundle_index import (
    FORMAT_VERSION,
    GATE,
    INDEX,
    MODEL,
    STATISTICS,
    SURENESS,
    Index,
    check_bundle,
    sha256,
)
from bk_realtime.decoder.fit import Fit, fit_stream
from bk_realtime.decoder.speech_gate import SpeechGate
from bk_realtime.decoder.sureness import Sureness
from bk_realtime.device import pick_device
from bk_realtime.errors import BkError, FileError, InputError
from bk_realtime.files import atomic, write_bytes
from bk_realtime.stream import Operator
from bk_realtime.tensor_file import LARGEST, build_for, read_safetensors
from bk_realtime.typed import said

FINGERPRINT = "fingerprint.safetensors"
"""What was trained on, by content; named under ``files`` alone too."""
VOCODER = "vocoder"
"""Sub-folder with the vocoder's weights, where it has any."""
ADVICE = "get the bundle again"
Head = TypeVar("Head", SpeechGate, Sureness)


@dataclass(frozen=True)
class Bundle:
    """A trained decoder with all that belongs to it.

    Attributes
    ----------
    path : its directory, None until it is saved.
    kind : one of :data:`~bk_realtime.decoder.registry.DECODERS`, or one that another package offers.
    labels : channel labels in the order of training (before re-referencing).
    sfreq : neural rate of the training data in Hz; with given features theirs.
    mean, std : (n_features,) float64, statistics of the log-power features on the training part.
    decoder : operator (B, T, n_features) -> (B, T, n_mels) in natural-log mel, float32, eval mode.
    lead_ms : the decoder predicts the sound of this much later than its newest signal.
    provenance : data hashes, code version, seed, command.
    scores : figures on the held-out part.
    package : name and version of the package that the decoder's kind came from when it was saved.
    gate : says from the features whether the person speaks; None where none was trained.
    sureness : says from the features how sure the decoder is; None: it cannot tell.
    fingerprints : what it was trained on, by content (:mod:`offline.data.kept_prints`); nothing live reads it.
    """

    path: Path | None
    kind: str
    features: FeatureSettings
    mel: MelSettings
    vocoder: VocoderSettings
    labels: tuple[str, ...]
    sfreq: Fraction
    mean: np.ndarray
    std: np.ndarray
    decoder: Decoder
    lead_ms: float = 0.0
    provenance: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    package: str = ""
    gate: SpeechGate | None = None
    sureness: Sureness | None = None
    fingerprints: dict[str, torch.Tensor] = field(default_factory=dict)

    def check(self, description: StreamDescription, label_map: Mapping[str, str] | None = None) -> Fit:
        """Check a live or recorded stream in µV against this bundle: its channels found, its rate one to work with.

        Parameters
        ----------
        label_map : bundle's label -> stream's label, for channels that cannot be told from their labels.

        Raises
        ------
        BkError
            A channel is missing or ambiguous, the rate cannot be resampled, or a unit is not a voltage (given features
            have none, and are never resampled).
        """
        pass_hz = None if self.features.kind == "given" else self.features.top_hz
        return fit_stream(description, self.labels, self.sfreq, pass_hz, label_map)

    def feature_operators(self, labels_in: Sequence[str], rate_in: Fraction | None = None) -> list[Operator]:
        """Feature operators from µV samples of a stream with ``labels_in`` to z-scored features.

        Parameters
        ----------
        rate_in : rate of the stream in Hz, where it is another than the bundle's.
        """
        return feature_stage.build_features(
            self.features, self.mel, labels_in, self.labels, self.sfreq, self.mean, self.std, rate_in
        )

    @property
    def digest(self) -> str:
        """SHA-256 of ``bundle.toml``, which holds those of the other files: names the exact decoder."""
        if self.path is None:
            raise InputError("the decoder bundle has no hash yet; expected it to be saved first")
        return sha256(self.path / INDEX)


def save_bundle(bundle: Bundle, folder: Path, overwrite: bool = False) -> Bundle:
    """Write ``bundle`` into ``folder`` and return it as loaded from there.

    Weights of its vocoder are copied into it; those of a bundle not saved yet are named from the working folder.

    Raises
    ------
    BkError
        ``folder`` already holds a bundle and ``overwrite`` is false, or the vocoder's weights are missing.
    """
    folder = Path(folder)
    if (folder / INDEX).exists() and not overwrite:
        raise FileError(f"{folder} already holds a decoder bundle; choose another folder or overwrite it")
    folder.mkdir(parents=True, exist_ok=True)
    weights = {k: v.detach().to("cpu").contiguous() for k, v in bundle.decoder.state_dict().items()}
    _write_tensors(weights, folder / MODEL)
    statistics = {"mean": torch.from_numpy(bundle.mean.copy()), "std": torch.from_numpy(bundle.std.copy())}
    _write_tensors(statistics, folder / STATISTICS)
    heads = {GATE: bundle.gate, SURENESS: bundle.sureness}
    for name, head in heads.items():
        if head is not None:
            write_bytes(folder / name, save(head.tensors(), head.metadata()))
    if bundle.fingerprints:
        _write_tensors(bundle.fingerprints, folder / FINGERPRINT)
    further = [name for name, there in {**heads, FINGERPRINT: bundle.fingerprints}.items() if there]
    vocoder, copied = _take_in_vocoder(bundle, folder)
    index = Index(
        format_version=FORMAT_VERSION,
        kind=bundle.kind,
        sfreq=str(rational_rate(bundle.sfreq)),
        labels=tuple(bundle.labels),
        lead_ms=float(bundle.lead_ms),
        decoder=registry.decoder_settings(bundle.decoder),
        features=bundle.features,
        mel=bundle.mel,
        vocoder=vocoder,
        files={name: sha256(folder / name) for name in (MODEL, STATISTICS, *further, *copied)},
        scores=bundle.scores,
        provenance=bundle.provenance,
        package=registry.PLUGINS.package(bundle.kind),
    )
    write_toml(folder / INDEX, to_dict(index))
    return load_bundle(folder)


def _take_in_vocoder(bundle: Bundle, folder: Path) -> tuple[VocoderSettings, list[str]]:
    """Copy what the vocoder needs into ``folder``; the settings that name it there, and the files."""
    if not bundle.vocoder.weights:
        return bundle.vocoder, []
    weights = (bundle.path or Path()) / bundle.vocoder.weights
    if not weights.is_file():
        raise FileError(f"{weights}: no such file of vocoder weights")
    sizes = VocoderSettings.sizes_beside(weights)
    names = []
    for source in (weights,) if sizes is None else (weights, sizes):
        names.append(f"{VOCODER}/{source.name}")  # a folder of its own: a decoder's weights may have the same name
        target = folder / names[-1]
        if source.resolve() != target.resolve():
            with atomic(target) as part:
                shutil.copyfile(source, part)
    return dataclasses.replace(bundle.vocoder, weights=names[0]), names


def load_bundle(folder: Path | str, device: str = "cpu") -> Bundle:
    """Load and verify a bundle.

    Raises
    ------
    BkError
        Not a bundle, another format version, a key too many or too few, a file missing or altered, weights that do
        not fit the settings.
    """
    folder = Path(folder)
    index = check_bundle(folder)
    statistics = _read_statistics(folder / STATISTICS)
    registry.PLUGINS.require(index.kind, index.package, str(folder))
    decoder: Decoder = build_for(
        lambda: registry.build_decoder(
            index.kind, index.decoder, len(statistics["mean"]), index.mel.n_mels, str(folder / INDEX), "decoder"
        ),
        read_safetensors(folder / MODEL, ADVICE)[0],
        str(folder / MODEL),
        f"look at [decoder] in {INDEX}, or {ADVICE}",
    )
    decoder.to(pick_device(device)).eval().requires_grad_(False)
    bundle = Bundle(
        path=folder,
        kind=index.kind,
        features=index.features,
        mel=index.mel,
        vocoder=index.vocoder,
        labels=index.labels,
        sfreq=index.rate,
        mean=statistics["mean"].numpy(),
        std=statistics["std"].numpy(),
        decoder=decoder,
        lead_ms=index.lead_ms,
        provenance=index.provenance,
        scores=index.scores,
        package=index.package,
        gate=_read_head(SpeechGate, folder / GATE, statistics) if GATE in index.files else None,
        sureness=_read_head(Sureness, folder / SURENESS, statistics) if SURENESS in index.files else None,
        fingerprints=read_safetensors(folder / FINGERPRINT, ADVICE)[0] if FINGERPRINT in index.files else {},
    )
    try:  # whether features can be made as it says, of its own channels; otherwise it would show in a session's start
        bundle.feature_operators(bundle.labels)
    except BkError as error:
        raise type(error)(f"{folder / INDEX}: {error}") from None
    return bundle


def _write_tensors(tensors: dict[str, torch.Tensor], path: Path) -> None:
    write_bytes(path, save(tensors))  # save_file would leave a file that only its owner can read


def _read_statistics(path: Path) -> dict[str, torch.Tensor]:
    """``mean`` and ``std``, float64 of one length. NaN and a deviation of 0 are channels that were dead in training."""
    found, _ = read_safetensors(path, ADVICE)
    shapes = {tensor.shape for tensor in found.values()}
    if set(found) != {"mean", "std"} or len(shapes) != 1 or len(shapes.pop()) != 1:
        raise InputError(f"{path}: expected mean and std of one length, got {said(sorted(found))}; {ADVICE}")
    if any(tensor.dtype != torch.float64 or not len(tensor) for tensor in found.values()):
        raise InputError(f"{path}: expected mean and std as float64 of at least one feature; {ADVICE}")
    if any(bool((tensor.abs() > LARGEST).any()) for tensor in found.values()) or bool((found["std"] < 0).any()):
        raise InputError(f"{path}: expected a mean and a deviation from 0 up of each feature, got others; {ADVICE}")
    return found


def _read_head(kind: type[Head], path: Path, statistics: dict[str, torch.Tensor]) -> Head:
    return kind.read(*read_safetensors(path, ADVICE), len(statistics["mean"]), str(path))
