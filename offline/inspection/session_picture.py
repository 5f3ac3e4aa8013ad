"""The picture of a session report: microphone, decoded mel as it went out live, and the voice."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from bk_realtime.config import MelSettings
from offline.scoring.mel import speech_mask
from offline.scoring.plotting import INK, mel_ticks, png

LENGTH_S = 8.0


def session_picture(
    title: str, microphone: np.ndarray | None, live: np.ndarray, audio: np.ndarray, mel: MelSettings
) -> bytes:
    """PNG of the eight seconds with most speech (of the microphone, or of the decoder where there is none).

    Parameters
    ----------
    microphone, live : (n, n_mels) log-mel by frame from one start; NaN where nothing was recorded of ``live``.
    audio : (k,) decoded voice from the same start; may be empty.
    """
    rate = mel.sample_rate / mel.hop_length
    known = microphone if microphone is not None else np.nan_to_num(live, nan=float(np.nanmin(live)))
    spoken = np.concatenate([[0], np.cumsum(speech_mask(known)[: len(live)])])
    n = min(round(LENGTH_S * rate), len(spoken) - 1)
    first = int(np.argmax(spoken[n:] - spoken[:-n])) if n else 0
    rows = [("microphone", microphone)] if microphone is not None else []
    rows.append(("decoded mel, live", live))
    seconds = (first / rate, (first + n) / rate)

    def draw(figure: Figure) -> None:
        figure.suptitle(title, fontsize=10, x=0.01, ha="left")
        axes = figure.subplots(len(rows) + 1, 1, sharex=True)
        low, high = np.nanpercentile(known[first : first + n], (5, 99.5))
        for axis, (name, values) in zip(axes, rows, strict=False):
            extent = (*seconds, -0.5, mel.n_mels - 0.5)
            image = values[first : first + n].T
            axis.imshow(image, origin="lower", aspect="auto", extent=extent, vmin=low, vmax=high, cmap="magma")
            axis.set(title=name, ylabel="kHz")
            axis.set_yticks(*mel_ticks(mel))
        voice = audio[first * mel.hop_length : (first + n) * mel.hop_length]
        m = len(voice) // mel.hop_length
        level = np.abs(voice[: m * mel.hop_length]).reshape(m, -1).max(1) if m else np.zeros(0)
        axes[-1].fill_between((first + np.arange(m)) / rate, -level, level, color=INK, lw=0)
        top = 1.1 * max(float(level.max(initial=0.0)), 0.01)
        axes[-1].set(title="voice", ylabel="of full scale", ylim=(-top, top), xlabel="s", xlim=seconds)

    return png(draw, 9.5, 1.35 * (len(rows) + 1) + 0.4)
