"""The microphone's LSL stream, found by itself or by name, for whoever listens beside the decoding."""

from __future__ import annotations

import time
from typing import Protocol

import numpy as np
import pylsl
from pylsl.util import LostError
from pylsl.util import TimeoutError as LslTimeout  # not the built-in one

from bk_realtime.errors import StreamError
from bk_realtime.source.door import RefusedError, connect
from bk_realtime.source.no_time import NoTime
from bk_realtime.source.resolve import Search, Wanted, beside, full_description
from bk_realtime.source.time_correction import TimeCorrection

_BUFFER_S = 20  # the listener may be busy, or put aside by the system, for seconds
_MOST_VALUES = 1 << 25
_SILENT_S = 5.0
_OPEN_S = 2.0
LOOKING = "looking for the microphone"
"""What a search says that has not heard all yet: it is to be asked again at once, for only being asked it gets on."""
_FULL_SCALE = {pylsl.cf_int8: 1 << 7, pylsl.cf_int16: 1 << 15, pylsl.cf_int32: 1 << 31}


class Sound(Protocol):
    """An open microphone."""

    name: str
    sample_rate: float
    full_scale: float

    def pull(self) -> tuple[np.ndarray, np.ndarray]:
        """(n,) samples of any scale and (n,) stamps in seconds on this machine's clock; n may be 0.

        Raises
        ------
        StreamError
            It is gone.
        """
        ...


class MicrophoneSearch:
    """Looks for the microphone in the background.

    Parameters
    ----------
    wanted : name or source_id; empty: the only visible stream of type Audio that is not this program's.
    prefix : in front of the source_id of all that the session's own replay sends; empty for a live session.
    other_prefix : what no source_id of a live session begins with.
    stays : once one was found, no other sender is, whatever it is called; one that has no source_id cannot be told
        from another and is not found again. It then also waits until every stream that is there could answer.
    """

    def __init__(
        self, wanted: str = "", prefix: str = "", other_prefix: str = "session-replay-", stays: bool = False
    ) -> None:
        self._wanted, self._stays = wanted, stays
        self._sender: str | None = None
        which = beside(prefix, other_prefix, wanted)
        self._search = Search(Wanted(type=None if wanted else "Audio", predicate=which))

    def find(self) -> Microphone | str:
        """The microphone, opened, or in words why there is none now."""
        found = [i for i in self._search.found() if i.nominal_srate() > 0 and i.channel_format() != pylsl.cf_string]
        if self._sender is not None:
            found = [i for i in found if i.source_id() == self._sender != ""]
        elif self._stays and not self._search.complete:
            return LOOKING
        if not found:
            none = f"no microphone {self._wanted!r}" if self._wanted else "no microphone"
            return "; ".join([none, *self._search.door.refused[:3]])
        if len(found) > 1:
            names = ", ".join(f"{i.name()!r} ({i.source_id()!r})" for i in found[:4])
            return f"cannot tell: {len(found)} microphones, {names}; name one with --microphone"
        try:
            microphone = Microphone(found[0])
        except (LslTimeout, LostError):
            return "no microphone that answers"
        except RefusedError as error:
            return f"no microphone; {error}"
        if not microphone.correction.wait(_OPEN_S):
            microphone.close()
            return f"host {found[0].hostname()!r} of microphone {microphone.name!r} does not say what time it is"
        if self._stays:
            self._sender = found[0].source_id()
        return microphone


class Microphone:
    """One channel, the first, of one LSL stream of sound, with stamps on this machine's clock."""

    def __init__(self, info: pylsl.StreamInfo) -> None:
        self.name, self.sample_rate = info.name(), float(info.nominal_srate())
        self.full_scale = float(_FULL_SCALE.get(info.channel_format(), 1))
        self._inlet = connect(info, _BUFFER_S, recover=False)
        self._inlet.open_stream(_OPEN_S)
        self._channel, self._no_time = 0, NoTime(self.sample_rate)
        self.correction = TimeCorrection(self._inlet, info.hostname())
        self._heard = time.monotonic()
        room = max(4096, min(round(_BUFFER_S * self.sample_rate), _MOST_VALUES // info.channel_count()))
        self._buffer = np.zeros((room, info.channel_count()), self._inlet.np_dtype)

    def pull(self) -> tuple[np.ndarray, np.ndarray]:
        """All that waits: (n,) float32 samples and (n,) stamps in seconds.

        Raises
        ------
        StreamError
            The stream is gone, or has sent nothing for five seconds.
        """
        now = time.monotonic()
        try:
            samples, stamps = self._inlet.pull_chunk(0.0, len(self._buffer), self._buffer, as_numpy=True)
        except LostError:
            self.close()
            raise StreamError(f"microphone {self.name!r} is gone; start it again") from None
        if len(stamps):
            self._heard = now
        elif now - self._heard > _SILENT_S:
            self.close()
            raise StreamError(f"microphone {self.name!r} sends nothing; start it again")
        offset = self.correction.offset
        mended = self._no_time.mended(stamps, pylsl.local_clock() - offset) if len(stamps) else None
        times = np.asarray(stamps if mended is None else mended, np.float64) + offset
        return samples[:, self._channel].astype(np.float32), times

    def take(self, label: str) -> None:
        """The channel of this label from now on, instead of the first.

        Raises
        ------
        StreamError
            There is none, or several, or the stream does not say.
        """
        try:
            labels = full_description(self._inlet, _OPEN_S).labels
        except (LslTimeout, LostError, RefusedError):
            labels = ()
        if labels.count(label) != 1:
            there = ", ".join(labels[:12]) + (", …" if len(labels) > 12 else "")
            raise StreamError(f"{self.name!r}: expected one channel {label!r}, found {labels.count(label)} in {there}")
        self._channel = labels.index(label)

    def close(self) -> None:
        """Disconnect."""
        self.correction.close()
        self._inlet.close_stream()
