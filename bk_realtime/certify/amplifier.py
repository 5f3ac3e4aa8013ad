"""What an amplifier's stream does by itself: packets, jitter, true rate, stamps. Measured before the session."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bk_realtime.certify.checks import Check
from bk_realtime.chunks import Chunk
from bk_realtime.source.inlet import LslInlet

_RATE_PPM = 10_000.0
"""As the session's own event: beyond 1 % a decoder hears another pitch of the brain."""
_JITTER_MS = 50.0
_DROP_S = 1.0
"""What waited before is not as it arrives."""


@dataclass(frozen=True)
class Arrivals:
    """Figures of a stream.

    Attributes
    ----------
    nominal_hz, true_hz : announced rate, and the one by arrival; NaN where too short to tell.
    packet_ms, longest_ms : median and longest of what arrived at once.
    jitter_p50_ms, jitter_p99_ms, jitter_max_ms : how much later than the promptest a packet came, by the count.
    stamps : what is wrong with the time stamps; empty where nothing is.
    faults : texts of everything that the stream did wrong meanwhile.
    """

    nominal_hz: float
    true_hz: float
    packet_ms: float
    longest_ms: float
    jitter_p50_ms: float
    jitter_p99_ms: float
    jitter_max_ms: float
    stamps: str
    faults: tuple[str, ...]


def listen(inlet: LslInlet, seconds: float) -> Arrivals:
    """Take the stream for so many seconds."""
    clock, faults = inlet.clock, []
    chunks: list[Chunk] = []
    begun = clock.now()
    while clock.now() < begun + _DROP_S + seconds:
        chunk = inlet.pull(0.1)
        late = clock.now() >= begun + _DROP_S
        faults += [event.text for event in inlet.take_events() if late]
        if chunk is not None and len(chunk) and late:
            chunks.append(chunk)
    sfreq = inlet.describe().sfreq
    received = np.array([c.received for c in chunks])
    last = np.array([c.first_index + len(c) for c in chunks], np.float64)
    lengths = np.array([len(c) for c in chunks], np.float64)
    return arrivals(sfreq, received, last, lengths, inlet.judge.kind, tuple(faults))


def arrivals(
    sfreq: float, received: np.ndarray, last: np.ndarray, lengths: np.ndarray, stamps: str, faults: tuple[str, ...]
) -> Arrivals:
    """Figures of (n,) arrivals: LSL time, number of the last sample, samples."""
    nan = float("nan")
    if len(received) < 20:
        return Arrivals(sfreq, nan, nan, nan, nan, nan, nan, stamps, faults)
    slope, start = np.polyfit(last - last[0], received - received[0], 1)
    true_hz = 1 / float(slope)
    late = received - received[0] - start - slope * (last - last[0])
    late -= late.min()
    p50, p99 = np.percentile(1e3 * late, [50, 99])
    packet, longest = 1e3 * np.median(lengths) / sfreq, 1e3 * lengths.max() / sfreq
    return Arrivals(
        sfreq, true_hz, float(packet), float(longest), float(p50), float(p99), float(1e3 * late.max()), stamps, faults
    )


def judge(a: Arrivals, max_age_ms: float) -> list[Check]:
    """Checks of the part `amplifier`."""
    if not a.true_hz > 0:
        few = "fewer than 20 packets arrived"
        return [Check("amplifier", "samples arrive", "fail", few, f"a stream of {a.nominal_hz:g} Hz")]
    ppm = 1e6 * (a.true_hz / a.nominal_hz - 1)
    packet = f"{a.packet_ms:.1f} ms, longest {a.longest_ms:.1f} ms"
    jitter = f"p50 {a.jitter_p50_ms:.1f}, p99 {a.jitter_p99_ms:.1f}, max {a.jitter_max_ms:.1f} ms"
    return [
        Check(
            "amplifier",
            "true rate by arrival",
            "ok" if abs(ppm) <= _RATE_PPM else "fail",
            f"{a.true_hz:.2f} Hz, {ppm:+.0f} ppm",
            f"{a.nominal_hz:g} Hz within 1 %",
        ),
        Check(
            "amplifier",
            "packets",
            "ok" if a.longest_ms < 0.5 * max_age_ms else "fail",
            packet,
            f"shorter than half of --max-age-ms ({max_age_ms:g})",
        ),
        Check(
            "amplifier",
            "jitter of arrival",
            "ok" if a.jitter_p99_ms <= _JITTER_MS else "fail",
            jitter,
            f"p99 {_JITTER_MS:g} ms or less",
        ),
        Check(
            "amplifier",
            "time stamps",
            "fail" if a.stamps else "ok",
            f"the stamps {a.stamps}" if a.stamps else "run with arrival",
            "on LSL's clock",
        ),
        Check(
            "amplifier",
            "faults while listening",
            "fail" if a.faults else "ok",
            "; ".join(dict.fromkeys(a.faults)) or "none",
            "none",
        ),
    ]
