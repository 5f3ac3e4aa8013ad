"""Puts the conditions of an experiment into an engine: sound, second decoders, commands, markers, status, record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bk_realtime.chain import Chain
from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import Clock
from bk_realtime.conditions.conditions import VEILED, Conditions
from bk_realtime.conditions.markers import ConditionMarkers
from bk_realtime.conditions.second_voice import SecondVoice, open_second_voices
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.engine.core import Core
from bk_realtime.engine.status_board import StatusBoard
from bk_realtime.errors import OptionError
from bk_realtime.session.bundle import session_labels
from bk_realtime.session.folder import Session
from bk_realtime.session.names import REPLAY_PREFIX
from bk_realtime.session.schedule import plan
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.outlets import EngineOutlets


class ConditionSession:
    """The conditions of one session; with none declared it does nothing.

    Parameters
    ----------
    session, bundle, chain, labels, stream : what is decoded, and by which decoder.
    note : takes events.

    Raises
    ------
    BkError
        A schedule that is wrong, a second decoder that does not fit or is too slow.
    """

    def __init__(
        self,
        session: Session,
        bundle: Bundle,
        chain: Chain,
        labels: Sequence[str],
        stream: StreamDescription,
        note: Callable[[dict[str, Any]], None],
    ) -> None:
        self.settings, self._session, self._note = session.settings.condition, session, note
        self.conditions: Conditions | None = None
        self._markers: ConditionMarkers | None = None
        self._voices: Mapping[str, SecondVoice] = {}
        self.cost = ""
        """What second decoders take, in words."""
        if self.used:
            self._schedule = plan(self.settings)
            label_map = session_labels(session.folder)
            gate, fade_ms = session.settings.gate, session.settings.safety.fade_ms
            self._voices, self.cost = open_second_voices(
                self.settings, self._schedule.conditions, bundle, chain, labels, stream, label_map, gate, fade_ms
            )

    @property
    def used(self) -> bool:
        """Whether there are any."""
        return self.settings.used

    def enter(self, core: Core, board: StatusBoard, sink: AudioSink) -> None:
        """Take the place between voice and guard; of what changes the voice only the talk key comes after."""
        if not self.used:
            return
        guard = core.guard
        self.conditions = conditions = Conditions(
            self._schedule,
            self.settings.blind,
            guard.sample_rate,
            guard.ceiling,
            guard.settings.fade_ms / 1e3,
            self._voices,
            self._session.folder,
            self._note,
            lambda: _counters(core, board, sink),
        )
        for voice in self._voices.values():
            core.before.append(lambda samples, stamp, voice=voice: voice.feed(samples))  # type: ignore[misc]
        core.shapers.append(conditions)
        board.further.append(conditions.figures)
        if self.settings.blind != "no":
            board.veiled = (*board.veiled, *VEILED)
        if self.settings.condition_markers:
            self._markers = ConditionMarkers(
                self.settings.condition_markers, self._session.replay_prefix, REPLAY_PREFIX, conditions.heed, self._note
            )
            self._markers.start()

    def order(self, command: dict[str, Any]) -> None:
        """The control command ``condition``.

        Raises
        ------
        OptionError
            No such condition, or none at all.
        """
        if self.conditions is None:
            raise OptionError("condition: this session has none; start it with --conditions or --schedule")
        self.conditions.order(command)

    def seen(self, event: dict[str, Any]) -> dict[str, Any]:
        """An event of a command as the operator may see it; a marker may switch the condition."""
        if self.conditions is None or event["event"] != "marker":
            return event
        return self.conditions.marked(event)

    def keep(self, outlets: EngineOutlets, clock: Clock) -> None:
        """Write and send what was recorded; on the main thread."""
        if self.conditions is not None:
            self.conditions.keep(clock.now(), outlets.push_condition)

    def end(self, clock: Clock) -> None:
        """The last figures, for the next :meth:`keep`."""
        if self._markers is not None:
            self._markers.close()
        if self.conditions is not None:
            self.conditions.end(clock.now())


def _counters(core: Core, board: StatusBoard, sink: AudioSink) -> dict[str, int]:
    """What the report counts by condition: the names are those of the status."""
    counted = core.metrics.snapshot()["counters"]
    return {
        "n_frames": core.n_frames,
        "gaps": counted.get("gap", 0),
        "losses": board.n_lost,
        "wrong_rates": counted.get("rate", 0),
        "dropped_samples": counted.get("dropped_samples", 0),
        "underruns": sink.underruns,
        "limiter_hits": core.guard.limiter_hits,
    }
