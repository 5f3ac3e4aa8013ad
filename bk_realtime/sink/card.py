"""A sink that plays on a device: what is asked of it by whoever watches where it is heard."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Card(Protocol):
    """A sink that plays on a device, e.g. :class:`~bk_realtime.sink.soundcard.SoundCard`."""

    @property
    def name(self) -> str:
        """The device."""
        ...

    @property
    def host(self) -> str:
        """The sound system that lists it."""
        ...

    @property
    def socket(self) -> str:
        """Where it is plugged in, or its name: another one may be another device of the same make."""
        ...

    @property
    def lost(self) -> bool:
        """Whether it is away."""
        ...

    @property
    def streams(self) -> int:
        """How many streams there were so far: one that is opened again or made anew may be heard elsewhere."""
        ...

    @property
    def kept_back(self) -> bool:
        """Whether a stream was made anew since :meth:`confirm`; it is silent."""
        ...

    def confirm(self, stream: int | None) -> None:
        """Streams up to this number may be heard, a newer one not yet; None: nobody watches any more."""
        ...

    def hush(self) -> None:
        """Throw away at once what waits to be played."""
        ...
