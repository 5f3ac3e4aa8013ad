"""When a sound device counts as gone, and how long until it is opened again."""

from __future__ import annotations

_SILENT_S = 0.25  # no callback for this long: the device is gone
_FIRST_S = 3.0  # ... or was never there; a sound server may take two seconds to begin
_JUST_S = 1.0
_RETRY_S = (0.5, 1.0, 2.0, 5.0)


def has_begun(now: float, opened: float) -> bool:
    """Whether a stream that was opened then has had its time to begin; all times in seconds of one clock."""
    return now - opened > _FIRST_S


def is_gone(now: float, opened: float, played: float) -> bool:
    """Whether a stream that was opened then and last asked for sound then has been silent for too long."""
    # one that has just begun may pause once more while the sound server sets it up
    patience = _SILENT_S if has_begun(played, opened) else _FIRST_S
    return now - max(played, opened) > patience


class Retries:
    """When a device that is gone is tried: soon, then less and less often."""

    def __init__(self) -> None:
        self._attempt, self._next = 0, 0.0

    def begin(self, now: float, late: float) -> None:
        """It is gone since now. Where it was served too late just before, at ``late``, it stopped at that and is
        there: it is tried at once."""
        self._attempt, self._next = 0, now + (0.0 if now - late < _JUST_S else _RETRY_S[0])

    def due(self, now: float) -> bool:
        """Whether it is to be tried now; if so, the wait for the next time begins."""
        if now < self._next:
            return False
        self._next = now + _RETRY_S[min(self._attempt, len(_RETRY_S) - 1)]
        return True

    def tried(self, is_back: bool) -> None:
        """How it went."""
        self._attempt = 0 if is_back else self._attempt + 1
