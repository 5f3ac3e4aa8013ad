"""What the microphone hears, as the decoder would say it: above the decoded mel, in the same bands and colours."""

from __future__ import annotations

from gui.microphone import MicrophoneFeed
from gui.panels.mel import Mel
from gui.words import tr


class MicrophoneMel(Mel):
    """Mel spectrogram of the session's microphone.

    Parameters
    ----------
    feed : where it comes from; ``None`` where the session has no microphone.
    """

    def __init__(self, feed: MicrophoneFeed | None, window_s: float = 6.0) -> None:
        self._feed = feed
        super().__init__(window_s)

    def pull(self) -> None:
        """Take what has come; never blocks."""
        if self._feed is not None:
            for stamps, mel in self._feed.poll():
                self.feed(stamps, mel)

    def tell(self, paused: str) -> str:
        """Say in the picture why nothing comes, or that it stands; what the microphone is called."""
        if self._feed is None:
            return ""
        why = "" if self._feed.heard else tr(self._feed.words)
        self.set_waiting(why)
        self.set_old(bool(why) and self.head is not None)
        self.set_note(" · ".join(part for part in (paused, why if self.head is not None else "") if part))
        return tr("{name} · same bands and colours as the decoded one").format(
            name=self._feed.name or self._feed.wanted
        )
