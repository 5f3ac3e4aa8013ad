"""Another decoder in a running session: loaded and warmed in a thread of its own, taken over between two frames."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.contamination.said import contamination_in_training
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.engine.adapting import Adapting
from bk_realtime.engine.core import Core
from bk_realtime.errors import BkError, FileError, InputError
from bk_realtime.session.bundle import load_session_bundle
from bk_realtime.session.events import make_event
from bk_realtime.session.settings import SessionSettings
from bk_realtime.session.swap import STAYS, TAKES_OVER, Swap, refuse_another, without_new_gate
from bk_realtime.successor import KEPT, WARM, Successor
from bk_realtime.watched import WatchedThread

CLOSE = 4
"""Frames that the decode thread may decode twice at once, so that the new decoder has heard all."""
AT_ONCE, LONGEST_REST_S = 4, 0.05
"""Frames that a new decoder hears before it rests as long as they took: the running one has the right of way."""
TRIES = 20
LOOK_S = 0.5
CLOSE_S = 10.0
"""Longest wait for a bundle that is being loaded; the first after an installation is compiled."""
log = logging.getLogger(__name__)


class Swapping:
    """Changes the decoder of a session.

    Parameters
    ----------
    core : whose chain gets another decoder.
    settings : of the session.
    adapting : what normalises anew; it starts again with each decoder.
    note : takes events; from any thread.
    """

    def __init__(
        self,
        core: Core,
        settings: SessionSettings,
        adapting: Adapting,
        note: Callable[[dict[str, Any]], None],
    ) -> None:
        self._core, self._settings, self._adapting, self._note = core, settings, adapting, note
        self._began = core.chain.bundle
        self._lock = threading.Lock()
        self._loading: Path | None = None
        self._thread: WatchedThread | None = None
        self._offered: Successor | None = None
        self._answered, self._took = threading.Event(), False
        self._closing = threading.Event()
        self._digests: dict[int, str] = {}
        core.before.insert(0, self.before)  # before what is adjusted: that is of the decoder that comes

    # ---- decode thread -------------------------------------------------------------------------------------------
    def before(self, samples: np.ndarray, stamp: float) -> None:
        """Let a decoder that waits take over with the sample of this stamp, where it has heard all but a few frames."""
        new = self._offered
        if new is None:
            return
        chain = self._core.chain
        recent = chain.recent
        if chain.fading:  # of the one before
            return
        self._offered = None
        if new.segment != recent.segment and recent.n <= CLOSE:
            new.begin(recent.segment, 0)
        near = new.segment == recent.segment and recent.n - new.n <= CLOSE and recent.n - new.first < KEPT
        if near:
            swap = Swap(stamp, str(new.bundle.path), self._digests[id(new)], recent.n, recent.n - new.first)
            chain.take_over(new)
            self._adapting.of(new.bundle)
            text = f"{new.bundle.kind} of {swap.path} decodes from here on; it had heard {swap.warmed} frames"
            if doubt := contamination_in_training(new.bundle.provenance):  # as `run` says of the one it begins with
                text += f"; {doubt}"
            self._note(make_event(TAKES_OVER, text, **swap.as_dict()))
        self._took = near
        self._answered.set()

    # ---- other threads -------------------------------------------------------------------------------------------
    def order(self, command: dict[str, Any]) -> dict[str, Any]:
        """The control command ``bundle``: ``path`` of the folder. What comes of it is an event.

        Raises
        ------
        BkError
            There is no bundle, one is being loaded already, or this session does not change its decoder.
        """
        path = Path(str(command.get("path", ""))).absolute()
        if self._settings.condition.used:
            raise InputError(
                "bundle: the conditions of an experiment compare one decoder; expected a session without them"
            )
        if self._core.chain.device.type != "cpu":
            raise InputError(
                f"bundle: the session decodes on {self._core.chain.device}, expected the CPU; start one with "
                "--device cpu, or one with that bundle"
            )
        if not (path / INDEX).is_file():
            raise FileError(f"bundle: {path} is not a decoder bundle: expected {INDEX} in it; name another folder")
        with self._lock:
            if self._closing.is_set():  # nobody would wait for it any more
                raise BkError("bundle: the session ends; name it when the next one begins")
            if self._loading is not None:
                raise BkError(f"bundle: {self._loading} is being loaded, expected one at a time; wait until it is in")
            self._loading = path
            self._thread = WatchedThread(self._bring, "bundle", args=(path,))
            self._thread.start()
        return make_event("command", f"bundle {path}", command="bundle", values={"path": str(path)})

    def keep(self, now: float) -> None:
        """Let go of decoders that are not heard any more."""
        self._core.chain.retired.clear()

    def figures(self) -> dict[str, Any]:
        """Fields of the status."""
        return {"bundle": str(self._core.chain.bundle.path)}

    def close(self) -> None:
        """Nothing takes over any more. One that is being loaded is waited for: a thread that computes while the
        interpreter ends takes the process down, as if the session had failed."""
        with self._lock:
            self._closing.set()
        if self._thread is not None:
            self._thread.join(CLOSE_S)

    def _bring(self, path: Path) -> None:
        why = ""
        try:
            self._offer(self._load(path))
        except BkError as error:
            why = str(error)
        except Exception as error:
            log.exception("bundle %s", path)
            why = f"{path}: failed to load ({type(error).__name__}), see the engine's log"
        finally:
            self._loading = None  # before it is said: whoever reads it may name another one at once
        if why:
            self._note(make_event("no bundle", f"{why}; {STAYS}", path=str(path)))

    def _load(self, path: Path) -> Successor:
        chain = self._core.chain
        bundle = without_new_gate(self._began, load_session_bundle(dataclasses.replace(self._settings, bundle=path)))
        refuse_another(chain.bundle, bundle, self._settings.gate)
        new = Successor(bundle, chain.labels_in, chain.rate, chain.device)
        self._digests = {id(new): bundle.digest}
        return new

    def _offer(self, new: Successor) -> None:
        for _ in range(TRIES):
            self._warm(new)
            self._answered.clear()
            self._offered = new
            while not self._answered.wait(LOOK_S):
                if self._closing.is_set():
                    return
            if self._took:
                return
        raise BkError(f"{new.bundle.path}: this machine is too slow to warm it beside the running decoder")

    def _warm(self, new: Successor) -> None:
        """Let it hear the last seconds, up to the present."""
        recent = self._core.chain.recent
        anew = 0
        while not self._closing.is_set():
            segment, n = recent.segment, recent.n
            if new.segment != segment or n - new.first >= KEPT:
                anew += 1
                if anew > TRIES:
                    raise BkError(f"{new.bundle.path}: this machine is too slow to warm it beside the running decoder")
                new.begin(segment, max(0, n - WARM))
            if n <= new.n:
                return
            rows = recent.copy(new.n, min(n, new.n + AT_ONCE), segment)
            if rows is None:
                new.segment = -1
                continue
            begin = time.perf_counter()
            new.hear(rows)
            if n - new.first < KEPT // 2:  # where it is late, it must not wait
                self._closing.wait(min(LONGEST_REST_S, time.perf_counter() - begin))
