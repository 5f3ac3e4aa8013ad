"""The engine process of a session; `run` starts it."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch loads: the decode thread must not spawn helpers

import dataclasses
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bk_realtime.compiled import is_compiled
from bk_realtime.config import VocoderSettings
from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.engine.live import Engine
from bk_realtime.engine.output_guard import amplitude
from bk_realtime.errors import BkError
from bk_realtime.lsl_clock import LslClock
from bk_realtime.processes.parent import end_with_parent, stop_on_signals
from bk_realtime.session.folder import read_settings
from bk_realtime.session.settings import SessionSettings
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.null import NullSink
from bk_realtime.source.inlet import LslInlet


@dataclass
class EngineProcess:
    """Decode one session whose folder is prepared (started by `run`; not meant to be called by hand)."""

    folder: Path
    """Session folder with session.toml."""
    seconds: float | None = None
    """Stop after so many seconds."""

    def run(self) -> int:
        """Run until stopped; 0 when all was saved."""
        sys.setswitchinterval(0.0005)  # the sound card's callback must not wait 5 ms for the decode thread
        settings = read_settings(self.folder)
        bundle = load_session_bundle(settings)
        needed = ["filters"] + ["consistency"] * (bundle.vocoder.name in ("phase", "learnt"))
        if not all(is_compiled(module) for module in needed):
            print("compiling, once after an installation or an update; this takes up to a minute", flush=True)
        wanted = settings.inlet
        inlet = LslInlet(
            name=wanted.name or None,
            type=wanted.type or None,
            source_id=wanted.source_id or None,
            unit=wanted.unit or None,
            timeout=wanted.timeout_s,
        )
        bundle.check(inlet.describe())
        clock = LslClock()
        engine = Engine(self.folder, settings, bundle, inlet, open_sink(settings, bundle), clock)
        print(budget(engine), flush=True)
        stop_on_signals(engine.stop)
        end_with_parent(engine.stop)
        engine.run(self.seconds)
        return 0


def load_session_bundle(settings: SessionSettings) -> Bundle:
    """The session's bundle, with its vocoder choice where the session names another."""
    bundle = load_bundle(Path(settings.bundle), settings.device)
    vocoder = bundle.vocoder
    if settings.vocoder:
        vocoder = VocoderSettings(name=settings.vocoder, lookahead_ms=vocoder.lookahead_ms)
    if settings.lookahead_ms >= 0:
        vocoder = dataclasses.replace(vocoder, lookahead_ms=settings.lookahead_ms)
    return dataclasses.replace(bundle, vocoder=vocoder)


def open_sink(settings: SessionSettings, bundle: Bundle) -> AudioSink:
    """The sound card, or with `auto` a silent stand-in where there is none, said aloud and on record."""
    rate = bundle.mel.sample_rate
    if settings.sound_device == "none":
        return NullSink(rate, prefill_s=settings.prefill_ms / 1e3)
    from bk_realtime.sink.soundcard import SoundCard

    try:
        device = None if settings.sound_device == "auto" else settings.sound_device
        ceiling = amplitude(settings.safety.ceiling_dbfs)
        return SoundCard(rate, device=device, prefill_s=settings.prefill_ms / 1e3, ceiling=ceiling)
    except BkError as error:
        if settings.sound_device != "auto":
            raise
        text = f"{error}; the decoded voice goes to decoded.wav only"
        print(f"notice: {text}", flush=True)
        return NullSink(rate, prefill_s=settings.prefill_ms / 1e3, instead=text)


def budget(engine: Engine) -> str:
    """The three latencies that are never mixed, in words."""
    chain, rate = engine.chain, engine.bundle.mel.sample_rate
    in_rate = chain.frame_clock.sfreq
    lines = ["latency budget, ms:"]
    for name, ops in chain.stages.items():
        for op in ops:
            out_rate = in_rate * op.ratio
            ms = 1e3 * float(Fraction(op.wait) / in_rate + Fraction(op.lookahead) / out_rate)
            if ms:
                lines.append(
                    f"  {name:<10} {type(op).__name__:<22} {ms:7.1f}  declared (wait for a frame and lookahead)"
                )
            in_rate = out_rate
    lines.append(f"  {'algorithmic, exact sum':<33} {1e3 * float(chain.algorithmic_s):7.1f}")
    lines.append(f"  {'filter group delay':<33} {1e3 * chain.group_delay_s:7.1f}  reported, not compensated")
    waiting = 1e3 * (engine.settings.prefill_ms / 1e3 + engine.sink.latency_s)
    lines.append(f"  {'buffer and sound device':<33} {waiting:7.1f}  before compute; measured live as age of data")
    if engine.bundle.lead_ms:
        lines.append(f"  {'decoder lead':<33} {-engine.bundle.lead_ms:7.1f}  the decoder predicts this far ahead")
    lines.append(
        f"output: {type(engine.sink).__name__} at {rate} Hz, ceiling {engine.settings.safety.ceiling_dbfs:g} dBFS"
    )
    return "\n".join(lines)
