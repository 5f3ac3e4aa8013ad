"""`python -m bk_realtime learn`: learn while a participant reads, or from a recording as if it were read now."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from bk_realtime.config import SILENCE_WEIGHT, FeatureSettings, check_range, option
from bk_realtime.errors import OptionError
from bk_realtime.learning.ending import Ending
from bk_realtime.learning.taking_over import check_place
from bk_realtime.learning.training import Network, Recipe
from bk_realtime.logs import say
from bk_realtime.session.settings import InletSettings
from bk_realtime.typed import Within

if TYPE_CHECKING:
    from bk_realtime.decoder.ridge import RidgeSettings
    from bk_realtime.learning.feed import Feed, Heard
    from bk_realtime.learning.yesterday import Yesterday

EVERY_S, FIGURES_EVERY_S = 30.0, 5.0
HEADPHONES = (
    "note: the voice of the session is for headphones; a microphone that hears it makes `works` mean nothing, for that "
    "voice was made from the brain. The training looks for it in the sound"
)


@dataclass(frozen=True)
class Learn:
    """Learn while somebody reads: every 30 seconds, how well speech is decoded that was not learnt from yet.

    Live it starts the recorder of its own (as `record` does) and learns beside it. It says `works` only when two
    windows of 30 s of speech running are above chance, made to be wrong in at most 5 % of sessions; `stop` where the
    microphone is in the electrodes. At the end (Ctrl-C, --minutes, end of the recording) a ridge is trained on what was
    recorded, by offline.train, and then networks behind everything else; the better one is the bundle.
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
    silence_weight: Annotated[float, Within(0.0, 1.0)] = SILENCE_WEIGHT
    """How much a frame of silence counts against one of speech, as --set silence_weight of offline.train."""
    train: bool = True
    """Whether a bundle is trained at the end."""
    networks: tuple[Network, ...] = ("gru",)
    """What is trained after the ridge, in the background, with the lowest priority and in one thread: gru, seq2seq.
    Where one, or an average, is above the ridge by more than noise (as --decoder auto of offline.train finds it), it is
    the bundle (NAME_auto). None: --networks without a word."""
    session: Path | None = None
    """Folder of a session that runs: what was learnt becomes its decoder where the rule says `works`, then the trained
    ridge, then a network that is better than the ridge; without a restart, announced there. None is compared with the
    decoder that the session began with. Or the folder in which sessions are recorded: those that decode by what was
    learnt here get the next."""
    carry_on: Annotated[Path | None, tyro.conf.arg(name="from")] = None
    """Yesterday's ridge bundle of the same participant to go on from: its channels by label, its features; today's
    normalisation. How much of it counts is what decoded best so far. At the end offline.transfer --save makes
    NAME_carried of it and the recording, instead of NAME_ridge and networks."""
    label_map: Path | None = None
    """With --from: TOML file of lines such as A1 = "EEG 12": the bundle's label, then today's, where labels are not
    told."""
    features: FeatureSettings = field(default_factory=FeatureSettings)
    """Used as they are given: which bands or references to take, offline.train --choose-bands finds on a recording."""
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
        self._check_from()
        if self.recording is None:
            return
        if self.minutes is not None or self.inlet.join:
            name = "minutes" if self.minutes is not None else "join"
            raise OptionError(f"{option(name)} goes with live streams; leave it out, or name no recording")

    def _check_from(self) -> None:
        if self.carry_on is None and self.label_map is not None:
            raise OptionError("--label-map goes with --from BUNDLE, whose labels it names; leave it out")
        if self.carry_on is not None and self.channels:
            raise OptionError(
                "--channels and --from: expected one of them; what is carried on has the bundle's channels"
            )

    @cached_property
    def _yesterday(self) -> Yesterday | None:
        """The bundle of --from.

        Raises
        ------
        BkError
            None that can be carried on, or one of other features than were asked for.
        """
        if self.carry_on is None:
            return None
        from bk_realtime.decoder.bundle_index import check_bundle

        check_bundle(self.carry_on)  # before anything is loaded that takes seconds
        from bk_realtime.learning.yesterday import load_yesterday

        return load_yesterday(self.carry_on, self.label_map, self.features)

    @property
    def _made_of(self) -> FeatureSettings:
        """How features are made."""
        return self.features if self._yesterday is None else self._yesterday.bundle.features

    def run(self) -> int:
        """Learn to the end; 0 when all was recorded and, unless nothing is trained, the bundles were written (and taken
        over by the session, where one is named)."""
        if self.session is not None:
            check_place(self.session)
            say(HEADPHONES)
        _ = self._yesterday  # what cannot be carried on is refused before anything begins
        if self.recording is not None:
            self._refuse_taken(self.recording)
            if self._yesterday is not None:
                from bk_realtime.decoder.bundle_index import sha256
                from bk_realtime.learning.prior import refuse_learnt

                refuse_learnt(self._yesterday.bundle, self.recording.name, sha256(self.recording))
            self._learn_recording(self.recording)
            return self._train(self.recording)
        return self._live() if self.beside is None else self._listen(self.beside)

    @property
    def _ridge(self) -> RidgeSettings:
        from bk_realtime.decoder.ridge import RidgeSettings

        if self._yesterday is not None:
            from bk_realtime.learning.prior import learns_with

            return learns_with(self._yesterday.bundle, self.silence_weight)
        return RidgeSettings(silence_weight=self.silence_weight)

    def _learn_recording(self, path: Path) -> None:
        from bk_realtime.learning.recording import open_recording

        wanted = self.inlet.name or self.inlet.source_id or self.inlet.type
        named = self.channels if self._yesterday is None else self._yesterday.channels
        recorded = open_recording(
            path, wanted, self.microphone, self.inlet.unit or None, self.inlet.gain, named, self.exclude
        )
        feed = recorded.feed(self._made_of, self._ridge, self._yesterday)
        for note in () if feed.carried is None else feed.carried.notes:
            say(f"note: {note}")
        recorded.play(feed, lambda: self._say(feed.heard()), EVERY_S)
        feed.audit()
        self._say(feed.heard())
        self._at_once(feed, path)

    def _live(self) -> int:
        from datetime import datetime

        from bk_realtime.processes.child import Child
        from bk_realtime.processes.parent import asked_to_end
        from bk_realtime.recorder.target import recording_path

        path = recording_path(self.out, datetime.now())
        self._refuse_taken(path)
        stop = asked_to_end()
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
        return self._train(path) or int(code != 0)

    def _listen(self, recording: Path) -> int:
        """Learn while somebody else records; 0 where a bundle was left. It takes no time from whoever records."""
        from bk_realtime.priority import low_priority
        from bk_realtime.processes.parent import asked_to_end

        low_priority()
        stop = asked_to_end()
        return 0 if self._at_once(self._learn_live(stop, lambda: True), recording) else 1

    def _learn_live(self, stop: threading.Event, recording: Callable[[], bool]) -> Feed | None:
        from bk_realtime.learning.session import LearningSession

        seconds = None if self.minutes is None else 60.0 * self.minutes
        told = self.channels, self.exclude, self._yesterday
        session = LearningSession(self._made_of, self._ridge, self.inlet, self.microphone, self._say, *told)
        return session.run(stop, recording, seconds, FIGURES_EVERY_S if self.figures else EVERY_S)

    def _say(self, heard: Heard | str) -> None:
        from bk_realtime.learning.words import figures, in_words

        if isinstance(heard, str):
            say(json.dumps({"trouble": heard}) if self.figures else heard)
        else:
            say(figures(heard) if self.figures else in_words(heard))

    def _ending(self, recording: Path) -> Ending:
        told = self._made_of, self.inlet, self.microphone, self.channels, self.exclude, self.silence_weight
        further = self.session, self.carry_on, self.label_map, self.figures
        return Ending(Recipe(recording, *told), self.bundle, self.networks, *further)

    def _refuse_taken(self, recording: Path) -> None:
        if self.train:
            self._ending(recording).refuse_taken()

    def _at_once(self, feed: Feed | None, recording: Path) -> bool:
        """Whether what was learnt so far is a bundle now."""
        return self.train and feed is not None and self._ending(recording).at_once(feed)

    def _train(self, recording: Path) -> int:
        if not self.train:
            return 0
        from bk_realtime.processes.parent import stop_on_signals

        return self._ending(recording).train_all(stop_on_signals)
