"""Vocoders by name: what a bundle, an option or an entry point calls them, and how each is built.

A vocoder is an :class:`~bk_realtime.stream.Operator` from log-mel frames ``(B, T, n_mels)`` to samples
``(B, T * hop_length, 1)``, aligned with the frames' hops: ``channels == (n_mels, 1)``, ``ratio == hop_length``,
``lookahead`` in samples, and ``silence`` the natural logarithm of the mel floor.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import FileError, OptionError
from bk_realtime.plugins import Plugins

if TYPE_CHECKING:
    from bk_realtime.stream import Operator

Builder: TypeAlias = "Callable[[VocoderSettings, MelSettings, Path | None, str], Operator]"
"""``(settings, mel, folder, device)``, as :func:`build_vocoder` takes them, to a vocoder that is warmed up."""


# each loads its own vocoder alone, when it is built
def _phase(settings: VocoderSettings, mel: MelSettings, folder: Path | None, device: str) -> Operator:
    from bk_realtime.vocoder.phase.reconstruction import PhaseReconstruction

    return PhaseReconstruction(mel, settings.lookahead_ms)


def _learnt(settings: VocoderSettings, mel: MelSettings, folder: Path | None, device: str) -> Operator:
    from bk_realtime.vocoder.learnt.vocoder import WEIGHTS, LearntVocoder, load_net

    path = weights_path(settings, folder) if settings.weights else WEIGHTS
    return LearntVocoder(load_net(path, mel), settings.lookahead_ms)


def _hifigan(settings: VocoderSettings, mel: MelSettings, folder: Path | None, device: str) -> Operator:
    from bk_realtime.vocoder.published.hifigan import load_hifigan

    return load_hifigan(weights_path(settings, folder), mel, settings.lookahead_ms, device)


def _waveglow(settings: VocoderSettings, mel: MelSettings, folder: Path | None, device: str) -> Operator:
    from bk_realtime.vocoder.published.waveglow import load_waveglow

    return load_waveglow(weights_path(settings, folder), mel, settings.lookahead_ms, device)


VOCODERS: dict[str, Builder] = {"hifigan": _hifigan, "learnt": _learnt, "phase": _phase, "waveglow": _waveglow}
"""Name -> builder, of those that are built in."""
PLUGINS = Plugins("brainkaraoke.vocoders", "vocoder", VOCODERS)
"""These and what other packages offer: entry points that are builders too."""


def build_vocoder(
    settings: VocoderSettings | None = None,
    mel: MelSettings | None = None,
    folder: Path | None = None,
    device: str = "cpu",
) -> Operator:
    """The vocoder that ``settings`` name, warmed up, for mel frames of the convention ``mel``.

    Parameters
    ----------
    settings : name, wanted lookahead in ms and weights file; default the weight-free phase reconstruction.
    mel : what the frames are.
    folder : where a relative ``settings.weights`` lies (the bundle).
    device : for vocoders with a network, "cpu" or "cuda"; phase reconstruction is always on the CPU.

    Raises
    ------
    BkError
        Unknown name, missing or wrong weights, a mel convention that the vocoder was not made for, or a builder that
        made something else than a vocoder for it.
    """
    settings, mel = settings or VocoderSettings(), mel or MelSettings()
    build: Builder = VOCODERS.get(settings.name) or PLUGINS.load(settings.name)
    vocoder = build(settings, mel, folder, device)
    expected = (mel.n_mels, 1), Fraction(mel.hop_length), math.log(mel.floor)
    got = vocoder.channels, vocoder.ratio, vocoder.silence
    if got != expected:
        raise OptionError(
            f"vocoder {settings.name!r}: expected channels, ratio and silence {expected}, its builder made {got}"
        )
    return vocoder


def weights_path(settings: VocoderSettings, folder: Path | None) -> Path:
    """Where ``settings.weights`` lies; a missing entry or file is a :class:`BkError`."""
    if not settings.weights:
        raise OptionError(f"vocoder {settings.name!r} needs a file of weights: name it as the weights of the vocoder")
    path = Path(settings.weights)
    path = path if folder is None or path.is_absolute() else folder / path
    if not path.is_file():
        raise FileError(f"{path}: no such file of vocoder weights")
    return path
