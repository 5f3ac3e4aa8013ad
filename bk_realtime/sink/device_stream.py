"""One stream of PortAudio on one output: opened, begun, ended by itself or by us."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bk_realtime.sink.portaudio import OutputDevice, reason


class DeviceStream:
    """Plays what its callback gives, from :meth:`start` on.

    Parameters
    ----------
    sd : the sounddevice module.
    output : where, at which rate and in how many channels.
    block_s : seconds that the device takes at a time.
    callback : PortAudio's, which fills (frames, channels) of 32-bit float.

    Raises
    ------
    PortAudioError
        It does not open.
    """

    def __init__(self, sd: Any, output: OutputDevice, block_s: float, callback: Callable[..., None]) -> None:
        self.finished = False
        """It has ended by itself."""
        self._sd = sd
        self._stream: Any = sd.OutputStream(
            samplerate=output.rate,
            blocksize=round(block_s * output.rate),
            device=output.index,
            channels=output.channels,
            dtype="float32",
            latency="low",
            callback=callback,
            finished_callback=self._on_finished,
        )

    def _on_finished(self) -> None:
        self.finished = True

    def start(self) -> float:
        """Begin; returns the delay in seconds that the device reports then.

        Raises
        ------
        PortAudioError
            It does not begin.
        """
        self._stream.start()
        return float(self._stream.latency)

    def close(self, drain: bool) -> str:
        """End it for good, with what it still holds played (``drain``) or not.

        Returns
        -------
        str
            What PortAudio says against it; empty where nothing.
        """
        stream, self._stream = self._stream, None  # it knows this object, too: both go
        try:
            if drain:
                stream.stop(ignore_errors=True)
            else:
                stream.abort(ignore_errors=True)
            stream.close(ignore_errors=True)
        except self._sd.PortAudioError as error:
            return reason(error)
        return ""
