"""Average of several decoders as one: what they say of a frame, its mean; each keeps its own state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import lcm
from typing import Annotated, Any

import torch
from torch import Tensor, nn

from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.gru import GruDecoder, GruSettings
from bk_realtime.decoder.ridge import Ridge, RidgeSettings
from bk_realtime.decoder.seq2seq import Seq2Seq, Seq2SeqSettings
from bk_realtime.errors import OptionError
from bk_realtime.typed import UNSAID, Within

MemberState = tuple[Any, Tensor]
"""State of a member, and its frames that wait for the member with the longest lookahead."""


@dataclass(frozen=True)
class AverageSettings:
    """Members of an average, with their sizes; what is not named is no member."""

    ridge: RidgeSettings | None = None
    """The linear decoder."""
    gru: GruSettings | None = None
    """The recurrent one."""
    seq2seq: Seq2SeqSettings | None = None
    """The encoder-decoder."""
    seeds: Annotated[int, Within(1, 20)] = field(default=1, metadata={UNSAID: True})
    """How many there are of each network, of one size, trained from other random numbers; of ridge there is one."""

    @property
    def members(self) -> tuple[str, ...]:
        """Kinds of the members."""
        return tuple(kind for kind in MEMBERS if getattr(self, kind) is not None)

    def count(self, kind: str) -> int:
        """How many members are of a kind."""
        return 1 if kind == "ridge" else self.seeds


MEMBERS = ("ridge", "gru", "seq2seq")
"""Kinds that can be members."""


class Average(Decoder):
    """Mean of the log-mel of its members, all of the same age: those that look less far ahead wait for the others.

    Every kind counts alike, however many of it there are. Made of trained decoders by :meth:`of`; nothing is trained
    here.

    Parameters
    ----------
    settings : members and their sizes.
    n_in : features per frame.
    n_mels : mel bins.
    """

    settings: AverageSettings

    def __init__(self, settings: AverageSettings, n_in: int, n_mels: int) -> None:
        nn.Module.__init__(self)
        made: dict[str, list[Decoder]] = {}
        if settings.ridge is not None:
            made["ridge"] = [Ridge(settings.ridge, n_in, n_mels)]
        if settings.gru is not None:
            made["gru"] = [GruDecoder(settings.gru, n_in, n_mels) for _ in range(settings.seeds)]
        if settings.seq2seq is not None:
            made["seq2seq"] = [Seq2Seq(settings.seq2seq, n_in, n_mels) for _ in range(settings.seeds)]
        _check({kind: len(own) for kind, own in made.items()})
        self._take(settings, made)

    @classmethod
    def of(cls, members: Mapping[str, Sequence[Decoder]]) -> Average:
        """The average of trained decoders, by kind; they are taken over as they are. Of every network there are equally
        many."""
        counts = {kind: len(own) for kind, own in members.items()}
        _check(counts)
        networks = {n for kind, n in counts.items() if kind != "ridge"}
        if counts.get("ridge", 1) != 1 or len(networks) > 1:
            raise OptionError(f"average: expected one ridge and equally many of each network, got {counts}")
        average = cls.__new__(cls)
        nn.Module.__init__(average)
        ordered = {kind: list(members[kind]) for kind in MEMBERS if kind in members}
        sizes = {kind: own[0].settings for kind, own in ordered.items()}
        average._take(AverageSettings(**sizes, seeds=max(networks, default=1)), ordered)
        return average

    def _take(self, settings: AverageSettings, members: Mapping[str, Sequence[Decoder]]) -> None:
        self.settings = settings
        named = {
            kind if i == 0 else f"{kind}_{i + 1}": part for kind, own in members.items() for i, part in enumerate(own)
        }
        self.members = nn.ModuleDict(named)
        parts = self._parts
        self.channels = parts[0].channels
        self.block, self.lookahead = lcm(*(part.block for part in parts)), max(part.lookahead for part in parts)

    @property
    def _parts(self) -> list[Decoder]:
        return [part for part in self.members.values() if isinstance(part, Decoder)]

    @property
    def receptive_field(self) -> int:
        """That of the member that sees most."""
        return max(part.receptive_field for part in self._parts)

    def init_state(self, batch: int) -> tuple[MemberState, ...]:
        """A state for each member, and room for its frames that wait, zeros at first: they are never heard."""
        like = next(iter(self.state_dict().values()))
        return tuple(
            (part.init_state(batch), like.new_zeros(batch, self.lookahead - part.lookahead, self.channels[1]))
            for part in self._parts
        )

    def step(self, x: Tensor, state: tuple[MemberState, ...]) -> tuple[Tensor, tuple[MemberState, ...]]:
        said, after = [], []
        for part, (own, waiting) in zip(self._parts, state, strict=True):
            mel, own = part.step(x, own)
            due = torch.cat([waiting, mel], 1) if waiting.shape[1] else mel
            said.append(due[:, : x.shape[1]])
            after.append((own, due[:, x.shape[1] :].clone()))
        return self._mean(said), tuple(after)

    def forward(self, x: Tensor) -> Tensor:
        return self._mean([part.forward(x) for part in self._parts])

    def _mean(self, said: list[Tensor]) -> Tensor:
        """Over the members of each kind, and of those over the kinds."""
        first, each = 0, []
        for kind in self.settings.members:
            own = said[first : first + self.settings.count(kind)]
            each.append(torch.stack(own).mean(0) if len(own) > 1 else own[0])
            first += len(own)
        return torch.stack(each).mean(0) if len(each) > 1 else each[0]

    def attention_of(self, state: tuple[MemberState, ...]) -> Tensor | None:
        """That of the first member that has any."""
        found = (part.attention_of(own) for part, (own, _) in zip(self._parts, state, strict=True))
        return next((weights for weights in found if weights is not None), None)


def _check(counts: Mapping[str, int]) -> None:
    unknown = sorted(set(counts) - set(MEMBERS))
    if unknown or sum(counts.values()) < 2:
        raise OptionError(
            f"average: expected at least two members of {', '.join(MEMBERS)}, got "
            f"{' and '.join(counts) or 'none'}; python -m offline.train --decoder auto makes one"
        )
