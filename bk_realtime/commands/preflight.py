"""All that `run` would check with the same options, said line by line for the window's Check step; starts nothing."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from bk_realtime.errors import BkError
from bk_realtime.logs import say
from bk_realtime.session.settings import SessionSettings
from bk_realtime.shown import short

if TYPE_CHECKING:
    from bk_realtime.decoder.bundle import Bundle
    from bk_realtime.decoder.fit import Fit

STREAM_S = 5.0
"""How long the stream is looked for at most: the window asks again."""
UNTRAINED = Path()
"""In place of a bundle: there is none yet."""
Found = tuple[str, dict[str, Any]]
"""One line that is good, and what goes with it."""


@dataclass(frozen=True)
class Preflight(SessionSettings):
    """Check what a session would need (called by the window; not meant to be called by hand).

    Prints one JSON object a line: item (decoder, stream, recording, sound), good, text, and what goes with the item.
    """

    bundle: Annotated[Path, tyro.conf.arg(aliases=["--model"])] = UNTRAINED
    """Decoder bundle, as `python -m offline.train` writes it; without: nothing was trained yet, all else is checked."""
    listen: float = 0.0
    """In place of the checks: say every so many seconds, until it is ended, whether the microphone's sound is in the
    channels that are read (item contamination: colour, text)."""
    leave_out: tuple[str, ...] = ()
    """Channels, as the stream calls them, that are not listened to."""

    def run(self) -> int:
        """Check one thing after the other; 0 where all is good, else 1."""
        from bk_realtime.commands.run import check_parts

        if self.listen > 0:
            return self._listen()
        if self.bundle == UNTRAINED:
            good = _told("sound", self._sound)
            good &= _told("stream", self._stream_alone)
            return 0 if _told("recording", lambda: self._recording(None)) and good else 1

        loaded: list[Bundle] = []

        def decoder() -> Found:
            loaded.append(check_parts(dataclasses.replace(self, sound_device="none")))
            (bundle,) = loaded
            rate = float(bundle.sfreq)
            return f"{self.bundle.name}: {len(bundle.labels)} channels at {rate:g} Hz", {
                "line_freq": bundle.features.line_freq
            }

        good = _told("sound", self._sound)
        good &= _told("decoder", decoder)
        for bundle in loaded:
            good &= _told("stream", lambda: self._stream(bundle))  # noqa: B023
            good &= _told("recording", lambda: self._recording(bundle))  # noqa: B023
        return 0 if good else 1

    def _listen(self) -> int:
        """Say it for good; 1 where nobody can tell."""
        from bk_realtime.commands.watch import open_watch
        from bk_realtime.contamination.rolling import GREY
        from bk_realtime.decoder.fit import read_label_map
        from bk_realtime.session.bundle import load_session_bundle

        def tell(colour: str, text: str) -> None:
            say(json.dumps({"item": "contamination", "colour": colour, "text": short(text, 300)}))

        bundle = None if self.bundle == UNTRAINED else load_session_bundle(self)
        wanted = () if bundle is None else (bundle.labels,)
        label_map = {} if self.label_map is None else read_label_map(self.label_map, *wanted)
        found = open_watch(self, bundle, label_map, tell, leave_out=self.leave_out, every_s=self.listen)
        if isinstance(found, str):
            tell(GREY, f"cannot tell: {found}")
            return 1
        while True:
            found.step()

    def _sound(self) -> Found:
        from bk_realtime.engine.wiring import open_sink
        from bk_realtime.sink.late import LateSoundCard
        from bk_realtime.sink.portaudio import output_devices

        if self.sound_device == "none":
            return "no sound device wanted: the voice goes to decoded.wav only", {}
        devices = output_devices()
        sink = open_sink(self, 22_050)  # found, not started
        default = next((str(d["name"]) for d in devices if d["default"]), "")
        names = {"devices": [str(d["name"]) for d in devices], "default": default}
        if isinstance(sink, LateSoundCard):
            return "no sound device yet: the voice goes to decoded.wav until there is one", {**names, "lacks": True}
        name = default if self.sound_device == "auto" else self.sound_device
        return f"{name}: {1e3 * sink.latency_s:.0f} ms by its own word", names

    def _stream(self, bundle: Bundle) -> Found:
        from bk_realtime.commands.run import fit_of_recording, neural_stream
        from bk_realtime.decoder.fit import read_label_map
        from bk_realtime.engine.wiring import open_inlet
        from bk_realtime.session.bundle import trained_on

        label_map = {} if self.label_map is None else read_label_map(self.label_map, bundle.labels)
        if self.source is not None:
            stream = neural_stream(self.source, self.inlet, self.salvage)
            fit = fit_of_recording(self, stream, bundle, label_map)
        else:
            soon = dataclasses.replace(self.inlet, timeout_s=min(STREAM_S, self.inlet.timeout_s))
            also, given = trained_on(bundle.labels, label_map), bundle.features.kind == "given"
            inlet = open_inlet(dataclasses.replace(self, inlet=soon), also, given)
            try:
                stream = inlet.describe()
                fit = bundle.check(stream, label_map)
            finally:
                inlet.close()
        rate = f"{stream.n_channels} channels at {stream.sfreq:g} Hz"
        text = f"{stream.name}: {rate} serve the decoder's {len(bundle.labels)} channels"
        return text, {"notes": list(fit.notes), "channels": _channels(stream.labels, bundle.labels, fit)}

    def _stream_alone(self) -> Found:
        """The stream that will be recorded and trained on."""
        from bk_realtime.commands.run import neural_stream
        from bk_realtime.decoder.fit import read_label_map, refuse_taken
        from bk_realtime.engine.wiring import open_inlet
        from bk_realtime.montage import channel_infos, match_labels
        from bk_realtime.montage.kinds import is_brain

        label_map = {} if self.label_map is None else read_label_map(self.label_map)
        if self.source is not None:
            stream = neural_stream(self.source, self.inlet, self.salvage)
        else:
            soon = dataclasses.replace(self.inlet, timeout_s=min(STREAM_S, self.inlet.timeout_s))
            inlet = open_inlet(dataclasses.replace(self, inlet=soon), tuple(label_map.values()))
            try:
                stream = inlet.describe()
            finally:
                inlet.close()
        infos, where = channel_infos(stream), f"stream {stream.name!r}"
        refuse_taken(stream.labels, label_map, where)
        match = match_labels(tuple(label_map), infos, where, label_map)
        text = f"{stream.name}: {stream.n_channels} channels at {stream.sfreq:g} Hz; there is no decoder yet to serve"
        channels = []
        for info, name in zip(infos, match.labels, strict=True):
            brain, why = is_brain(info.label, info.type)
            trains = brain or name in label_map
            use = "will be trained on" + (f" as {name}" if name != info.label else "")
            channels.append([info.label, use if trains else f"will not be trained on: {why}", trains])
        return text, {"notes": list(match.notes), "channels": channels}

    def _recording(self, bundle: Bundle | None) -> Found:
        from bk_realtime.commands.run import check_before_start
        from bk_realtime.session.disk import in_words

        soon = dataclasses.replace(self.inlet, timeout_s=min(STREAM_S, self.inlet.timeout_s))
        expected = check_before_start(dataclasses.replace(self, inlet=soon), bundle)
        if not expected:
            return "nothing is recorded", {"lacks": True}
        place = next(p for p in (self.out.absolute(), *self.out.absolute().parents) if p.exists())
        hours = shutil.disk_usage(place).free / expected / 3600
        named = f"; expected streams are there: {', '.join(self.expect)}" if self.expect else ""
        return f"the disk lasts for {in_words(hours)}{named}", {"disk_hours": round(hours, 2)}


def _channels(labels: tuple[str, ...], wanted: tuple[str, ...], fit: Fit) -> list[list[str | bool]]:
    """(label, what the decoder does with it, whether it reads it) of each channel of the stream."""
    trained = set(wanted)
    used = ("not in the decoder", "used")
    return [
        [label, used[name in trained] + (f" as {name}" if name in trained and name != label else ""), name in trained]
        for label, name in zip(labels, fit.labels, strict=True)
    ]


def _told(item: str, look: Callable[[], Found]) -> bool:
    """Say one line; whether it is good."""
    try:
        text, more = look()
        good = True
    except BkError as error:
        text, more, good = str(error), {}, False
    say(json.dumps({"item": item, "good": good, "text": text, **more}))
    return good
