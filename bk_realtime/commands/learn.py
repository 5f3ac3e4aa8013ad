"""`python -m bk_realtime learn`: learn while a participant reads, or from a recording as if it were read now."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from bk_realtime.config import FeatureSettings, check_range, option
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.errors import BkError, FileError, OptionError
from bk_realtime.logs import say
from bk_realtime.session.control.place import FILE_NAME
from bk_realtime.session.settings import InletSettings
from bk_realtime.typed import Within

if TYPE_CHECKING:
    from bk_realtime.decoder.ridge import RidgeSettings
    from bk_realtime.learning.feed import Feed, Heard

EVERY_S, FIGURES_EVERY_S = 30.0, 5.0
TAKE_OVER_S, ASK_S = 60.0, 0.5


@dataclass(frozen=True)
class Learn:
    """Learn while somebody reads: every 30 seconds, how well speech is decoded that was not learnt from yet.

    Live it starts the recorder of its own (as `record` does) and learns beside it. It says `works` only when two
    windows of 30 s of speech running are above chance, made to be wrong in at most 5 % of sessions; `stop` where the
    microphone is in the electrodes. At the end (Ctrl-C, --minutes, end of the recording) a ridge is trained on what was
    recorded, by offline.train.
    """

    recording: Annotated[Path | None, tyro.conf.Positional] = None
    """A recording (.xdf) to learn from as if it were read now; without it, the live streams."""
    out: Path = Path("recordings")
    """Live: the XDF file to record to (NAME.xdf), or a folder that gets one named by date and time."""
    bundle: Path | None = None
    """Folder for the decoder bundle; default: beside the recording, NAME_ridge."""
    minutes: float | None = None
    """Live: end by itself after so many minutes."""
    microphone: str = ""
    """The microphone's stream by name or source_id; needed where several are visible."""
    channels: tuple[str, ...] = ()
    """Neural channels to learn from, whatever their type; default: all that are brain."""
    exclude: tuple[str, ...] = ()
    """Channels to leave out."""
    beside: Path | None = None
    """Live: the recording that a recorder of somebody else's writes now. None is started and nothing is trained; what
    was learnt is a bundle beside it, NAME_learnt, seconds after the last word."""
    figures: bool = False
    """Say it as lines of JSON, every five seconds: for a program that shows it."""
    silence_weight: Annotated[float, Within(0.0, 1.0)] = 1.0
    """How much a frame of silence counts against one of speech, as --set silence_weight of offline.train."""
    train: bool = True
    """Whether a bundle is trained at the end."""
    session: Path | None = None
    """Folder of a session that runs: the trained bundle becomes its decoder, without a restart."""
    features: FeatureSettings = field(default_factory=FeatureSettings)
    inlet: InletSettings = field(default_factory=InletSettings)

    def __post_init__(self) -> None:
        check_range(self, "minutes", 0.01, 1440.0, "minutes")
        check_range(self, "silence_weight", 0.0, 1.0, "of a frame of speech")
        if self.session is not None and not self.train:
            raise OptionError("--session goes with a bundle that is trained; leave out --no-train")
        if self.beside is not None and (self.recording is not None or not self.train):
            raise OptionError(
                "--beside goes with live streams and a bundle at the end; leave RECORDING and --no-train out"
            )
        if self.recording is None:
            return
        if self.minutes is not None or self.inlet.join:
            name = "minutes" if self.minutes is not None else "join"
            raise OptionError(f"{option(name)} goes with live streams; leave it out, or name no recording")

    def run(self) -> int:
        """Learn to the end; 0 when all was recorded and, unless nothing is trained, a bundle was written (and taken
        over by the session, where one is named)."""
        if self.session is not None and not (self.session / FILE_NAME).is_file():
            raise FileError(f"--session {self.session}: no session runs there; expected its folder with {FILE_NAME}")
        if self.recording is not None:
            self._refuse_bundle(self.recording)
            self._learn_recording(self.recording)
            return self._train([self.recording])
        return self._live() if self.beside is None else self._listen(self.beside)

    def _bundle_of(self, recording: Path) -> Path:
        return self.bundle or recording.with_name(f"{recording.stem}_ridge")

    def _refuse_bundle(self, recording: Path) -> None:
        folder = self._bundle_of(recording)
        if self.train and (folder / INDEX).exists():
            raise FileError(f"{folder} already holds a decoder bundle; choose another folder with --bundle")

    @property
    def _ridge(self) -> RidgeSettings:
        from bk_realtime.decoder.ridge import RidgeSettings

        return RidgeSettings(silence_weight=self.silence_weight)

    def _learn_recording(self, path: Path) -> None:
        from bk_realtime.learning.recording import open_recording

        wanted = self.inlet.name or self.inlet.source_id or self.inlet.type
        recorded = open_recording(
            path, wanted, self.microphone, self.inlet.unit or None, self.inlet.gain, self.channels, self.exclude
        )
        feed = recorded.feed(self.features, self._ridge)
        recorded.play(feed, lambda: self._say(feed.heard()), EVERY_S)
        feed.audit()
        self._say(feed.heard())
        self._at_once(feed, path)

    def _live(self) -> int:
        from datetime import datetime

        from bk_realtime.processes.child import Child
        from bk_realtime.processes.parent import end_with_parent, stop_on_signals
        from bk_realtime.recorder.target import recording_path

        path = recording_path(self.out, datetime.now())
        self._refuse_bundle(path)
        stop = threading.Event()
        stop_on_signals(stop.set)
        end_with_parent(stop.set)
        recorder = Child("recorder", ["-m", "bk_realtime", "record", "--out", str(path)])
        recorder.start()  # before anything else: what is not recorded cannot be learnt from later
        try:
            self._at_once(self._learn_live(stop, lambda: recorder.alive), path)
        finally:
            code = recorder.stop(timeout=600.0)
        if code:
            say(f"the recorder ended with code {code}; see what it said above")
        if not path.exists():
            say("nothing was recorded, so nothing is trained")
            return 1
        return self._train([path]) or int(code != 0)

    def _listen(self, recording: Path) -> int:
        """Learn while somebody else records; 0 where a bundle was left. It takes no time from whoever records."""
        from bk_realtime.priority import low_priority
        from bk_realtime.processes.parent import end_with_parent, stop_on_signals

        low_priority()
        stop = threading.Event()
        stop_on_signals(stop.set)
        end_with_parent(stop.set)
        return 0 if self._at_once(self._learn_live(stop, lambda: True), recording) else 1

    def _learn_live(self, stop: threading.Event, recording: Callable[[], bool]) -> Feed | None:
        from bk_realtime.learning.session import LearningSession

        seconds = None if self.minutes is None else 60.0 * self.minutes
        session = LearningSession(
            self.features, self._ridge, self.inlet, self.microphone, self._say, self.channels, self.exclude
        )
        return session.run(stop, recording, seconds, FIGURES_EVERY_S if self.figures else EVERY_S)

    def _at_once(self, feed: Feed | None, recording: Path) -> bool:
        """What was learnt so far as a bundle, seconds after the last word; training takes longer. Whether there is
        one."""
        if not self.train or feed is None:
            return False
        from bk_realtime.decoder.bundle import save_bundle
        from bk_realtime.learning.bundle import learnt_bundle

        begun, folder = time.monotonic(), recording.with_name(f"{recording.stem}_learnt")
        try:
            save_bundle(learnt_bundle(feed), folder)
            lacks = "without scores, audit and speech gate, until it is trained"
            say(f"{folder}: what was learnt meanwhile, after {time.monotonic() - begun:.1f} s; {lacks}")
            if self.figures:
                say(json.dumps({"bundle": str(folder)}))
            if self.session is not None:
                hand_over(self.session, folder)
        except BkError as error:
            say(f"no bundle of what was learnt meanwhile: {error}")
            return False
        return True

    def _say(self, heard: Heard | str) -> None:
        from bk_realtime.learning.words import figures, in_words

        if isinstance(heard, str):
            say(json.dumps({"trouble": heard}) if self.figures else heard)
        else:
            say(figures(heard) if self.figures else in_words(heard))

    def _train(self, recordings: list[Path]) -> int:
        """A ridge on all that was recorded, by the one command that makes bundles."""
        if not self.train:
            return 0
        words = [*map(str, recordings), "--out", str(self._bundle_of(recordings[0])), "--decoder", "ridge"]
        words += ["--channels", *self.channels] if self.channels else []
        words += ["--exclude", *self.exclude] if self.exclude else []
        if self.silence_weight != 1.0:
            words += ["--set", f"silence_weight={self.silence_weight}"]
        usual = FeatureSettings()
        for one in dataclasses.fields(FeatureSettings):
            value = getattr(self.features, one.name)
            if value != getattr(usual, one.name):
                values = value if isinstance(value, tuple) else (value,)
                words += ["--features." + option(one.name)[2:], *map(str, values)]
        told = {"unit": self.inlet.unit or None, "gain": self.inlet.gain, "audio": self.microphone or None}
        told["neural"] = self.inlet.name or self.inlet.source_id or self.inlet.type or None
        for name, value in told.items():
            words += [] if value is None else [option(name), str(value)]
        say(f"training: python -m offline.train {' '.join(words)}")
        code = subprocess.run([sys.executable, "-m", "offline.train", *words], check=False).returncode
        if code == 0 and self.session is not None:
            return hand_over(self.session, self._bundle_of(recordings[0]))
        return code


def hand_over(session: Path, bundle: Path, wait: Callable[[float], object] = time.sleep) -> int:
    """Ask a running session to decode by another bundle; 0 where it does so within a minute.

    Raises
    ------
    BkError
        It refuses, or does not answer.
    """
    from bk_realtime.session.control import ControlClient

    path = str(bundle.absolute())
    with ControlClient.from_file(session, timeout=10.0) as client:
        status = client.request("bundle", path=path)["status"]
        for _ in range(round(TAKE_OVER_S / ASK_S)):
            if status["bundle"] == path:
                say(f"{session}: {bundle} decodes now")
                return 0
            wait(ASK_S)
            status = client.request("status")["status"]
    say(f"{session}: {bundle} does not decode yet; why stands in its events.jsonl (newest: {status['message']})")
    return 1
