"""The watch of a session for the microphone's sound in the electrodes; `run` starts it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from bk_realtime.priority import low_priority
from bk_realtime.processes.parent import end_with_parent, stop_on_signals
from bk_realtime.watched import when_one_dies


@dataclass
class WatchProcess:
    """Look for the microphone in one session's signal (started by `run`; not meant to be called by hand)."""

    folder: Path
    """Session folder with session.toml."""
    every_s: float = 10.0
    """How often it says what it hears, in seconds."""
    window_s: float = 60.0
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

    import torch

    from bk_realtime.contamination import MIN_SFREQ
    from bk_realtime.contamination.rolling import GREY
    from bk_realtime.engine.wiring import open_inlet
    from bk_realtime.errors import BkError
    from bk_realtime.features import feature_labels
    from bk_realtime.features.reference import build_reference
    from bk_realtime.features.select import SelectChannels
    from bk_realtime.processes.watch import Watch
    from bk_realtime.session.bundle import load_session_bundle, session_labels, trained_on
    from bk_realtime.session.control import ControlClient
    from bk_realtime.session.folder import read_session
    from bk_realtime.session.names import REPLAY_PREFIX
    from bk_realtime.source.microphone import MicrophoneSearch
    from bk_realtime.stream import Pipeline

    torch.set_num_threads(1)
    session = read_session(folder)
    settings, client = session.settings, ControlClient.from_file(folder, timeout=5.0)

    def tell(colour: str, text: str) -> None:
        with contextlib.suppress(BkError):  # the engine is ending, or busy: the next line comes soon
            client.request("contamination", colour=colour, text=text)

    bundle, label_map = load_session_bundle(settings), session_labels(folder)
    why = ""
    if bundle.features.kind == "given":
        why = "the decoder reads features that were made elsewhere"
    else:
        source = open_inlet(settings, trained_on(bundle.labels, label_map))
        stream = source.describe()
        if stream.sfreq < MIN_SFREQ:
            why = f"neural rate {stream.sfreq:g} Hz, expected {MIN_SFREQ:g} Hz or more"
            source.close()
    while why:
        tell(GREY, f"cannot tell: {why}")
        time.sleep(every_s)
    fit = bundle.check(stream, label_map)
    reference = build_reference(bundle.features.reference, bundle.labels)
    read = Pipeline([SelectChannels(fit.labels, bundle.labels), *reference], torch.zeros(0, dtype=torch.float64))
    wanted = "" if settings.microphone == "auto" else settings.microphone
    search = MicrophoneSearch(wanted, session.replay_prefix, REPLAY_PREFIX)
    listening = Watch(
        source,
        lambda x: read.push(torch.as_tensor(x, dtype=torch.float64)[None])[0].numpy(),
        tuple(feature_labels(bundle.features, bundle.labels)),
        stream.sfreq,
        bundle.features.line_freq,
        search.find,
        tell,
        every_s,
        window_s,
    )
    while True:
        listening.step()
