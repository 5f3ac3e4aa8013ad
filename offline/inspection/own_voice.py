"""Did a session's microphone hear the decoded voice? What agrees with it then agrees with the loudspeaker.

It is sought as for training (:mod:`offline.data.heard_voice`), about the age that the session measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bk_realtime.xdf.reader import read_xdf
from offline.data.align import aligned_audio
from offline.data.contamination import OWN_VOICE_MARK
from offline.data.heard_voice import COMES, pieces_heard, placed, played
from offline.data.spread import PIECE_S
from offline.inspection.live_segment import LiveSegment

FOUND, NONE, UNKNOWN = "found", "none", "cannot tell"
MARKS = {FOUND: OWN_VOICE_MARK, UNKNOWN: f"({OWN_VOICE_MARK}: CANNOT TELL)", NONE: ""}


@dataclass(frozen=True)
class Heard:
    """Whether the microphone heard the decoded voice: ``found``, ``none`` or ``cannot tell``, and the words for it."""

    verdict: str
    text: str = ""

    @property
    def mark(self) -> str:
        """What every table and picture of the session begins with."""
        return MARKS[self.verdict]


def own_voice(segment: LiveSegment, age_ms: float | None) -> Heard:
    """Look for the voice as it was let out in the segment's microphone.

    Parameters
    ----------
    age_ms : from a neural sample to its sound at the ear, as the session measured it; it is sought up to 0.3 s around.
    """
    if segment.recording.audio is None:
        return Heard(NONE)
    voice = sent_voice(segment)
    if voice is None:
        return Heard(UNKNOWN, "whether the microphone heard the decoded voice cannot be told: that was not recorded")
    rate = float(segment.bundle.mel.sample_rate)
    late = round((age_ms or 0.0) / 1e3 * rate)
    microphone = aligned_audio(segment.from_start, segment.bundle.mel)
    n = min(len(microphone), len(voice) + late)
    heard = np.concatenate([np.zeros(late, np.float32), voice])[:n]
    lags, pieces = pieces_heard(heard, microphone[:n], rate)
    if not lags:
        return Heard(NONE)
    after_ms = 1e3 * (float(np.median(lags)) + late / rate)
    return Heard(
        FOUND,
        f"{OWN_VOICE_MARK}: the microphone heard the decoded voice ({after_ms:.0f} ms after its signal, in {len(lags)} "
        f"of {pieces} pieces of {PIECE_S:g} s that were looked at): {COMES}",
    )


def sent_voice(segment: LiveSegment) -> np.ndarray | None:
    """(n,) the voice as it was let out, after mute and limiter, on the axis of the segment's frames: sample k under the
    stamp of the neural sample that it was made of. None where it was not recorded then."""
    begin, end = segment.mel_stamps[[0, -1]]
    voices = played(read_xdf(segment.session / "session.xdf"))  # several where an engine was started anew
    found = [s for s in voices if ((s.raw_stamps >= begin) & (s.raw_stamps <= end)).sum() > 1]
    if len(found) != 1 or len(segment.mel_stamps) < 2:
        return None
    closes = (segment.frame_idx + 1.0) * segment.bundle.mel.hop_length

    def row(stamps: np.ndarray) -> np.ndarray:
        return np.asarray(np.interp(stamps, segment.mel_stamps, closes))

    return placed(found[0].data[:, 0], found[0].raw_stamps, row, int(closes[-1]))
