"""A recording sent through the feed as it came, faster than it came."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.config import FeatureSettings
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.errors import InputError
from bk_realtime.learning.feed import Feed
from bk_realtime.learning.prior import carried_from, is_simulated
from bk_realtime.learning.yesterday import Yesterday
from bk_realtime.montage import channel_infos, choose_channels
from bk_realtime.montage.units import in_microvolts, to_microvolts
from bk_realtime.session.names import OUTLET_PREFIX
from bk_realtime.xdf.reader import XdfStream, pick_stream, read_xdf

CHUNK_S = 0.5
_FULL_SCALE = {"int8": 1 << 7, "int16": 1 << 15, "int32": 1 << 31}


ADVICE = "name those to learn from with --channels"
"""What to do about a neural stream without brain channels."""


def chosen_channels(
    description: StreamDescription, wanted: Sequence[str] = (), exclude: Sequence[str] = ()
) -> tuple[str, ...]:
    """Channels of a neural stream to learn from: those ``wanted``, else brain; none to ``exclude``, none that the
    stream itself lists as bad."""
    bad = {label.strip() for label in description.extra.get("bad_channels", "").split(",")}
    where = f"stream {description.name!r}"
    labels = choose_channels(channel_infos(description), where, wanted, exclude, advice=ADVICE).labels
    return tuple(label for label in labels if label not in bad)


def feed_for(
    description: StreamDescription,
    sample_rate: float,
    features: FeatureSettings,
    ridge: RidgeSettings,
    channels: Sequence[str],
    exclude: Sequence[str],
    yesterday: Yesterday | None,
) -> Feed:
    """A feed for a neural stream in µV and a microphone at ``sample_rate`` Hz: with yesterday's channels, where there
    is one, else with those chosen.

    Raises
    ------
    BkError
        Settings or channels that no features can be made of, or a yesterday that does not fit.
    """
    d = description
    if yesterday is None:
        feed = Feed(d.labels, chosen_channels(d, channels, exclude), d.sfreq, sample_rate, features, ridge)
    else:
        carried = carried_from(yesterday.bundle, d, yesterday.label_map, exclude)
        feed = Feed(carried.labels_in, carried.labels, d.sfreq, sample_rate, features, ridge, carried)
    feed.simulated = is_simulated(d)
    return feed


def full_scale(channel_format: str) -> float:
    """What full scale is in samples of a format."""
    return float(_FULL_SCALE.get(channel_format, 1))


@dataclass(frozen=True, eq=False)
class Recorded:
    """The two streams of a recording that are learnt from."""

    neural: XdfStream
    sound: XdfStream
    description: StreamDescription
    scale: np.ndarray | None
    channels: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def feed(self, features: FeatureSettings, ridge: RidgeSettings, yesterday: Yesterday | None = None) -> Feed:
        """A feed for them."""
        rate = self.sound.description.sfreq
        return feed_for(self.description, rate, features, ridge, self.channels, self.exclude, yesterday)

    def play(self, feed: Feed, tell: Callable[[], object], every_s: float) -> None:
        """Send all samples, chunk by chunk in order of time, and tell after each ``every_s`` seconds of recording."""
        begin = min(float(s.stamps[0]) for s in (self.neural, self.sound))
        told = begin
        for due, is_sound, rows in self._chunks(begin):
            if is_sound:
                scale = full_scale(self.sound.description.channel_format)
                feed.push_sound(np.asarray(self.sound.data[rows, 0], np.float32) / scale, self.sound.stamps[rows])
            else:
                feed.push_neural(to_microvolts(self.neural.data[rows], self.scale), self.neural.stamps[rows])
            if due - told >= every_s:
                told = due
                tell()

    def _chunks(self, begin: float) -> Iterator[tuple[float, bool, slice]]:
        """When a chunk left, whether it is sound, and which samples; in order of time."""
        rows: list[tuple[float, bool, slice]] = []
        for is_sound, stream in ((False, self.neural), (True, self.sound)):
            due = np.maximum.accumulate(stream.stamps)
            edges = np.flatnonzero(np.diff(np.floor((due - begin) / CHUNK_S))) + 1
            bounds = [0, *edges.tolist(), len(due)]
            rows += [(float(due[b - 1]), is_sound, slice(a, b)) for a, b in itertools.pairwise(bounds)]
        yield from sorted(rows, key=lambda row: row[:2])


def open_recording(
    path: Path,
    neural: str,
    sound: str,
    unit: str | None,
    gain: float | None,
    channels: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
) -> Recorded:
    """The amplifier and the microphone of an XDF file.

    Parameters
    ----------
    neural, sound : name, source_id or type of each; empty: the only one of its kind.
    unit, gain : unit of the neural numbers, or µV of one count, instead of what the stream says.
    channels : those to learn from, whatever their type; empty: all that are brain.
    exclude : those to leave out.

    Raises
    ------
    BkError
        No such file or stream, or several.
    """
    streams = [s for s in read_xdf(path) if len(s) and s.description.sfreq > 0]
    streams = [s for s in streams if not s.description.name.startswith(OUTLET_PREFIX)]
    found = _one(streams, neural, path, "neural", "sEEG, iEEG, ECoG or EEG", lambda s: s.description.is_neural)
    voice = _one(streams, sound, path, "sound", "Audio", lambda s: s.description.type.lower() == "audio")
    described, scale, _ = in_microvolts(found.description, unit, gain, channels, advice=ADVICE)
    return Recorded(found, voice, described, scale, channels, exclude)


def _one(
    streams: list[XdfStream], wanted: str, path: Path, what: str, kinds: str, fits: Callable[[XdfStream], bool]
) -> XdfStream:
    if wanted:
        return pick_stream(streams, wanted, path)
    found = [s for s in streams if fits(s)]
    option = "--name" if what == "neural" else "--microphone"
    if len(found) != 1:
        listed = ", ".join(f"{s.description.name!r} ({s.description.type})" for s in streams) or "nothing"
        raise InputError(
            f"{path}: {len(found)} {what} streams with samples (type {kinds}), expected one; it holds {listed}; "
            f"name it with {option} of `learn`, or train on it with offline.train, which reads more kinds"
        )
    return found[0]
