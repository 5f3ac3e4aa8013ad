"""The speech gate of a live session as it was recorded: of which frames, and what it did against the microphone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bk_realtime.session.names import OUTLET_PREFIX
from bk_realtime.xdf.reader import XdfStream
from offline.inspection.live_streams import frames_of, trusted
from offline.scoring.mel import speech_mask
from offline.scoring.speech_gate import gate_counts, gate_figures


def recorded_gate(
    streams: Sequence[XdfStream],
    newest: np.ndarray,
    without: Sequence[tuple[float, float]] = (),
    stream: str = "gate",
    width: int = 2,
) -> tuple[np.ndarray, np.ndarray]:
    """What went out as the speech gate, or as another head of the decoder, and of which frames.

    Parameters
    ----------
    newest : (n_frames,) stamp of the newest neural sample in each frame.
    without : times whose frames are left out, see :func:`offline.inspection.live_streams.distrusted`.
    stream, width : its outlet, and what it says of a frame.

    Returns
    -------
    (m, width) float32 such as probability and open, (m,) frames; both empty where the session had none.
    """
    found = [s for s in streams if s.description.name == f"{OUTLET_PREFIX}{stream}" and len(s)]
    if len(found) != 1 or not len(newest):
        return np.zeros((0, width), np.float32), np.zeros(0, int)
    stamps = found[0].raw_stamps
    idx, inside = frames_of(newest, stamps)
    inside &= trusted(stamps, without)
    return np.asarray(found[0].data)[inside], idx[inside]


def gate_against_speech(
    gate: np.ndarray, frame_idx: np.ndarray, microphone: np.ndarray, shift: int, frame_rate: float
) -> dict[str, float]:
    """Figures of the live gate against the recorded speech, over the frames from its first to its last.

    Parameters
    ----------
    gate, frame_idx : as :func:`recorded_gate` gives them; a frame that is missing counts as closed.
    microphone : (n, n_mels) log-mel by frame.
    shift : frames by which the decoder predicts ahead.
    """
    first, stop = max(int(frame_idx[0]), -shift), min(int(frame_idx[-1]) + 1, len(microphone) - shift)
    if stop <= first:
        return {}
    is_open = np.zeros(int(frame_idx[-1]) + 1, bool)
    is_open[frame_idx] = gate[:, 1] > 0.5
    mask = speech_mask(microphone)[first + shift : stop + shift]
    return gate_figures([gate_counts(is_open[first:stop], mask, frame_rate)])


def gate_words(figures: dict[str, float]) -> str:
    """The figures in one line."""
    return (
        f"{figures['missed_share']:.0%} of {figures['onsets']:.0f} onsets missed, opens {figures['late_ms']:.0f} ms "
        f"after them, {figures['false_per_hour']:.0f} false activations an hour"
    )
