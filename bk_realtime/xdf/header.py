"""Stream headers: from a :class:`StreamDescription` to XDF/LSL XML and back, following the XDF metadata conventions."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from xml.etree import ElementTree

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import InputError
from bk_realtime.shown import named, shown
from bk_realtime.xdf.xml_door import parse_xml

FORMATS = {
    "float32": "<f4",
    "double64": "<f8",
    "int8": "i1",
    "int16": "<i2",
    "int32": "<i4",
    "int64": "<i8",
    "string": "",
}
"""XDF channel formats and their little-endian NumPy types; strings have none."""

MOST_CHANNELS = 1 << 16
HIGHEST_RATE = 1e7
"""Hz. What a header claims beyond these is damage or malice, and would cost memory before a sample was read."""
_LONGEST_KEY = 500

_CHANNEL_TYPES = {"seeg": "SEEG", "ieeg": "SEEG", "ecog": "ECOG", "eeg": "EEG", "audio": "AUDIO"}


def info_xml(description: StreamDescription, desc_extra: Mapping[str, str] | None = None) -> str:
    """A stream header in the XDF/LSL convention, without LSL.

    Parameters
    ----------
    description : labels and units go to ``desc/channels/channel``; ``extra`` goes below ``desc``.
    desc_extra : further entries below ``desc``; ``/`` in a key nests (``"reference/label"``).

    Returns
    -------
    str
        ``<info>...</info>``, UTF-8 text.

    Examples
    --------
    >>> from bk_realtime.chunks import StreamDescription
    >>> d = StreamDescription("amp", "sEEG", "amp-1", 1024.0, ("A1", "A2"), ("microvolts",) * 2)
    >>> stream_description(info_xml(d, {"simulated": "true"})).extra
    {'simulated': 'true'}
    """
    if description.channel_format not in FORMATS:
        raise ValueError(f"channel format {description.channel_format!r}: expected one of {', '.join(FORMATS)}")
    info = ElementTree.Element("info")
    for key, value in {
        "name": description.name,
        "type": description.type,
        "channel_count": str(description.n_channels),
        "nominal_srate": repr(float(description.sfreq)),
        "channel_format": description.channel_format,
        "source_id": description.source_id,
        "version": "1.0",
        "created_at": repr(datetime.now(UTC).timestamp()),
        "uid": str(uuid.uuid4()),
        "hostname": description.hostname,
    }.items():
        ElementTree.SubElement(info, key).text = value
    desc = ElementTree.SubElement(info, "desc")
    channels = ElementTree.SubElement(desc, "channels")
    kind = _CHANNEL_TYPES.get(description.type.lower(), description.type)
    types = description.types or (kind,) * description.n_channels
    for label, unit, stated in zip(description.labels, description.units, types, strict=True):
        channel = ElementTree.SubElement(channels, "channel")
        for key, value in {"label": label, "unit": unit, "type": stated}.items():
            ElementTree.SubElement(channel, key).text = value
    for key, value in {**description.extra, **(desc_extra or {})}.items():
        parent = desc
        *folders, leaf = key.split("/")
        for folder in folders:
            found = parent.find(folder)
            parent = found if found is not None else ElementTree.SubElement(parent, folder)
        ElementTree.SubElement(parent, leaf).text = str(value)
    return ElementTree.tostring(info, encoding="unicode")


def _parse_header(xml: str, most_channels: int) -> ElementTree.Element:
    """The ``<info>`` element of a stream header.

    Raises
    ------
    InputError
        It is no XML, or it lacks a channel count, rate or format that XDF knows.
    """
    try:
        info = parse_xml(xml)
    except InputError as error:
        raise InputError(f"stream header is {error}") from None
    channel_format = _text(info, "channel_format")
    try:
        count, rate = int(_text(info, "channel_count")), float(_text(info, "nominal_srate"))
    except ValueError:
        raise InputError(
            "stream header: expected a channel count and a nominal rate, got "
            f"{named(_text(info, 'channel_count'))} and {named(_text(info, 'nominal_srate'))}"
        ) from None
    known = info.tag == "info" and channel_format in FORMATS
    if not (known and 1 <= count <= most_channels and 0 <= rate <= HIGHEST_RATE):
        raise InputError(
            f"stream header: expected <info> with a known channel format, 1 to {most_channels} channels and 0 to "
            f"{HIGHEST_RATE:g} Hz, got <{info.tag[:40]}>, {shown(str(count), 40)} channels, {rate:g} Hz, "
            f"format {channel_format[:40]!r}"
        )
    return info


def stream_description(xml: str, most_channels: int = MOST_CHANNELS) -> StreamDescription:
    """What a stream header (of an XDF file or of ``pylsl.StreamInfo.as_xml()``) says of its stream.

    Channels without a label are called ``ch1`` ... ``chN``; channels without a unit have ``""``, those with a scaling
    factor have it before the unit (``"0.1 microvolts"``). Everything else
    below ``desc`` that is plain text comes in ``extra``, nested keys joined by ``/``.

    Raises
    ------
    InputError
        The header is no XML or lacks what XDF demands.
    """
    info = _parse_header(xml, most_channels)
    n_channels = int(_text(info, "channel_count"))
    desc = info.find("desc")
    listed = [] if desc is None else desc.findall("channels/channel")
    # "name" and "units", or "Label", are what senders write that do not follow the convention
    labels = [_said(channel, "label") or _said(channel, "name") for channel in listed[:n_channels]]
    units = [_scaled(channel, _said(channel, "unit") or _said(channel, "units")) for channel in listed[:n_channels]]
    types = [_said(channel, "type") for channel in listed[:n_channels]]
    missing = n_channels - len(labels)
    labels = [label or f"ch{i + 1}" for i, label in enumerate(labels + [""] * missing)]
    extra: dict[str, str] = {}
    if desc is not None:
        for child in desc:
            if child.tag != "channels":
                _flatten(child, child.tag, extra)
    return StreamDescription(
        name=_text(info, "name"),
        type=_text(info, "type"),
        source_id=_text(info, "source_id"),
        sfreq=float(_text(info, "nominal_srate")),
        labels=tuple(labels),
        units=tuple(units + [""] * missing),
        channel_format=_text(info, "channel_format"),
        hostname=_text(info, "hostname"),
        extra=extra,
        types=tuple(types + [""] * missing) if any(types) else (),
        n_described=len(listed),
    )


def _scaled(channel: ElementTree.Element, unit: str) -> str:
    """The unit, with the factor that programs state beside it where they send an amplifier's raw counts (BrainAmp)."""
    factor = _text(channel, "scaling_factor")
    try:
        number = float(factor or 1)
    except ValueError:
        return unit
    return f"{number:g} {unit}" if unit and number != 1 and 0 < number < math.inf else unit


def _text(element: ElementTree.Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _said(channel: ElementTree.Element, key: str) -> str:
    """Text of the first child of this name, in capitals or not."""
    found = (child.text for child in channel if isinstance(child.tag, str) and child.tag.lower() == key)
    return _text(channel, key) or (next(found, "") or "").strip()


def _flatten(element: ElementTree.Element, key: str, into: dict[str, str]) -> None:
    if len(key) > _LONGEST_KEY:  # each of a thousand entries would have the names of all that is around it
        raise InputError(f"stream header: an entry whose name has more than {_LONGEST_KEY} letters")
    if len(element) == 0:
        into.setdefault(key, (element.text or "").strip())
    for child in element:
        _flatten(child, f"{key}/{child.tag}", into)
