"""`python -m bk_realtime run`: supervises one session's processes: engine, recorder, window, and a replay if asked."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bk_realtime.chunk import StreamDescription
from bk_realtime.commands.parent import stop_on_signals
from bk_realtime.config import SafetySettings
from bk_realtime.engine.children import Child
from bk_realtime.engine.session import EventLog, InletSettings, SessionSettings, create_folder, write_settings
from bk_realtime.errors import BkError

REPLAY_PREFIX = "replay-"


@dataclass
class Run:
    """Decode a live sEEG stream (or a recording replayed as one) into audible speech, and record everything.

    Starts muted unless --unmuted is given; unmute in the window. Ctrl-C ends the session with everything saved.
    """

    model: Path
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
    output: str = "auto"
    """Sound device by name or index (see `devices`), auto, or none."""
    vocoder: str = ""
    """Another vocoder than the bundle's, by name."""
    latency_ms: float = -1.0
    """Another vocoder lookahead than the bundle's (0, 5.8, 11.6, 17.4 or 23.2 ms)."""
    record: bool = True
    """Record all streams of the session to session.xdf (--no-record: not)."""

    def run(self) -> int:
        """Supervise until the end; 0 when all was saved."""
        # before anything starts: a wrong file must not cost patient time
        replayed = None if self.source is None else self._neural_stream()
        from bk_realtime.decoder.bundle import load_bundle
        from bk_realtime.device import pick_device

        pick_device(self.device)  # refused before anything is started
        bundle = load_bundle(self.model)
        if replayed is not None:
            bundle.check(replayed)
        if self.gain_db > 24:
            raise BkError(f"--gain-db {self.gain_db:g}: expected at most 24; the limiter is no volume control")
        folder = create_folder(self.out, self.session)
        session_id = re.sub(r"[^A-Za-z0-9]+", "", folder.name) + f"p{os.getpid()}"
        prefix = f"{REPLAY_PREFIX}{session_id}-" if self.source is not None else ""
        settings = SessionSettings(
            session=session_id,
            model=str(self.model.resolve()),
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
            output=self.output,
            vocoder=self.vocoder,
            latency_ms=self.latency_ms,
        )
        if replayed is not None:
            from bk_realtime.source.streamer import replay_source_id

            sought = InletSettings(
                name=replayed.name, source_id=replay_source_id(replayed, prefix), unit=self.unit, timeout_s=60.0
            )
            settings = dataclasses.replace(settings, inlet=sought)
        command = shlex.join(["python", "-m", "bk_realtime", *sys.argv[1:]])
        write_settings(folder, settings, {"bundle": {"sha256": bundle.digest}, "command": {"line": command}})
        print(f"session {folder}", flush=True)
        return _Supervisor(self, folder, session_id, prefix).run()

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


class _Supervisor:
    """Starts, watches and ends the processes of one session."""

    def __init__(self, args: Run, folder: Path, session_id: str, prefix: str) -> None:
        self.args, self.folder = args, folder
        self.log = EventLog(folder)
        self.stopping = False
        self.engine = Child("engine", ["-m", "bk_realtime", "engine", "--folder", str(folder)])
        # every stream that belongs to the patient and this session: neural, microphone, markers, engine's own
        mine = f"starts-with(source_id,'bk-{session_id}-')"
        others = "not(starts-with(source_id,'bk-')) and not(starts-with(source_id,'replay-'))"
        wanted = f"starts-with(source_id,'{prefix}')" if prefix else others
        record = ["-m", "bk_realtime", "record", "--out", str(folder / "session.xdf")]
        record += ["--predicate", f"{mine} or ({wanted})"]
        self.recorder = Child("recorder", record, folder / "recorder.log", restarts=3) if args.record else None
        window = ["-m", "gui", "--session", session_id, "--control", str(folder / "control.json")]
        show = not args.headless and _has_display()
        self.window = Child("window", window, folder / "window.log", restarts=3) if show else None
        if not args.headless and not show:
            print("notice: no display, so no window; the session goes on without one", flush=True)
        # the replay begins when the engine is warm: its outlets are there
        ready = f"name='BrainKaraoke-mel' and {mine}"
        replay = ["-m", "bk_realtime", "replay", str(args.source), "--prefix", prefix, "--wait-for", ready]
        self.replay = Child("replay", replay, folder / "replay.log") if prefix else None

    def run(self) -> int:
        stop_on_signals(self._ask)
        try:
            return self._run()
        finally:
            for child in (self.replay, self.window, self.engine, self.recorder):
                if child is not None:
                    child.stop(20.0)

    def _ask(self) -> None:
        self.stopping = True

    def _run(self) -> int:
        control = self.folder / "control.json"
        self.engine.start()
        if self.recorder is not None:
            self.recorder.start()
        if self.replay is not None:
            self.replay.start()
        if not self.engine.wait_until(control, self.args.timeout_s + 240.0):
            code = self.engine.stop()
            self.log.write({"event": "engine failed", "text": f"the engine did not start (exit code {code})"})
            return code or 1
        if self.window is not None:
            self.window.start()
        started = time.monotonic()
        while not self.stopping and self.engine.alive:
            if self.args.seconds is not None and time.monotonic() - started >= self.args.seconds:
                break
            if self.replay is not None and not self.replay.alive:
                time.sleep(1.0)  # what is under way is still decoded
                break
            for child in (self.window, self.recorder):
                if child is not None and not child.alive:
                    self._revive(child)
            time.sleep(0.05)
        died = not self.engine.alive and self.engine.code != 0
        if died:
            text = f"the engine ended with exit code {self.engine.code}; sound has stopped"
            print(f"error: {text}", file=sys.stderr, flush=True)
            self.log.write({"event": "engine died", "text": text})
        code = self.engine.stop(20.0)
        time.sleep(0.3)  # the last status and events reach the recorder
        self._finish()
        return code or 0

    def _revive(self, child: Child) -> None:
        if child.name == "window" and child.code == 0:  # closed by the user: the session goes on
            self.window = None
            return
        text = f"the {child.name} ended with exit code {child.code}"
        self.log.write({"event": f"{child.name} died", "text": text})
        print(f"warning: {text}; see {child.log}", file=sys.stderr, flush=True)
        if child.restarts <= 0:
            if child is self.window:
                self.window = None
            elif child is self.recorder:
                self.recorder = None
            return
        if child is self.recorder:  # never over what is already on disk
            n = len(list(self.folder.glob("session*.xdf"))) + 1
            child.argv[child.argv.index("--out") + 1] = str(self.folder / f"session_{n}.xdf")
        child.restarts -= 1
        child.start()

    def _finish(self) -> None:
        for child in (self.replay, self.window, self.recorder):
            if child is not None:
                child.stop(20.0)
        for path in sorted(self.folder.glob("session*.xdf")):
            from bk_realtime.xdf.reader import verify_xdf

            report = verify_xdf(path)
            samples = ", ".join(f"{s['name']} {s['n_samples']}" for s in report["streams"])
            print(f"recorded {path.name}: {samples}", flush=True)
        faults = [e for e in self.log.read() if e["event"] not in ("segment", "start", "priority", "command", "marker")]
        for event in faults[:20]:
            print(f"  {event['event']}: {event.get('text', '')}", flush=True)
        if len(faults) > 20:
            print(f"  … and {len(faults) - 20} more in {self.log.path}", flush=True)
        print(f"saved in {self.folder}", flush=True)


def _has_display() -> bool:
    if sys.platform != "linux":
        return True
    shown = any(os.environ.get(v) for v in ("DISPLAY", "WAYLAND_DISPLAY"))
    return shown or os.environ.get("QT_QPA_PLATFORM") == "offscreen"
