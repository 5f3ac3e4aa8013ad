"""The brain channels of a stream or file and the factor of each to µV, with everything that was guessed said."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bk_realtime.chunks import StreamDescription, microvolt_scale
from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage.kinds import bare_label, is_brain
from bk_realtime.shown import named, shown, some

_SHOWN = 12


@dataclass(frozen=True)
class ChannelInfo:
    """What a file or stream states of one channel; empty text where it states nothing."""

    label: str
    type: str = ""
    unit: str = ""


def channel_infos(description: StreamDescription) -> list[ChannelInfo]:
    """What a stream states of each of its channels."""
    types = description.types or ("",) * description.n_channels
    return [ChannelInfo(*stated) for stated in zip(description.labels, types, description.units, strict=True)]


@dataclass(frozen=True, eq=False)
class Montage:
    """The channels that are used.

    Attributes
    ----------
    keep : their indices among all channels, in the order in which they are used.
    labels : one a kept channel, as the file or stream writes them.
    scale : (len(keep),) float64 factors to µV.
    left_out : (index, reason) of every other channel.
    notes : what was left out, inherited or taken from an option, one line each.
    """

    keep: tuple[int, ...]
    labels: tuple[str, ...]
    scale: np.ndarray
    left_out: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]


def choose_channels(
    channels: Sequence[ChannelInfo],
    where: str,
    wanted: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    unit: str | None = None,
    gain: float | None = None,
    features: bool = False,
    also: Sequence[str] = (),
    advice: str = "name those to use with --channels",
    apart: Mapping[str, str] | None = None,
) -> Montage:
    """Choose the brain channels.

    A stated type decides; without one the name does. Channels whose unit is no voltage (``code``, ``n/a``, ``0`` of a
    trigger) are left out; they never scale or refuse the others. A channel without a unit has that of the others where
    those agree. Labels that occur twice are told apart by numbers.

    Parameters
    ----------
    channels : all channels in order.
    where : file or stream, for messages.
    wanted : labels to use whatever their type; with or without the prefixes of export programs.
    exclude : labels to leave out.
    unit : unit of all numbers instead of what is stated.
    gain : µV of one count, instead of a unit.
    features : the numbers are features, not voltages: no unit is asked for, every factor is 1, and a name such as
        ``DC09_hg`` counts as that of the channel before its last underscore too.
    also : labels, exactly as written, to use beside the brain channels whatever their type, where they are there.
    advice : what to do where no channel is brain.
    apart : labels to leave out for a reason of the caller's -> that reason; empty where the caller says it itself.

    Raises
    ------
    OptionError
        A wanted or excluded channel does not exist; unit and gain together; a gain that is no positive number.
    InputError
        No brain channel; none with a voltage; units that contradict each other.
    """
    if unit is not None and gain is not None:
        raise OptionError(f"{where}: --unit {shown(unit)} and --gain {gain:g}: expected one of them")
    if gain is not None and not (math.isfinite(gain) and gain > 0):
        raise OptionError(f"{where}: --gain {gain:g}: expected the µV of one count, a positive number")
    told = None if unit is None else microvolt_scale(unit)
    channels, renamed = tell_apart(channels)
    out: dict[int, str] = {i: "excluded" for i in (find_label(channels, label, where) for label in exclude)}
    out |= {find_label(channels, label, where): reason for label, reason in (apart or {}).items()}
    odd: list[int] = []
    if wanted:
        keep = [find_label(channels, label, where) for label in wanted]
        if len(set(keep)) < len(keep):
            raise OptionError(f"{where}: a channel is named twice in --channels {' '.join(wanted)}")
        out |= {i: "not asked for" for i in range(len(channels)) if i not in keep and i not in out}
    else:
        keep = list(range(len(channels)))
        for i, channel in enumerate(channels):
            brain, reason = is_brain(channel.label, channel.type)
            if features and brain and not channel.type and "_" in channel.label:
                brain, reason = is_brain(channel.label.rpartition("_")[0])
            if channel.label in also:
                brain, reason = True, ""
            if not brain:
                out.setdefault(i, reason)
            elif not is_brain(bare_label(channel.label))[0]:
                odd.append(i)
    keep = [i for i in keep if i not in out]
    if not keep:
        raise InputError(
            f"{where}: no brain channel among {_listed([c.label for c in channels])}; expected channels of type SEEG, "
            f"ECOG or EEG, or contact names; {advice}"
        )
    notes = [renamed] if renamed else []
    if odd := [i for i in odd if i in keep and (features or not _is_no_voltage(channels[i]))]:
        notes.append(f"brain by stated type, though the name is no usual one of a contact: {_labels(channels, odd)}")
    if features:
        scale = dict.fromkeys(keep, 1.0)
    elif told is not None or gain is not None:
        scale = {i: float(gain if gain is not None else told or 0.0) for i in keep}
        for i in [] if wanted else keep:
            if _is_no_voltage(channels[i]):
                out[i] = f"unit {shown(channels[i].unit)}"
        scale = {i: factor for i, factor in scale.items() if i not in out} or scale
        notes.append(
            f"neural numbers taken as {unit if gain is None else f'counts of {gain:g} µV'}, as the option says"
        )
    else:
        scale = _stated_scale(channels, keep, bool(wanted), where, out, notes)
    kept = [i for i in keep if i in scale]
    return Montage(
        keep=tuple(kept),
        labels=tuple(channels[i].label for i in kept),
        scale=np.array([scale[i] for i in kept]),
        left_out=tuple(sorted((i, reason) for i, reason in out.items() if i not in scale)),
        notes=(*_left_out_notes(channels, out, scale), *notes),
    )


def tell_apart(channels: Sequence[ChannelInfo]) -> tuple[Sequence[ChannelInfo], str]:
    """The channels with unique labels (two called ``A1`` become ``A1_1`` and ``A1_2``), and a line that says so; empty
    where nothing was renamed."""
    taken = {channel.label for channel in channels}
    if len(taken) == len(channels):
        return channels, ""
    count = Counter(channel.label for channel in channels)
    number = dict.fromkeys(count, 0)
    told: list[ChannelInfo] = []
    renamed: list[int] = []
    for i, channel in enumerate(channels):
        label = channel.label
        if count[label] > 1:
            renamed.append(i)
            while label in taken:
                number[channel.label] += 1
                label = f"{channel.label}_{number[channel.label]}"
            taken.add(label)
        told.append(replace(channel, label=label))
    return told, f"labels that occur more than once were told apart: {_labels(told, renamed)}"


def labelled(channels: Sequence[ChannelInfo], wanted: str) -> list[int]:
    """Indices of the channels of this label: as it is written, else without prefix, suffix and case."""
    exact = [i for i, c in enumerate(channels) if c.label == wanted]
    return exact or [i for i, c in enumerate(channels) if bare_label(c.label).lower() == bare_label(wanted).lower()]


def find_label(channels: Sequence[ChannelInfo], wanted: str, where: str) -> int:
    """Index of the one channel that :func:`labelled` finds.

    Raises
    ------
    OptionError
        There is none, or several.
    """
    found = labelled(channels, wanted)
    if len(found) != 1:
        several = "several channels" if found else "no channel"
        raise OptionError(f"{where}: {several} {named(wanted)}; it has {_listed([c.label for c in channels], 60)}")
    return found[0]


def voltage(unit: str) -> float | None:
    """Factor of a unit to µV; None where it is none of volts."""
    try:
        return microvolt_scale(unit)
    except InputError:
        return None


def _is_no_voltage(channel: ChannelInfo) -> bool:
    """The stated unit is one, and none of volts; the bare multiplier 0 counts as volts only for a stated brain type."""
    unit = channel.unit.strip()
    if re.fullmatch(r"-?\d+", unit):
        return not is_brain("A1", channel.type)[0] or (not channel.type and unit == "0")
    return bool(unit) and voltage(unit) is None


def _stated_scale(
    channels: Sequence[ChannelInfo], keep: list[int], wanted: bool, where: str, out: dict[int, str], notes: list[str]
) -> dict[int, float]:
    """Factor of each channel by its own unit, or by the one unit that the others state."""
    scale: dict[int, float] = {}
    silent: list[int] = []
    for i in keep:
        unit = channels[i].unit.strip()
        factor = None if _is_no_voltage(channels[i]) else voltage(unit)
        if factor is not None:
            scale[i] = factor
        elif not unit:
            silent.append(i)
        elif wanted:
            raise InputError(
                f"{where}: channel {named(channels[i].label)} has unit {named(unit)}, which is no voltage; "
                "expected microvolts, millivolts or volts; name the unit with --unit or the µV of a count with --gain"
            )
        else:
            out[i] = f"unit {shown(unit)}"
    if not scale:
        stated = sorted({channels[i].unit.strip() for i in keep} - {""})
        what = f"states the unit {named(stated[0])}, which is no voltage" if stated else "does not state a unit"
        raise InputError(
            f"{where} {what}; expected microvolts, millivolts or volts; name the unit with --unit, or the µV of one "
            "count with --gain"
        )
    if bare := [i for i in scale if channels[i].unit.strip() == "0"]:
        notes.append(
            f"unit 0 taken as volts, the power of ten that mne-lsl writes; say otherwise with --unit or --gain: "
            f"{_labels(channels, bare)}"
        )
    factors = set(scale.values())
    if silent and len(factors) > 1:
        raise InputError(
            f"{where}: channel {named(channels[silent[0]].label)} has no unit and the others have several; "
            "name the unit with --unit"
        )
    if silent:
        donor = channels[next(iter(scale))].unit.strip()
        notes.append(
            f"{len(silent)} channels state no unit: taken as {donor} like the others ({_labels(channels, silent)})"
        )
        scale |= dict.fromkeys(silent, factors.pop())
    return scale


def _left_out_notes(channels: Sequence[ChannelInfo], out: dict[int, str], scale: dict[int, float]) -> list[str]:
    """One line a reason."""
    reasons: dict[str, list[int]] = {}
    for i, reason in sorted(out.items()):
        if i not in scale and reason not in ("not asked for", ""):
            reasons.setdefault(reason, []).append(i)
    return [f"left out, {reason}: {_labels(channels, indices)}" for reason, indices in reasons.items()]


def _labels(channels: Sequence[ChannelInfo], indices: Sequence[int]) -> str:
    return _listed([channels[i].label for i in indices])


def _listed(labels: Sequence[str], most: int = _SHOWN) -> str:
    return some([shown(label) for label in labels], most)
