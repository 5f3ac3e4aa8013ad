"""Conditions of an experiment in a running session: what switches them, what the operator is told, what is recorded."""

from __future__ import annotations

import math
import random
import re
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.chain import STAGES
from bk_realtime.conditions.blinding import Blinding
from bk_realtime.conditions.sound import ConditionSound, OtherVoice
from bk_realtime.decoded import Decoded
from bk_realtime.errors import OptionError
from bk_realtime.metrics import Metrics
from bk_realtime.session.condition_record import FILE, append, written
from bk_realtime.session.conditions import Condition
from bk_realtime.session.events import make_event
from bk_realtime.session.schedule import Schedule

VEILED = ("limiter_hits", "limiting_db", "peak_dbfs", "level_db_spl")
"""Fields of the status that would betray to a blinded operator what is heard."""
SOON_S = 1.0
"""A planned condition waits this long for the sound that it replays: samples that were missing are no reason."""
SET_S = 1.0
"""Stamps that jump by more than this against this machine's clock were set: no time has passed."""
FIGURES_S = 10.0
"""How often the record gets the figures so far."""
_TRIAL = re.compile(r"\s*trial\b[\s:=#]*(\d{0,9})\s*", re.IGNORECASE)
_CONDITION = re.compile(r"\s*condition\b[\s:=]*(.+?)\s*", re.IGNORECASE)


class Conditions:
    """A :class:`~bk_realtime.voice.shaping.Shaper` that says what is heard, and keeps the record of it.

    Parameters
    ----------
    schedule : conditions and planned changes.
    blind : ``no``, ``letters`` or ``hidden``.
    sample_rate, ceiling, fade_s : of the sound, as the guard has them.
    others : voices of second decoders by condition's name.
    folder : gets ``conditions.jsonl``.
    note : takes the events that the operator sees.
    counters : the session's counters as they are now, by name.

    Attributes
    ----------
    letters : condition's name -> letter.
    """

    def __init__(
        self,
        schedule: Schedule,
        blind: str,
        sample_rate: int,
        ceiling: float,
        fade_s: float,
        others: Mapping[str, OtherVoice],
        folder: Path,
        note: Callable[[dict[str, Any]], None],
        counters: Callable[[], dict[str, int]],
    ) -> None:
        self.schedule, self._note, self._counters = schedule, note, counters
        self._blinding = Blinding(schedule.conditions, blind)
        self.letters = self._blinding.letters
        seed = random.SystemRandom().randrange(2**32)
        self.sound = ConditionSound(sample_rate, ceiling, fade_s, schedule.conditions, others, seed)
        self._path, self._fade_ms, self._rate = folder / FILE, 1e3 * fade_s, sample_rate
        self._asked: deque[tuple[Condition, dict[str, Any]]] = deque()
        self._records: deque[tuple[float, dict[str, Any]]] = deque()
        self._unwritten: deque[str] = deque()
        self._times = deque(c for c in schedule.changes if c.by == "time_s")
        self._trials = {int(c.at): c.condition for c in schedule.changes if c.by == "trial"}
        self._trial = 0
        self._started = False
        self._last_stamp = self._set = self._behind = 0.0
        self._metrics = {c.name: Metrics() for c in schedule.conditions}
        self._figures_at, self._file_failed = -math.inf, False
        self._number = 0
        about = {"letters": self.letters, "blind": blind, "seed": seed, "fade_ms": self._fade_ms}
        self._records.append((0.0, {"record": "plan", **schedule.as_dict(), **about}))

    # ---- decode thread -------------------------------------------------------------------------------------------
    def process(self, sound: np.ndarray, decoded: Decoded, stamps: np.ndarray, now: float) -> np.ndarray:
        """What is heard in place of ``sound``; see :class:`~bk_realtime.voice.shaping.Shaper`."""
        if len(sound):
            if not self._started:
                self._started = True
                self._set, self._behind = -float(stamps[0]), now
                self._record_change(self.sound.condition, float(stamps[0]), {"by": "start"}, now)
            since = self._since(stamps, now) if self._times else stamps
            sound = self.sound.process(sound, lambda at: self._due(at, stamps, since, now))
            self._last_stamp = float(stamps[-1])
        if len(decoded.features):
            metrics, n = self._metrics[self.sound.condition.name], len(decoded.features)
            for name, seconds in zip(STAGES, decoded.seconds, strict=True):
                metrics.time(name, seconds / n)
            metrics.time("total", sum(decoded.seconds) / n)
        return sound

    def reset(self) -> None:
        """A new segment begins."""
        self.sound.reset()

    def _since(self, stamps: np.ndarray, now: float) -> np.ndarray:
        """(n,) seconds since the first sound, by the stamps; where these were set it goes on as if they were not."""
        steps = np.diff(stamps)
        steps[np.abs(steps) < SET_S] = 0.0
        since: np.ndarray = stamps + self._set - np.concatenate([[0.0], np.cumsum(steps)])
        shift = now - float(since[0]) - self._behind
        if abs(shift) > SET_S:
            since, self._set = since + shift, self._set + shift
        self._set, self._behind = self._set - float(steps.sum()), now - float(since[0])
        return since

    def _due(self, at: int, stamps: np.ndarray, since: np.ndarray, now: float) -> int:
        """Begin what is due at sample ``at`` of a block; up to where nothing more can begin."""
        if self.sound.fading:
            return len(stamps)
        if self._asked:
            self._begin(*self._asked.popleft(), float(stamps[at]), now)
            return at + 1
        if not self._times:
            return len(stamps)
        since = since[at:]
        reached = np.flatnonzero(since >= self._times[0].at - 1e-9)
        if not len(reached):
            return len(stamps)
        if reached[0]:
            return at + int(reached[0])
        missing_s = self.sound.missing_s(self._times[0].condition)
        if 0 < missing_s <= SOON_S:
            return min(len(stamps), at + max(1, round(missing_s * self._rate)))
        change = self._times.popleft()
        while self._times and self._times[0].at <= since[0]:  # the signal was away, or stood still
            passed = {"planned": change.at, "condition": change.condition.as_dict()}
            self._refuse("passed over: its time came while no sound was made", passed, float(stamps[at]), now)
            change = self._times.popleft()
        self._begin(change.condition, {"by": "schedule", "planned": change.at}, float(stamps[at]), now)
        return at + 1

    def _begin(self, condition: Condition, why: dict[str, Any], stamp: float, now: float) -> None:
        missing_s = self.sound.missing_s(condition)
        if missing_s > 0:
            reason = f"{missing_s:.1f} s more of sound are needed before it"
            self._refuse(reason, {"condition": condition.as_dict(), **why}, stamp, now)
            return
        before = self.sound.condition
        if condition != before:  # else it goes on as it is, to the bit
            self.sound.change(condition)
        self._record_change(condition, stamp, why, now, before)

    def _record_change(
        self, condition: Condition, stamp: float, why: dict[str, Any], now: float, before: Condition | None = None
    ) -> None:
        self._number += 1
        late = getattr(self.sound.others.get(condition.name), "late", 0)
        details = {
            "condition": condition.as_dict(),
            "letter": self.letters[condition.name],
            "sample": self.sound.n,
            "noise_seed": [self.sound.seed, self.sound.n_changes],
            "fade_ms": 0.0 if before is None or before == condition else self._fade_ms,
            "sham_late_ms": 1e3 * int(late) / self._rate,
            **why,
        }
        self._record("change", stamp, now, details)
        self._tell("condition", self._blinding.words(condition), self._number, stamp)

    def _refuse(self, reason: str, details: dict[str, Any], stamp: float, now: float) -> None:
        self._number += 1
        self._record("refused", stamp, now, {"reason": reason, **details})
        text = "a condition could not begin; the record of conditions says why"
        if not self._blinding.on:
            text = f"condition {details['condition']['name']} could not begin: {reason}"
        self._tell("no condition", text, self._number, stamp)

    def _tell(self, kind: Any, text: str, number: int, stamp: float) -> None:
        self._note(make_event(kind, text, number=number, stamp=stamp))

    def _record(self, what: str, stamp: float, now: float, details: Mapping[str, Any]) -> None:
        about = {"record": what, "number": self._number, "time": now, "stamp": stamp}
        self._records.append((stamp, {**about, **details, "counters": self._counters()}))

    def _stages(self) -> dict[str, Any]:
        """Times so far by condition; their quantiles take too long for the thread that decodes."""
        stages = {name: metrics.snapshot()["stages"] for name, metrics in self._metrics.items()}
        return {"stages": {name: told for name, told in stages.items() if told}}

    # ---- any thread ----------------------------------------------------------------------------------------------
    def order(self, command: dict[str, Any]) -> None:
        """The control command ``condition``: ``to`` names one, or is ``next``. Nothing but the record says which.

        Raises
        ------
        OptionError
            There is none of that name; what is missing before it can begin.
        """
        condition = self._find(str(command.get("to", "")))
        missing_s = self.sound.missing_s(condition)
        if missing_s > 0:
            if self._blinding.on:  # how much is missing would tell which it is
                raise OptionError("condition: cannot begin yet; ask again later, or for another")
            raise OptionError(
                f"{condition.name}: cannot begin yet, expected {missing_s:.1f} s more of sound; ask again then"
            )
        self._asked.append((condition, {"by": "command"}))

    def marked(self, event: dict[str, Any]) -> dict[str, Any]:
        """Heed an event of the operator's marker; the event as the operator may see it."""
        heeded = self.heed(str(event.get("text", "")), {"by": "marker"})
        if heeded and self._blinding.on and not _TRIAL.fullmatch(str(event["text"])):
            return {**event, "text": "marker of the conditions", "values": {}}
        return event

    def heed(self, text: str, why: Mapping[str, Any]) -> bool:
        """Take a marker's text: ``condition NAME``, ``trial`` or ``trial N``; whether it was one of these."""
        trial = _TRIAL.fullmatch(text)
        if trial:
            self._trial = int(trial[1]) if trial[1] else self._trial + 1
            condition = self._trials.get(self._trial)
            if condition is not None:
                self._asked.append((condition, {**why, "by": "schedule", "trial": self._trial}))
            return True
        named = _CONDITION.fullmatch(text)
        if not named:
            return False
        try:
            self._asked.append((self._find(named[1]), dict(why)))
        except OptionError as error:
            told = "a marker names a condition that was not declared" if self._blinding.on else str(error)
            self._note(make_event("no condition", told))
        return True

    def _find(self, name: str) -> Condition:
        return self._blinding.find(name, self.sound.condition, lambda c: self.sound.missing_s(c) <= 0)

    def figures(self) -> dict[str, Any]:
        """Fields of the status."""
        return {
            "condition": self._blinding.words(self.sound.condition),
            "conditions": self._blinding.names(),
            "blinded": self._blinding.on,
        }

    # ---- main thread ---------------------------------------------------------------------------------------------
    def keep(self, now: float, push: Callable[[str, float], None]) -> None:
        """Write what was recorded since the last call to the session's folder, and ``push`` it with its stamp."""
        if now >= self._figures_at:
            self._figures_at = now + FIGURES_S
            self._record("figures", self._last_stamp, now, self._stages())
        while self._records:
            stamp, record = self._records.popleft()
            line = written(record, self._blinding.on)
            push(line, stamp or now)
            self._unwritten.append(line)
        while self._unwritten:
            try:  # a disk that was full may hold half a line: what follows begins on one of its own
                append(self._path, "\n" * self._file_failed + self._unwritten[0])
            except OSError as error:
                if not self._file_failed:
                    text = f"{self._path.name} is not kept up ({error.strerror or error}); the recording has it"
                    self._note(make_event("file", text, active_fault=self._path.name))
                self._file_failed = True
                return
            self._unwritten.popleft()
            if self._file_failed:
                self._file_failed = False
                text = f"{self._path.name} is kept up again, with all that it lacked"
                self._note(make_event("file", text, corrected=self._path.name))

    def end(self, now: float) -> None:
        """The last figures, for the next :meth:`keep`."""
        self._figures_at = math.inf
        self._record("end", self._last_stamp, now, self._stages())
