"""A simulated session as an XDF file, with the clocks of the two computers that would have recorded it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf import XdfWriter, info_xml

NEURAL, AUDIO, MARKERS = 1, 2, 3
OFFSET_EVERY_S = 5.0
CHUNK_S = 0.25


@dataclass(frozen=True)
class Clocks:
    """Clock of the amplifier's computer against that of the recording computer.

    A stamp of the amplifier plus ``offset_s + drift * (stamp - start_s)`` is the recorder's time.
    """

    start_s: float = 5000.0
    offset_s: float = 1234.5
    drift: float = 12e-6
    jitter_s: float = 0.0004
    """Standard deviation of the moment at which a chunk is stamped."""
    offset_jitter_s: float = 5e-5
    """Standard deviation of one measurement of the offset."""

    def amplifier(self, recorder_s: np.ndarray | float) -> np.ndarray | float:
        """Stamp on the amplifier's clock at a recorder's time."""
        return (recorder_s - self.offset_s + self.drift * self.start_s) / (1 + self.drift)


def write_session(
    path: Path,
    neural: np.ndarray,
    sfreq: float,
    labels: tuple[str, ...],
    audio: np.ndarray,
    sample_rate: int,
    audio_rate: float,
    markers: list[tuple[float, str]],
    facts: dict[str, Any],
    clocks: Clocks,
    seed: int,
) -> str:
    """Write the three streams; returns the sha256 of the file.

    Parameters
    ----------
    neural : (n, n_channels) float32 µV; sample 0 at the session's time 0.
    audio : (m,) float32, full scale 1, ``audio_rate`` true samples a second, sample 0 at time 0; stored as int16.
    markers : (session seconds, text).
    facts : what the simulation did, into ``desc/simulation`` of the neural stream as JSON.
    """
    rng = np.random.default_rng([seed, 8])
    begin = clocks.start_s + clocks.offset_s  # session time 0 on the recorder's clock
    session = f"simulated-{seed}"
    neural_info = StreamDescription(
        "SimulatedParticipant", "sEEG", f"{session}-neural", sfreq, labels, ("microvolts",) * len(labels), "float32"
    )
    audio_info = StreamDescription(
        "Microphone", "Audio", f"{session}-audio", sample_rate, ("microphone",), ("normalized",), "int16"
    )
    marker_info = StreamDescription("Stimulus", "Markers", f"{session}-markers", 0.0, ("cue",), ("",), "string")
    with XdfWriter(path) as writer:
        simulated = {"simulated": "true"}
        about = {**simulated, "bad_channels": ",".join(facts["bad_channels"]), "simulation": json.dumps(facts)}
        writer.add_stream(NEURAL, info_xml(neural_info, about))
        writer.add_stream(AUDIO, info_xml(audio_info, simulated))
        writer.add_stream(MARKERS, info_xml(marker_info, simulated))
        n_chunk, m_chunk = round(CHUNK_S * sfreq), round(CHUNK_S * sample_rate)
        waiting = sorted(markers)
        pcm = np.round(np.clip(audio, -1, 1) * 32767).astype(np.int16)[:, None]
        next_offset = 0.0
        for k in range(max(-(-len(neural) // n_chunk), -(-len(audio) // m_chunk))):
            now = (k + 1) * CHUNK_S
            if now >= next_offset:
                for stream in (NEURAL, AUDIO, MARKERS):
                    sender = begin + now if stream != NEURAL else float(clocks.amplifier(begin + now))
                    value = begin + now - sender + rng.normal(0, clocks.offset_jitter_s if stream == NEURAL else 1e-6)
                    writer.clock_offset(stream, sender, value)
                next_offset += OFFSET_EVERY_S
            index = np.arange(k * n_chunk, min(len(neural), (k + 1) * n_chunk))
            if len(index):
                # the driver stamps a chunk when it is complete and counts back from there at the nominal rate
                end = float(clocks.amplifier(begin + index[-1] / sfreq)) + abs(rng.normal(0, clocks.jitter_s))
                writer.write(NEURAL, end - (index[-1] - index) / sfreq, neural[index])
            index = np.arange(k * m_chunk, min(len(audio), (k + 1) * m_chunk))
            if len(index):
                end = begin + index[-1] / audio_rate + abs(rng.normal(0, clocks.jitter_s))
                writer.write(AUDIO, end - (index[-1] - index) / sample_rate, pcm[index], tolerance_s=1e-7)
            while waiting and waiting[0][0] <= now:
                at, text = waiting.pop(0)
                writer.write(MARKERS, [begin + at], [[text]])
        for at, text in waiting:
            writer.write(MARKERS, [begin + at], [[text]])
    return writer.sha256
