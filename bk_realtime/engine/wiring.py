"""What an engine is put together from: the session's bundle, inlet and sound output; and the delays of the whole."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from bk_realtime.chain import Chain
from bk_realtime.compiled import is_compiled
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.errors import BkError
from bk_realtime.features import filters
from bk_realtime.session.settings import SessionSettings
from bk_realtime.sink.base import AudioSink
from bk_realtime.sink.null import NullSink
from bk_realtime.source.base import Source
from bk_realtime.source.inlet import LslInlet
from bk_realtime.source.joined import open_joined
from bk_realtime.vocoder.phase import consistency
from bk_realtime.voice.guard_kernel import DELAY
from bk_realtime.voice.output_guard import amplitude

log = logging.getLogger(__name__)


def say_if_compiling(bundle: Bundle) -> None:
    """The first session after an installation or an update takes a minute to start; say why."""
    reconstructs_phase = bundle.vocoder.name in ("phase", "learnt")
    if not (is_compiled(filters) and (is_compiled(consistency) or not reconstructs_phase)):
        log.info("compiling, once after an installation or an update; this takes up to a minute")


def open_inlet(settings: SessionSettings, also: Sequence[str] = (), features: bool = False) -> Source:
    """The neural stream, with those joined to it; waits for them.

    Parameters
    ----------
    also : labels of channels that the decoder was trained on: they count as brain whatever their stated type.
    features : it takes features that were made elsewhere.
    """
    wanted = settings.inlet

    def one(**which: Any) -> LslInlet:
        told: dict[str, Any] = {"unit": wanted.unit or None, "gain": wanted.gain}
        return LslInlet(**which, **told, also=also, features=features, timeout=wanted.timeout_s)

    main = {"name": wanted.name or None, "type": wanted.type or None, "source_id": wanted.source_id or None}
    main["host"] = wanted.host or None
    return open_joined(one, main, wanted.join, wanted.join_late_s) if wanted.join else one(**main)


def open_sink(settings: SessionSettings, sample_rate: int) -> AudioSink:
    """The sound card, or with `auto` a silent stand-in until there is one, said aloud and on record."""
    prefill_s = settings.prefill_s
    if settings.sound_device == "none":
        return NullSink(sample_rate, prefill_s=prefill_s)
    from bk_realtime.sink.late import LateSoundCard
    from bk_realtime.sink.portaudio import portaudio
    from bk_realtime.sink.soundcard import SoundCard

    def card() -> SoundCard:
        device = None if settings.sound_device == "auto" else settings.sound_device
        ceiling = amplitude(settings.safety.ceiling_dbfs)
        return SoundCard(sample_rate, device=device, prefill_s=prefill_s, ceiling=ceiling)

    try:
        return card()
    except BkError as error:
        if settings.sound_device != "auto":
            raise
        text = f"{error}; the decoded voice goes to decoded.wav only"
    try:
        portaudio()
    except BkError:  # nothing that may come while the session runs
        log.warning(text)
        return NullSink(sample_rate, prefill_s=prefill_s, instead=text)
    text += " until a sound device or server is found"
    log.warning(text)
    return LateSoundCard(card, NullSink(sample_rate, prefill_s=prefill_s, instead=text))


def latency_budget(chain: Chain, waiting_s: float) -> str:
    """The three latencies that are never mixed, in words.

    Parameters
    ----------
    chain : the signal path.
    waiting_s : what waits in the sound buffer and device, in seconds.
    """
    in_rate = chain.rate
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
    delay_s = chain.group_delay_s
    delay, word = ("unknown", "the features were made elsewhere") if delay_s is None else (f"{1e3 * delay_s:.1f}", "")
    lines.append(f"  {'filter group delay':<33} {delay:>7}  {word or 'reported, not compensated'}")
    for name, (filter_s, half_s) in chain.band_delays.items():
        text = f"and {1e3 * half_s:.1f} for what it is taken over; reported, not compensated"
        lines.append(f"  {f'band {name}, filter group delay':<33} {1e3 * filter_s:7.1f}  {text}")
    guard_ms = 1e3 * DELAY / chain.frame_clock.sample_rate
    lines.append(f"  {'output guard':<33} {guard_ms:7.1f}  declared (the limiter sees a peak before it comes)")
    lines.append(
        f"  {'buffer and sound device':<33} {1e3 * waiting_s:7.1f}  before compute; measured live as age of data"
    )
    lead_ms = chain.bundle.lead_ms
    if lead_ms:
        lines.append(f"  {'decoder lead':<33} {-lead_ms:7.1f}  the decoder predicts this far ahead")
    lines.append(f"decoder on {chain.device}, vocoder on {chain.vocoder_device}")
    return "\n".join(lines)
