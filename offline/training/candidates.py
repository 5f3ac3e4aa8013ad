"""What `--decoder auto` chooses from: candidates with their sizes, and the decoders of a training before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from bk_realtime.config import from_dict, to_dict
from bk_realtime.decoder.average import MEMBERS
from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.gru import GruSettings
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.decoder.seq2seq import Seq2SeqSettings
from bk_realtime.errors import OptionError
from bk_realtime.typed import Within
from offline.training.settings import AUTO, BASELINE


@dataclass(frozen=True)
class AutoSettings:
    """Candidates of ``--decoder auto``, and their sizes."""

    candidates: tuple[str, ...] = ("ridge", "gru")
    """Some of ridge, gru, seq2seq; ridge always is."""
    folds: Annotated[int, Within(2, 20)] = 4
    """Contiguous folds of the nested validation: each network is trained that often, and once more."""
    seeds: Annotated[int, Within(1, 20)] = 1
    """Trainings of each network from other random numbers, whose mean is one candidate: as many times as long."""
    ridge: RidgeSettings = field(default_factory=RidgeSettings)
    gru: GruSettings = field(default_factory=GruSettings)
    seq2seq: Seq2SeqSettings = field(default_factory=Seq2SeqSettings)

    def __post_init__(self) -> None:
        unknown = [kind for kind in self.candidates if kind not in MEMBERS]
        if unknown:
            raise OptionError(f"candidates: {unknown[0]!r}: expected some of {', '.join(MEMBERS)}")

    @property
    def kinds(self) -> tuple[str, ...]:
        """Candidates, ridge first."""
        return (BASELINE, *(kind for kind in MEMBERS if kind in self.candidates and kind != BASELINE))

    @property
    def trainings(self) -> int:
        """How often a network is trained, at most."""
        return (len(self.kinds) - 1) * (self.folds + 1) * self.seeds

    def count(self, kind: str) -> int:
        """Trainings of a kind on one part; ridge draws nothing at random."""
        return 1 if kind == BASELINE else self.seeds


def auto_settings(values: dict[str, Any]) -> AutoSettings:
    """From plain values."""
    return from_dict(AutoSettings, values, f"decoder {AUTO}")


def untrained(kind: str, values: Mapping[str, Any], n_in: int, n_mels: int) -> list[Decoder]:
    """The decoder of a kind before it is trained, of :data:`~offline.training.settings.AUTO` every candidate: what they
    see tells how long the guards between the parts must be."""
    if kind != AUTO:
        return [build_decoder(kind, dict(values), n_in, n_mels)]
    settings = auto_settings(dict(values))
    return [build_decoder(name, to_dict(getattr(settings, name)), n_in, n_mels) for name in settings.kinds]
