"""Puts the steps on the voice into a session: the speech gate and the fade of an unsure decoder first, the talk key and
the watch for a loop last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bk_realtime.engine.core import Core
from bk_realtime.engine.orders import Order
from bk_realtime.engine.status_board import StatusBoard
from bk_realtime.session.bundle import fade_choice, gate_choice
from bk_realtime.session.events import make_event
from bk_realtime.session.settings import SessionSettings
from bk_realtime.voice.loop_watch import LoopWatch
from bk_realtime.voice.unsure_fade import UnsureFade
from bk_realtime.voice.voice_gate import TalkGate, VoiceGate

Note = Callable[[dict[str, Any]], None]


def gate_voice(core: Core, board: StatusBoard, settings: SessionSettings, note: Note) -> None:
    """The speech gate and the fade of an unsure decoder, before the conditions of an experiment, which may play
    something else."""
    gated, said = gate_choice(core.chain.bundle, settings.gate)
    note(make_event("gate", said))
    gate = VoiceGate(core.chain, gated, settings.safety.fade_ms)
    core.shapers.append(gate)
    board.further.append(gate.figures)
    fade = UnsureFade(core.chain, settings.fade_unsure, note)
    if fade.wanted:
        note(make_event("fade", fade_choice(core.chain.bundle, True)))
    core.shapers.append(fade)
    board.further.append(fade.figures)


def last_shapers(
    core: Core, board: StatusBoard, settings: SessionSettings, note: Note, orders: dict[str, Order]
) -> list[Callable[[float], object]]:
    """The talk key and the watch for a loop, on whatever is heard; their chores."""
    mel, fade_ms = core.chain.bundle.mel, settings.safety.fade_ms
    key = TalkGate(fade_ms, mel.sample_rate, settings.hold_to_talk, note, board.clock.now)
    if key.wanted:
        core.shapers.append(key)
    orders["talk"] = key.talk
    board.further.append(key.figures)
    if not settings.loop_watch or settings.condition.used:
        because = "it would change the sound of the conditions" if settings.loop_watch else "--no-loop-watch"
        note(make_event("loop watch", f"nobody looks for a feedback loop: {because}; mute or panic ends one"))
        return [key.look]
    watch = LoopWatch(core.guard, mel.sample_rate, mel.hop_length, fade_ms, note)
    core.shapers.append(watch)
    board.further.append(watch.figures)
    return [key.look, watch.look]
