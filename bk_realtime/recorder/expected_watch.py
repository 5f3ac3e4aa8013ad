"""Watches the streams that must not be missing: said when one fails, and again when it is back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.session.expected import called


class ExpectedWatch:
    """Parameters
    ----------
    names : the streams, by name, type or source_id.
    silent_s : a stream of a regular rate that sends nothing for so long has failed, and one of any rate that is not
        announced for so long.
    streams : the recorder's, also those that come later.
    say : called with a line, and with ``active_fault`` or ``corrected``: what is concerned.
    now : LSL clock at the start, in seconds.
    resumed : another recorder watched before this one: what it said is corrected where all is well.
    """

    def __init__(
        self,
        names: Sequence[str],
        silent_s: float,
        streams: Sequence[RecordedStream],
        say: Callable[..., object],
        now: float,
        resumed: bool = False,
    ) -> None:
        self._names, self._silent_s, self._streams, self._say, self._begun = names, silent_s, streams, say, now
        self._failed: dict[str, float] = {}
        self._unknown = set(names) if resumed else set()

    def look(self, now: float) -> None:
        """Say what failed or is back; ``now`` by the LSL clock, in seconds."""
        for wanted in self._names:
            concerned = f"expected {wanted}"
            last, name, text = self._worst(wanted, now)
            if last is None:
                continue
            if now - last > self._silent_s:
                if concerned not in self._failed:
                    self._failed[concerned] = last
                    self._say(text, active_fault=concerned)
            elif concerned in self._failed:
                away = now - self._failed.pop(concerned)
                self._say(f"{name} is back after {away:.1f} s", corrected=concerned)
            elif wanted in self._unknown:
                self._say(f"{name} is back", corrected=concerned)
            self._unknown.discard(wanted)

    def _worst(self, wanted: str, now: float) -> tuple[float | None, str, str]:
        """When the stream that was away longest was there last, its name and what to say of it; None before its first
        sample: a replay announces its streams long before it begins."""
        these = called(wanted, self._streams, _key)
        if not these:
            return self._begun, wanted, f"{wanted} is expected and is not there"
        worst, name, text = now, these[0].description.name, ""
        for key in {_key(s) for s in these}:  # a stream that came back changed is recorded under a further number
            same = [s for s in these if _key(s) == key]
            away = [s.gone_since for s in same if s.gone_since is not None]
            gone = len(away) == len(same)
            how = "it is not announced any more" if gone else "it is announced still"
            if same[0].description.sfreq <= 0:  # it may have nothing to say
                last = max(away) if gone else now
            elif any(s.last_stamp for s in same):
                last = max(s.last_seen for s in same)
            else:
                return None, key[0], ""
            if last < worst:
                worst, name = last, key[0]
                text = f"{name} is expected and has sent nothing for {now - last:.1f} s: {how}"
        return worst, name, text


def _key(stream: RecordedStream) -> tuple[str, str, str]:
    return stream.description.name, stream.description.type, stream.description.source_id
