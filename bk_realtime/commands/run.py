"""`python -m bk_realtime run`: prepares one session and supervises it."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError
from bk_realtime.processes.supervisor import Supervisor
from bk_realtime.session.folder import create_folder, write_settings
from bk_realtime.session.settings import InletSettings, SafetySettings, SessionSettings

REPLAY_PREFIX = "replay-"


@dataclass
class Run:
    """Decode a live sEEG stream (or a recording replayed as one) into audible speech, and record everything.

    Starts muted unless --unmuted is given; unmute in the window. Ctrl-C ends the session with everything saved.
    """

    bundle: Annotated[Path, tyro.conf.arg(aliases=["--model"])]
    """Decoder bundle, as `python -m offline.train` writes it."""
    source: Path | None = None
    """An XDF recording to replay over LSL and decode, instead of a live stream."""
    name: str = ""
    """Name of the LSL stream; needed where several neural streams are visible."""
    type: str = ""
    """Type of the LSL stream; default: any of sEEG, iEEG, ECoG, EEG."""
    source_id: str = ""
    """source_id of the LSL stream: the surest way to name one."""
    unit: str = ""
    """Unit of the samples (microvolts, volts, …) where the stream does not say it."""
    timeout_s: float = 15.0
    """How long to look for the stream, in seconds."""
    out: Path = Path("recordings")
    """Folder that gets the session's own folder."""
    session: str = "session"
    """Name of the session, part of its folder's name."""
    headless: bool = False
    """No window."""
    seconds: float | None = None
    """Stop after so many seconds."""
    unmuted: bool = False
    """Let the sound out from the start."""
    gain_db: float = 0.0
    """Gain before the limiter, in dB."""
    ceiling_dbfs: float = -6.0
    """No sample ever exceeds this level (dB re full scale)."""
    max_age_ms: float = 200.0
    """Fade out when what would be heard is older than this."""
    device: str = "cpu"
    """Where decoder and vocoder run: cpu, cuda or auto."""
    sound_device: str = "auto"
    """Sound device by name or index (see `devices`), auto, or none."""
    vocoder: str = ""
    """Another vocoder than the bundle's, by name."""
    lookahead_ms: float = -1.0
    """Another vocoder lookahead than the bundle's (0, 5.8, 11.6, 17.4 or 23.2 ms)."""
    record: bool = True
    """Record all streams of the session to session.xdf (--no-record: not)."""

    def run(self) -> int:
        """Supervise until the end; 0 when all was saved, 1 where the recording is not whole."""
        # before anything starts: a wrong file must not cost patient time
        replayed = None if self.source is None else self._neural_stream()
        from bk_realtime.decoder.bundle import load_bundle
        from bk_realtime.device import pick_device

        pick_device(self.device)  # refused before anything is started
        bundle = load_bundle(self.bundle)
        if replayed is not None:
            bundle.check(replayed)
        if self.gain_db > 24:
            raise BkError(f"--gain-db {self.gain_db:g}: expected at most 24; the limiter is no volume control")
        folder = create_folder(self.out, self.session)
        session_id = re.sub(r"[^A-Za-z0-9]+", "", folder.name) + f"p{os.getpid()}"
        prefix = f"{REPLAY_PREFIX}{session_id}-" if self.source is not None else ""
        settings = SessionSettings(
            session=session_id,
            bundle=str(self.bundle.resolve()),
            inlet=InletSettings(
                name=self.name,
                type=self.type,
                source_id=self.source_id,
                unit=self.unit,
                timeout_s=self.timeout_s,
            ),
            safety=SafetySettings(
                ceiling_dbfs=self.ceiling_dbfs,
                gain_db=self.gain_db,
                start_muted=not self.unmuted,
                max_age_ms=self.max_age_ms,
            ),
            device=self.device,
            sound_device=self.sound_device,
            vocoder=self.vocoder,
            lookahead_ms=self.lookahead_ms,
        )
        if replayed is not None:
            from bk_realtime.replay.streamer import replay_source_id

            sought = InletSettings(
                name=replayed.name, source_id=replay_source_id(replayed, prefix), unit=self.unit, timeout_s=60.0
            )
            settings = dataclasses.replace(settings, inlet=sought)
        command = shlex.join(["python", "-m", "bk_realtime", *sys.argv[1:]])
        write_settings(folder, settings, {"bundle": {"sha256": bundle.digest}, "command": {"line": command}})
        print(f"session {folder}", flush=True)
        return Supervisor(self, folder, session_id, prefix).run()

    def _neural_stream(self) -> StreamDescription:
        """The one neural stream of the recording that will be replayed."""
        from bk_realtime.xdf.reader import read_xdf

        assert self.source is not None
        wanted = {"name": self.name, "type": self.type, "source_id": self.source_id}
        found = [
            s.description
            for s in read_xdf(self.source)
            if s.description.is_neural
            and len(s)
            and all(not value or getattr(s.description, key) == value for key, value in wanted.items())
        ]
        if not found:
            raise BkError(f"{self.source}: no neural stream with samples (type sEEG, iEEG, ECoG or EEG) to decode")
        if len(found) > 1:
            listed = ", ".join(f"{d.name!r} (source_id {d.source_id!r})" for d in found)
            raise BkError(f"{self.source}: {len(found)} neural streams: {listed}; choose one with --source-id")
        units = (self.unit,) * found[0].n_channels if self.unit else found[0].units
        return dataclasses.replace(found[0], units=units)
