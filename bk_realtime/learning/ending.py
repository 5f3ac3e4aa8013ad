"""What becomes of a reading when it ends: what was learnt, a ridge, networks, and which of them decodes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bk_realtime.errors import BkError, FileError
from bk_realtime.learning.taking_over import hand_over, sessions_for
from bk_realtime.learning.training import (
    AUTO,
    CARRIED,
    RIDGE,
    TRANSFER,
    Network,
    Recipe,
    is_free,
    outcome,
    spoilt,
    train,
)
from bk_realtime.logs import say

if TYPE_CHECKING:
    from bk_realtime.learning.feed import Feed


@dataclass(frozen=True)
class Ending:
    """The bundles of one reading, and the sessions that get them.

    Attributes
    ----------
    recipe : what is trained, and of which recording.
    bundle : folder for the bundle; None: beside the recording, NAME_ridge.
    networks : what is trained after the ridge; none: ().
    session, carry_on, label_map, figures : as `learn` has them.
    """

    recipe: Recipe
    bundle: Path | None = None
    networks: tuple[Network, ...] = ()
    session: Path | None = None
    carry_on: Path | None = None
    label_map: Path | None = None
    figures: bool = False

    def refuse_taken(self) -> None:
        """Refuse folders that hold a bundle already.

        Raises
        ------
        FileError
            One does.
        """
        kinds = (CARRIED,) if self.carry_on is not None else (RIDGE, AUTO)[: 1 + bool(self.networks)]
        for kind in kinds:
            folder = self._bundle_of(kind)
            if not is_free(folder):
                raise FileError(f"{folder} already holds a decoder bundle; choose another folder with --bundle")

    def at_once(self, feed: Feed) -> bool:
        """What was learnt so far as a bundle, seconds after the last word; training takes longer. Whether there is
        one."""
        from bk_realtime.decoder.bundle import save_bundle
        from bk_realtime.learning.bundle import learnt_bundle
        from bk_realtime.learning.decision import STOP, WORKS

        begun, folder = time.monotonic(), self._learnt
        decision = feed.heard().progress.decision
        if decision.verdict == STOP:  # whoever decodes with it hears the room
            say(f"no bundle of what was learnt meanwhile: {decision.text}")
            return False
        try:
            save_bundle(learnt_bundle(feed, self.recipe.recording.name), folder)
            lacks = "without scores, audit and speech gate, until it is trained"
            say(f"{folder}: what was learnt meanwhile, after {time.monotonic() - begun:.1f} s; {lacks}")
            if self.figures:
                say(json.dumps({"bundle": str(folder)}))
        except BkError as error:
            say(f"no bundle of what was learnt meanwhile: {error}")
            return False
        if decision.verdict == WORKS:
            self._hand_over(folder, (), f"learnt while it was recorded, {lacks}")
        elif self.session is not None:
            say(f"{self.session}: its decoder stays until one is trained: {decision.text}")
        return True

    def train_all(self, on_signals: Callable[[Callable[[], object]], object]) -> int:
        """A ridge on all that was recorded, then networks, by the one command that makes bundles; 0 where all is
        written and taken over.

        Parameters
        ----------
        on_signals : calls what it is given where the command is asked to end.
        """
        ridge = self._bundle_of(RIDGE)
        if self.carry_on is not None:
            return self._carry_on(self.carry_on)
        if code := train(self.recipe.ridge(ridge), aside=self.session is not None):
            return code
        code = self._hand_over(ridge, (self._learnt,), "the ridge of the whole recording, audited and scored")
        return self._train_networks(ridge, on_signals) or code

    @property
    def _learnt(self) -> Path:
        return self.recipe.recording.with_name(f"{self.recipe.recording.stem}_learnt")

    def _bundle_of(self, kind: str) -> Path:
        if self.bundle is None:
            return self.recipe.recording.with_name(f"{self.recipe.recording.stem}_{kind}")
        return self.bundle if kind in (RIDGE, CARRIED) else self.bundle.with_name(f"{self.bundle.name}_{kind}")

    def _carry_on(self, yesterday: Path) -> int:
        """Yesterday's bundle with all that was recorded, by the command that scores it too."""
        carried = self._bundle_of(CARRIED)
        words = self.recipe.carried(carried, yesterday, self.label_map)
        if code := train(words, aside=self.session is not None, module=TRANSFER):
            return self._from_scratch(code)
        say(f"{carried} is the bundle; networks are not carried on: offline.train trains them from the recording alone")
        return self._hand_over(
            carried, (self._learnt,), f"{yesterday.name} carried on with the recording, audited and scored"
        )

    def _from_scratch(self, code: int) -> int:
        """A ridge all the same where yesterday's bundle was refused with this exit code, which stays the command's.

        No session gets it: it may be of less than a minute, and what decodes there has yesterday's weights.
        """
        if code < 0:  # it was ended, not refused
            return code
        ridge = self._bundle_of(RIDGE)
        say("yesterday's bundle was not carried on, see above: a ridge is trained from the recording alone")
        if not train(self.recipe.ridge(ridge, self.label_map), aside=self.session is not None):
            say(f"{ridge} is the bundle, of the recording alone")
            if self.session is not None:
                say(f"{self.session}: its decoder stays, for nobody compared it with {ridge.name}")
        return code

    def _train_networks(self, ridge: Path, on_signals: Callable[[Callable[[], object]], object]) -> int:
        """Behind everything else: whoever ends it keeps the ridge."""
        if not self.networks:
            return 0
        best, stop = self._bundle_of(AUTO), threading.Event()
        on_signals(stop.set)
        say(f"{ridge} is the bundle; {' and '.join(self.networks)} will be compared with it, Ctrl-C ends that")
        code = train(self.recipe.networks(best, self.networks), aside=True, stop=stop)
        if code is None or stop.is_set():
            say(f"ended before the networks were trained: {ridge} is the bundle")
            return 0
        if code:
            say(f"the networks were not trained, see above: {ridge} is the bundle")
            return code
        kind, why = outcome(best)
        if kind == RIDGE:
            say(f"{ridge} is the bundle: {why}")
            return 0
        say(f"{best} is the bundle: {why}")
        return self._hand_over(best, (self._learnt, ridge), why)

    def _hand_over(self, bundle: Path, own: tuple[Path, ...], why: str) -> int:
        """Sessions that were named decode by it; 1 where one of them does not, or its audit speaks against it."""
        found = [] if self.session is None else sessions_for(self.session, own)
        failed = 0
        if found and (doubt := spoilt(bundle)):
            say(f"{', '.join(map(str, found))}: the decoder stays: {doubt}")
            return 1
        for session in found:
            try:
                failed |= hand_over(session, bundle, why)
            except BkError as error:  # it may have ended meanwhile; the bundle is there all the same
                say(f"{session}: keeps its decoder: {error}")
                failed = 1
        return failed
