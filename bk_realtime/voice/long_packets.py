"""Whether all is too old to be heard because packets are so long: said once, with the age that would be enough."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from bk_realtime.session.events import make_event
from bk_realtime.voice.output_guard import RECOVER, OutputGuard

_SURE_S = 3.0
_SPARE = 1.15  # of the usual age, for jitter
_STEP_MS = 10
_LONG_S = 0.03  # shorter packets are not what makes data too old


class LongPackets:
    """Looks at what is stale: with packets of a quarter of a second, all is older than 200 ms when it comes.

    Parameters
    ----------
    guard : what fades out stale data, and why.
    packets : usual length in seconds, and the longest of late against it.
    usual_age_s : median age of data so far in seconds; NaN before the first.
    note : takes the events.
    """

    def __init__(
        self,
        guard: OutputGuard,
        packets: Callable[[], tuple[float, float]],
        usual_age_s: Callable[[], float],
        note: Callable[[dict[str, Any]], None],
    ) -> None:
        self._guard, self._packets, self._usual_age_s, self._note = guard, packets, usual_age_s, note
        self._since: float | None = None
        self._told = False

    def look(self, now: float) -> None:
        """Say what is to be said, once; several times a second, ``now`` in seconds of any clock."""
        if self._guard.stale == self._told:
            self._since = None
            return
        self._since = now if self._since is None else self._since
        if now - self._since < _SURE_S:
            return
        if self._told:
            self._told = False
            self._note(make_event("packets right", "packets are short enough to be heard", corrected="packets"))
            return
        packet_s, burst = self._packets()
        age_ms, limit_ms = 1e3 * self._usual_age_s(), self._guard.settings.max_age_ms
        # without the packet, and what waits because of it, the rest would come through; with it nothing ever does
        if packet_s < _LONG_S or not age_ms - 2e3 * packet_s < RECOVER * limit_ms < age_ms:
            return
        self._told = True
        enough_ms = _STEP_MS * math.ceil(_SPARE * age_ms / RECOVER / _STEP_MS)
        text = (
            f"packets hold {1e3 * packet_s:.0f} ms (the longest {burst:.1f} times that): data are {age_ms:.0f} ms old "
            f"when they can be heard; more than {limit_ms:g} ms are not let out, and it stays silent: let the "
            f"amplifier send shorter packets, or start `run` with --max-age-ms {enough_ms}"
        )
        self._note(
            make_event("packets", text, active_fault="packets", packet_s=round(packet_s, 4), enough_ms=enough_ms)
        )
