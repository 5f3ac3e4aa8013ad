"""Which channel of a stream or recording is which channel of a decoder, where labels are written differently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage.choice import ChannelInfo
from bk_realtime.montage.kinds import bare_label, is_brain
from bk_realtime.shown import some, some_labels

_SHOWN = 8
_PRIMES = str.maketrans(dict.fromkeys("’‘ʼ′`´", "'"))


@dataclass(frozen=True)
class Match:
    """A decoder's channels among those of a stream.

    Attributes
    ----------
    labels : one a channel of the stream: what the decoder calls it where it is one of its channels, else its own.
    found : index in the stream of each of the decoder's channels, in the decoder's order.
    renamed : decoder's label -> stream's label, where the two differ.
    notes : what was matched how, one line each.
    """

    labels: tuple[str, ...]
    found: tuple[int, ...]
    renamed: dict[str, str]
    notes: tuple[str, ...]


def loose_label(label: str) -> str:
    """A label as it is compared where it is not found as written: without prefix, suffix, case, spaces and zeros.

    Examples
    --------
    >>> [loose_label(x) for x in ("EEG LA1-Ref", "la01", "LA 1", "LA_001", "A’2", "LA1-LA02")]
    ['la1', 'la1', 'la1', 'la1', "a'2", 'la1-la2']
    """
    text = unicodedata.normalize("NFKC", bare_label(label)).translate(_PRIMES).casefold()
    text = re.sub(r"\s+", "", text)
    text = re.sub(r"(?<=[^\W\d_])[_\-](?=\d)|(?<=')[_\-](?=\d)", "", text)
    return re.sub(r"(?<!\d)0+(?=\d)", "", text)


def match_labels(
    wanted: Sequence[str], channels: Sequence[ChannelInfo], where: str, label_map: Mapping[str, str] | None = None
) -> Match:
    """Find a decoder's channels: by ``label_map``, else as written, else by :func:`loose_label`, one to one.

    A channel whose stated type is not brain is found only as written or by ``label_map``, and that is said.

    Parameters
    ----------
    wanted : the decoder's labels.
    channels : those of the stream in its order.
    where : the stream, for messages.
    label_map : decoder's label -> stream's label, for what cannot be guessed.

    Raises
    ------
    OptionError
        ``label_map`` names a label that the decoder or the stream does not have, or a channel twice.
    InputError
        A channel is missing, or several of the stream could be it.
    """
    found, named, loose = _found(wanted, channels, where, dict(label_map or {}))
    missing = [label for label in wanted if label not in found]
    if missing:
        raise InputError(
            f"{where} lacks {len(missing)} of the {len(wanted)} channels the decoder was trained on "
            f"({some_labels(missing, 5)}); it has {some_labels([c.label for c in channels], 5)}; choose another "
            "stream, say with --label-map FILE which channel is which, or train on this one"
        )
    renamed = {label: channels[i].label for label, i in found.items() if channels[i].label != label}
    used = {i: label for label, i in found.items()}
    taken = set(wanted)
    labels = tuple(
        used.get(i) or (f"{channel.label} (not used)" if channel.label in taken else channel.label)
        for i, channel in enumerate(channels)
    )
    indices = tuple(found[label] for label in wanted)
    return Match(labels, indices, renamed, _notes(wanted, channels, found, named, loose))


def present_labels(
    wanted: Sequence[str], channels: Sequence[ChannelInfo], where: str, label_map: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Those of a decoder's channels that :func:`match_labels` would find, in the decoder's order: the others are lost.

    Raises
    ------
    BkError
        As there, but for channels that are missing.
    """
    found, _, _ = _found(wanted, channels, where, dict(label_map or {}))
    return tuple(label for label in wanted if label in found)


def _found(
    wanted: Sequence[str], channels: Sequence[ChannelInfo], where: str, label_map: Mapping[str, str]
) -> tuple[dict[str, int], set[str], dict[str, int]]:
    """Index of each channel that is there; which of them the map named; those that were found loosely."""
    found = _by_map(wanted, channels, where, label_map)
    named = set(found)
    for label in wanted:
        if label in named:
            continue
        exact = [i for i, channel in enumerate(channels) if channel.label == label and i not in found.values()]
        if len(exact) > 1:
            raise InputError(
                f"{where}: {len(exact)} channels are called {label!r}; expected every channel label once; rename them "
                f"in the amplifier's montage, or say with --label-map FILE which channel {label!r} is"
            )
        if exact:
            found[label] = exact[0]
    loose = _loosely(wanted, channels, where, found)
    found |= loose
    return found, named, loose


def _by_map(
    wanted: Sequence[str], channels: Sequence[ChannelInfo], where: str, label_map: Mapping[str, str]
) -> dict[str, int]:
    """Indices of the channels that the map names."""
    found: dict[str, int] = {}
    for label, theirs in label_map.items():
        if label not in wanted:
            raise OptionError(
                f"--label-map: {label!r} is no channel of the decoder, which has {some_labels(wanted, 5)}; expected "
                'lines such as A1 = "EEG 12", the decoder\'s label first'
            )
        at = [i for i, channel in enumerate(channels) if channel.label == theirs.strip()]
        at = at or [i for i, channel in enumerate(channels) if channel.label.strip() == theirs.strip()]
        if len(at) != 1:
            how_many = f"{len(at)} channels are" if at else "no channel is"
            raise OptionError(
                f"--label-map: {how_many} called {theirs!r} in {where}, which has "
                f"{some_labels([c.label for c in channels], 5)}; correct {label!r} in the file"
            )
        if at[0] in found.values():
            other = next(name for name, i in found.items() if i == at[0])
            raise OptionError(f"--label-map: {other!r} and {label!r} are both said to be {theirs!r}; correct the file")
        found[label] = at[0]
    return found


def _loosely(
    wanted: Sequence[str], channels: Sequence[ChannelInfo], where: str, found: Mapping[str, int]
) -> dict[str, int]:
    """Indices of the channels that are not found as written but become equal when only the bare label counts."""
    open_labels = [label for label in wanted if label not in found]
    free: dict[str, list[int]] = {}
    for i, channel in enumerate(channels if open_labels else ()):
        if i not in found.values():
            free.setdefault(loose_label(channel.label), []).append(i)
    out: dict[str, int] = {}
    for label in open_labels:
        candidates = free.get(loose_label(label), [])
        brain = [i for i in candidates if not _other_type(channels[i])]
        if len(brain) > 1:
            raise InputError(
                f"{where}: channels {some_labels([channels[i].label for i in brain], 5)} could all be the decoder's "
                f"{label!r}; say with --label-map FILE which one it is"
            )
        if candidates and not brain:
            channel = channels[candidates[0]]
            raise InputError(
                f"{where}: channel {channel.label!r} would be the decoder's {label!r}, but its type is "
                f"{channel.type}; expected a brain channel; correct the amplifier's montage, or say so with "
                "--label-map FILE"
            )
        if brain and brain[0] in out.values():
            other = next(name for name, i in out.items() if i == brain[0])
            raise InputError(
                f"{where}: channel {channels[brain[0]].label!r} could be the decoder's {other!r} and {label!r}; say "
                "with --label-map FILE which one it is"
            )
        if brain:
            out[label] = brain[0]
    return out


def _other_type(channel: ChannelInfo) -> bool:
    """The stated type is one of no brain channel."""
    return bool(channel.type.strip()) and not is_brain("A1", channel.type)[0]


def _notes(
    wanted: Sequence[str],
    channels: Sequence[ChannelInfo],
    found: Mapping[str, int],
    named: set[str],
    loose: Mapping[str, int],
) -> tuple[str, ...]:
    notes = []
    if loose:
        notes.append(
            f"{len(loose)} of {len(wanted)} channels found without prefix, suffix, case, spaces or zeros: "
            + _pairs(channels, loose)
        )
    if named:
        pairs = _pairs(channels, {label: found[label] for label in wanted if label in named})
        notes.append(f"{len(named)} channels found by --label-map: {pairs}")
    indices = [found[label] for label in wanted]
    if indices != sorted(indices):
        notes.append("channels come in another order than the decoder's; they are taken by label")
    for kind in dict.fromkeys(channels[i].type for i in indices if _other_type(channels[i])):
        labels = [label for label in wanted if channels[found[label]].type == kind]
        some_of = some_labels(labels)
        notes.append(f"of stated type {kind}, used because the decoder was trained on this label: {some_of}")
    return tuple(notes)


def _pairs(channels: Sequence[ChannelInfo], found: Mapping[str, int]) -> str:
    return some([f"{label} = {channels[i].label!r}" for label, i in found.items()], _SHOWN)
