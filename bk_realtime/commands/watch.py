"""The watch of a session for the microphone's sound in the electrodes; `run` starts it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bk_realtime.priority import low_priority
from bk_realtime.processes.parent import end_with_parent, stop_on_signals
from bk_realtime.watched import when_one_dies

if TYPE_CHECKING:
    from bk_realtime.decoder.bundle import Bundle
    from bk_realtime.processes.watch import Watch
    from bk_realtime.session.settings import SessionSettings

EVERY_S, WINDOW_S = 10.0, 60.0


@dataclass
class WatchProcess:
    """Look for the microphone in one session's signal (started by `run`; not meant to be called by hand)."""

    folder: Path
    """Session folder with session.toml."""
    every_s: float = EVERY_S
    """How often it says what it hears, in seconds."""
    window_s: float = WINDOW_S
    """Over how long it listens, in seconds."""

    def run(self) -> int:
        """Listen until asked to end, which it does at once: there is nothing to save."""
        stop_on_signals(lambda: os._exit(0))
        end_with_parent(lambda: os._exit(0))
        when_one_dies(lambda *_: os._exit(1))  # the session says that the watch has ended
        low_priority()
        watch(self.folder, self.every_s, self.window_s)
        return 0


def watch(folder: Path, every_s: float, window_s: float) -> None:
    """Listen for good.

    Raises
    ------
    BkError
        The neural stream is not there, or came back as another one.
    """
    import time

    from bk_realtime.contamination.rolling import GREY
    from bk_realtime.errors import BkError
    from bk_realtime.session.bundle import load_session_bundle, session_labels
    from bk_realtime.session.control import ControlClient
    from bk_realtime.session.folder import read_session

    session = read_session(folder)
    client = ControlClient.from_file(folder, timeout=5.0)

    def tell(colour: str, text: str) -> None:
        with contextlib.suppress(BkError):  # the engine is ending, or busy: the next line comes soon
            client.request("contamination", colour=colour, text=text)

    bundle, label_map = load_session_bundle(session.settings), session_labels(folder)
    listening = open_watch(session.settings, bundle, label_map, tell, session.replay_prefix, (), every_s, window_s)
    while isinstance(listening, str):
        tell(GREY, f"cannot tell: {listening}")
        time.sleep(every_s)
    while True:
        listening.step()


def open_watch(
    settings: SessionSettings,
    bundle: Bundle | None,
    label_map: dict[str, str],
    tell: Callable[[str, str], object],
    replay_prefix: str = "",
    leave_out: tuple[str, ...] = (),
    every_s: float = EVERY_S,
    window_s: float = WINDOW_S,
) -> Watch | str:
    """A watch of what a decoder reads, or in words why nobody can tell.

    Parameters
    ----------
    bundle : the decoder; ``None``: there is none yet, and all that is brain is listened to.
    label_map : decoder's name -> what the stream calls that channel.
    tell : takes colour and words.
    replay_prefix : in front of every source_id that the session's own replay sends; empty for a live one.
    leave_out : channels, as the stream calls them, that are not read.

    Raises
    ------
    BkError
        The neural stream is not there, or does not serve the decoder.
    """
    import torch

    from bk_realtime.config import FeatureSettings
    from bk_realtime.contamination import MIN_SFREQ
    from bk_realtime.engine.wiring import open_inlet
    from bk_realtime.features import as_read
    from bk_realtime.features.select import SelectChannels
    from bk_realtime.montage import channel_infos
    from bk_realtime.montage.kinds import is_brain
    from bk_realtime.processes.watch import Watch
    from bk_realtime.session.bundle import trained_on
    from bk_realtime.session.names import REPLAY_PREFIX
    from bk_realtime.source.microphone import MicrophoneSearch
    from bk_realtime.stream import Pipeline

    torch.set_num_threads(1)
    if bundle is not None and bundle.features.kind == "given":
        return "the decoder reads features that were made elsewhere"
    also = tuple(label_map.values()) if bundle is None else trained_on(bundle.labels, label_map)
    source = open_inlet(settings, also)
    stream = source.describe()
    if stream.sfreq < MIN_SFREQ:
        source.close()
        return f"neural rate {stream.sfreq:g} Hz, expected {MIN_SFREQ:g} Hz or more"
    if bundle is None:
        features, names = FeatureSettings(), stream.labels
        brain = [is_brain(info.label, info.type)[0] or info.label in also for info in channel_infos(stream)]
        wanted = tuple(label for label, one in zip(stream.labels, brain, strict=True) if one)
    else:
        features, names, wanted = bundle.features, bundle.check(stream, label_map).labels, bundle.labels
    out = {name for label, name in zip(stream.labels, names, strict=True) if label in leave_out}
    wanted = tuple(name for name in wanted if name not in out)
    if not wanted:
        source.close()
        return "no channel that is brain is left"
    reference, audited = as_read(features, wanted)
    read = Pipeline([SelectChannels(names, wanted), *reference], torch.zeros(0, dtype=torch.float64))
    microphone = "" if settings.microphone in ("auto", "none") else settings.microphone
    search = MicrophoneSearch(microphone, replay_prefix, REPLAY_PREFIX)
    return Watch(
        source,
        lambda x: read.push(torch.as_tensor(x, dtype=torch.float64)[None])[0].numpy(),
        tuple(audited),
        stream.sfreq,
        features.line_freq,
        search.find,
        tell,
        every_s,
        window_s,
    )
