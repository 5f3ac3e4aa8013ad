"""The engine process: one thread decodes, the sound card's callback copies, the main thread keeps house.

The decode thread pulls the inlet, runs the core, fills the audio ring and pushes the outlets. The main thread
publishes status, drains the decoded voice to its WAV file and writes latency figures, so that a slow disk never
reaches the sound.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from bk_realtime.chain import Chain
from bk_realtime.clock import Clock
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.engine.adapting import Adapting
from bk_realtime.engine.condition_wiring import ConditionSession
from bk_realtime.engine.core import Core, Part
from bk_realtime.engine.disk_watch import watch_disk
from bk_realtime.engine.notices import Notices
from bk_realtime.engine.orders import Order, execute
from bk_realtime.engine.publisher import Publisher
from bk_realtime.engine.standstill import Standstill
from bk_realtime.engine.status_board import StatusBoard
from bk_realtime.engine.swapping import Swapping
from bk_realtime.engine.voice_file import VoiceFile
from bk_realtime.engine.voice_wiring import gate_voice, last_shapers
from bk_realtime.errors import BkError, DeviceError
from bk_realtime.heartbeat import beat, rest
from bk_realtime.metrics import Metrics
from bk_realtime.priority import DECODE, KEEP, real_time_priority, real_time_process, usual_process
from bk_realtime.session.bundle import of_nobody, session_labels
from bk_realtime.session.control import ControlServer
from bk_realtime.session.events import EventList, make_event
from bk_realtime.session.folder import Session
from bk_realtime.session.status import Status
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.card import Card
from bk_realtime.source.base import MeasuresPackets, ReportsJoining, Source, SourceEvent, outlet_uid, take_events
from bk_realtime.voice.artefact_watch import ArtefactWatch
from bk_realtime.voice.bad_sound import BadSound
from bk_realtime.voice.long_packets import LongPackets
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.sound_watch import SoundWatch
from bk_realtime.voice.stall_watch import StallWatch
from bk_realtime.voice.standby import card_lost, open_chains
from bk_realtime.watched import WatchedThread

STATUS_S = 0.1
LATENCY_FILE_S = 10.0
PULL_S = 0.04
"""The decode thread gives a sign of life at least so often, also where nothing arrives."""


class Engine:
    """Wires one session and runs it until told to stop.

    Parameters
    ----------
    session, bundle : what to run; the session's folder is there.
    source : where µV samples come from.
    sink : where sound goes.
    clock : the LSL clock of this machine.
    """

    def __init__(self, session: Session, bundle: Bundle, source: Source, sink: AudioSink, clock: Clock) -> None:
        self.session, self.bundle = session, bundle
        self.source, self.sink, self.clock = source, sink, clock
        settings, stream = session.settings, source.describe()
        self.metrics, self._noted = Metrics(), EventList()
        fit = bundle.check(stream, session_labels(session.folder))
        self.fit = fit = dataclasses.replace(fit, notes=(*of_nobody(bundle, stream), *fit.notes))
        said = "; ".join(fit.notes) or "every channel is called as the decoder calls it"
        self.note(make_event("matched", said, labels=fit.renamed, rate=float(fit.rate)))
        self.chain, self._standby = open_chains(
            lambda d: Chain(bundle, fit.labels, d, fit.rate), settings.device, self.note
        )
        self.guard = OutputGuard(settings.safety, bundle.mel.sample_rate)
        self.core = Core(self.chain, self.guard, self.metrics, settings.gaps, self.note)
        self.experiment = ConditionSession(session, bundle, self.chain, fit.labels, stream, self.note)
        # before the outlets appear, as the chain: whoever waits for them finds an engine that keeps up
        self.guard.process(np.zeros(bundle.mel.hop_length, np.float32))
        self.guard.reset()
        self._publisher = Publisher(session.id, self.chain, bundle, stream.simulated, self.experiment.used)
        self.outlets = self._publisher.outlets
        self.board = StatusBoard(self.core, sink, stream, session.folder, self._noted, self.outlets, clock)
        if isinstance(source, ReportsJoining):
            self.board.joining = source.joining
        self.board.further.append(lambda: {"source_uid": outlet_uid(source)})
        self._sound_watch = SoundWatch(self.guard, sink, self.note)
        self.board.further.append(self._sound_watch.figures)
        self.board.further.append(self.guard.levels)
        self.orders: dict[str, Order] = {"contamination": self._contamination, "condition": self.experiment.order}
        self.orders["notice"] = Notices().order
        """Commands beyond those of :mod:`~bk_realtime.engine.orders`, by name; run in the control channel's thread."""
        self.chores: list[Callable[[float], object]] = []
        """Called ten times a second on the main thread, with the LSL clock."""
        self.stalls = StallWatch(sink, clock, self.note, lambda: self.board.signal_lost)
        self.chores += [self.stalls.look, self._sound_watch.look]
        bad = BadSound(lambda: self.core.bad_samples + self.guard.bad_samples, lambda: self.core.n_frames, self.note)
        self.chores.append(bad.look)
        if isinstance(source, MeasuresPackets):
            long = LongPackets(self.guard, source.packets, lambda: self.metrics.usual("age"), self.note)
            self.chores.append(long.look)
        self.chores.append(lambda now: self.experiment.keep(self.outlets, clock))
        of_stream = dict(zip(stream.labels, fit.labels, strict=True))
        self.adapting = Adapting(self.core, settings.adapt, self.note, of_stream)
        self.chores.append(self.adapting.keep)
        self.swapping = Swapping(self.core, settings, self.adapting, self.note)
        self.chores.append(self.swapping.keep)
        self.board.further.append(self.swapping.figures)
        self.orders["bundle"] = self.swapping.order
        self.board.further.append(self.adapting.figures)
        self.orders |= {"mask_channel": self.adapting.mask, "recalibrate": self.adapting.recalibrate}
        gate_voice(self.core, self.board, settings, self.note)
        if settings.safety.artefacts != "ignore":
            self.core.shapers.append(ArtefactWatch(self.guard, bundle.mel.frame_rate, self.note))
        self.experiment.enter(self.core, self.board, sink)
        self.chores += last_shapers(self.core, self.board, settings, self.note, self.orders)
        self.disk = watch_disk(session, bundle, stream, self.note)
        self.chores.append(self.disk.look)
        self.board.further.append(self.disk.figures)
        self.standstill = Standstill(self.core, self.note, settings.hangs.slept_s)
        self.chores.append(self.standstill.look)
        self._stop = threading.Event()
        self._error: BaseException | None = None

    def stop(self) -> None:
        """Ask the session to end; safe from any thread and from a signal handler."""
        self._stop.set()

    def status(self) -> Status:
        """The engine as it is now; from any thread."""
        return self.board.status()

    def note(self, event: dict[str, Any]) -> None:
        """Put an event on record, with the time; from any thread."""
        self._noted.append({"time": self.clock.now(), **event})

    # ---- decode thread -------------------------------------------------------------------------------------------
    def _decode_loop(self, voice: VoiceFile) -> None:
        try:
            torch.set_num_threads(1)
            self.note(make_event("priority", real_time_priority(DECODE, "decoding")))
            gc.collect()
            gc.freeze()
            gc.disable()
            self.sink.start()
            while not self._stop.is_set():
                self.standstill.turn()
                self.stalls.beat(armed=self.core.n_frames > 0)
                chunk = self.source.pull(PULL_S)
                takes_s = 0.0 if chunk is None else self.core.waits_s(len(chunk))
                self.stalls.beat(self.core.n_frames > 0, takes_s)
                events = take_events(self.source)
                if chunk is None:
                    for event in events:
                        if event.kind == "lost":
                            self.board.lost()
                        self._note(event)
                    continue
                self.board.signal_lost = False
                try:
                    for part in self.core.take(chunk, events, self.clock.now()):
                        self._voice(part, voice)
                except DeviceError as error:
                    self._fall_back(error)
        except BaseException as error:
            self._error = error
            self._stop.set()
        finally:
            self.stalls.beat(armed=False)  # what has ended does not hang

    def _voice(self, part: Part, voice: VoiceFile) -> None:
        waiting_s = self.sink.fill / self.bundle.mel.sample_rate + self.sink.latency_s
        output = self.core.decode(part, self.clock.now(), waiting_s)
        self.sink.write(output.guarded, output.heard_by - self.clock.now() - self.sink.latency_s)
        voice.write(output.decoded.audio)
        self._publisher.push(output, self.chain, self.guard.delay_s)
        if len(output.decoded.audio):
            self.board.voiced(float(output.audio_stamps[0]) - self.guard.delay_s, waiting_s)

    def _note(self, event: SourceEvent) -> None:
        self.note(make_event(event.kind, event.text, seconds=event.seconds, **event.details))

    def _fall_back(self, error: DeviceError) -> None:
        """Go on on the CPU; where it does not keep up, the session ends with the error."""
        if self._standby is None:
            raise error
        self.chain, self._standby = self._standby, None
        self.note(card_lost(error))
        self.core.replace_chain(self.chain, "the card is lost")

    # ---- main thread ---------------------------------------------------------------------------------------------
    def run(self, seconds: float | None = None) -> None:
        """Decode until :meth:`stop`, ``seconds`` have passed or the source ends; everything is saved at the end.

        Raises
        ------
        BkError
            What ended the decode thread, if it was bad input.
        """
        folder = self.session.folder
        self.note(make_event("priority", real_time_process(KEEP, "everything else")))
        voice = VoiceFile(folder / "decoded.wav", self.bundle.mel.sample_rate)
        self.disk.spare = voice.end if self.session.settings.record else None
        server = ControlServer(self._command)
        server.write_file(folder, session=self.session.id)
        decoder = WatchedThread(self._decode_loop, "decode", args=(voice,))
        started = self.clock.now()
        decoder.start()
        self._sound_watch.start()
        next_file = started + LATENCY_FILE_S
        try:
            while not self._stop.wait(STATUS_S):
                beat()
                self._keep_house(voice)
                now = self.clock.now()
                if now >= next_file:
                    self.board.write_file()
                    next_file += LATENCY_FILE_S
                if seconds is not None and now - started >= seconds:
                    break
        finally:
            rest()  # what follows may take its time
            self._stop.set()
            decoder.join(timeout=5.0)
            with contextlib.ExitStack() as steps:  # each is taken, whatever another one raises
                for step in (
                    self._sound_watch.close,
                    self.sink.close,
                    self._close_source,
                    self.swapping.close,
                    server.close,  # from here on no command is taken that would not be on record
                    lambda: self.experiment.end(self.clock),
                    lambda: self._keep_house(voice),
                    self.board.write_file,
                    self.board.publish,
                    voice.close,
                    self.board.say_stopped,
                    gc.enable,
                    gc.unfreeze,
                    usual_process,
                )[::-1]:  # a stack ends with what came first
                    steps.callback(step)
        if isinstance(self._error, BkError):
            raise self._error
        if self._error is not None:
            raise RuntimeError("the decode thread failed") from self._error

    def _close_source(self) -> None:
        self.source.close()
        for event in take_events(self.source):
            self._note(event)

    def _keep_house(self, voice: VoiceFile) -> None:
        for chore in self.chores:
            chore(self.clock.now())
        voice.drain()
        self.board.unwritten = voice.unwritten
        self.board.publish([*self.sink.events(), *voice.events()])

    def _command(self, command: dict[str, Any]) -> dict[str, Any]:
        event = execute(command, self.guard, self.stop, self.orders)
        if command.get("command") == "panic" and isinstance(self.sink, Card):
            self.sink.hush()  # after the guard: what waits before the device was let through by it a moment ago
        if event is not None:
            self.note(self.experiment.seen(event))
        return {"status": self.status().as_dict()}

    def _contamination(self, command: dict[str, Any]) -> dict[str, Any] | None:
        return self.board.light.tell(command.get("colour"), command.get("text"), self.clock.now())
