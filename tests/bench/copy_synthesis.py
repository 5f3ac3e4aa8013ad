"""Figure `copy_synthesis`: PESQ-WB, ESTOI, log-spectral distance and seams of vocoders on the mel of real speech.

Speech is read from the folder in the environment variable BK_SPEECH, by default the shared data beside the checkout.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from scipy.signal import fftconvolve, firwin

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import BkError
from bk_realtime.stream import Operator
from bk_realtime.vocoder import PhaseReconstruction, build_vocoder, log_mel
from offline.scoring.speech_quality import score, vocode_clip
from offline.vocoder_lab.griffin_lim import griffin_lim
from tests.speech import speech_clips

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
SETS = ("flemishguy_nl", "kathleen_en", "mrt_en_words", "common_voice_nl")
HOP_MS = 256e3 / 22050

Vocode = Callable[[np.ndarray], np.ndarray]


def hop_modulation(audios: Sequence[np.ndarray], hop: int = 256, low_hz: float = 2500.0, rate: int = 22050) -> float:
    """Depth of the modulation at the hop rate, its double or its triple, of the power above ``low_hz``: seams.

    Every hop within 30 dB of its clip's loudest is scaled to power 1 and their mean over all ``audios`` is taken,
    position by position. 0 is none, 2 a click in every hop; speech of which a vocoder knows nothing gives about 0.04.
    """
    taps = firwin(255, low_hz, pass_zero=False, fs=rate)
    profile, count = np.zeros(hop), 0
    for audio in audios:
        power = np.square(fftconvolve(audio.astype(np.float64), taps, "same"))
        hops = power[: len(power) // hop * hop].reshape(-1, hop)
        level = hops.mean(1, keepdims=True)
        loud = level[:, 0] > 1e-3 * level.max()
        profile += (hops[loud] / level[loud]).sum(0)
        count += int(loud.sum())
    return float(2 * np.abs(np.fft.rfft(profile)[1:4]).max() / hop / count) if count else float("nan")


def _operator(op: Operator) -> Vocode:
    return lambda mel: vocode_clip(op, mel)


def _hifigan(lookahead_ms: float) -> Operator | None:
    """The pretrained V3, where its weights lie beside the checkout."""
    weights = SHARED / "vocoder" / "hifigan_v3_ljspeech_22k" / "generator_v3_f16_plain.pt"
    if not weights.is_file():
        return None
    return build_vocoder(VocoderSettings("hifigan", lookahead_ms, str(weights)), MelSettings())


def methods(quick: bool) -> dict[str, tuple[float, Vocode]]:
    """Name -> lookahead in ms (infinite: the whole clip), mel -> audio."""
    found: dict[str, tuple[float, Vocode]] = {}
    for lookahead_ms in (11.6, 23.2) if quick else (0.0, 5.8, 11.6, 17.4, 23.2):
        op = PhaseReconstruction(lookahead_ms=lookahead_ms)
        found[f"phase_{lookahead_ms:g}ms"] = (op.lookahead / 22.05, _operator(op))
    for frames in (2,) if quick else (0, 1, 2, 99):
        op = _hifigan(frames * HOP_MS)
        if op is not None:
            found[f"hifigan_v3_{op.lookahead / 22.05:.3g}ms"] = (op.lookahead / 22.05, _operator(op))
    for name, momentum in () if quick else (("griffin_lim_60", 0.0), ("fast_griffin_lim_60", 0.99)):
        found[name] = (float("inf"), lambda mel, m=momentum: griffin_lim(mel, 60, m))
    return found


def run(quick: bool) -> list[dict]:
    """One row a method: mean PESQ over the sets; baseline the best other vocoder at no more lookahead."""
    torch.set_num_threads(1)
    root = Path(os.environ.get("BK_SPEECH", SHARED / "speech"))
    folders = [root / name for name in SETS if (root / name).is_dir()] or [root]
    if not root.is_dir():
        raise BkError(f"{root}: no such folder of speech; name one in the environment variable BK_SPEECH")
    clips = {folder.name: speech_clips(folder, 1 if quick else 6, most_s=3.0 if quick else 4.0) for folder in folders}
    scores: dict[str, dict[str, dict[str, float]]] = {}
    seams = {"speech": hop_modulation([clip for items in clips.values() for clip in items])}
    table = methods(quick)
    for name, (_, vocode) in table.items():
        heard: list[np.ndarray] = []
        scores[name] = {}
        for label, items in clips.items():
            sounds = [vocode(log_mel(clip)) for clip in items]
            found = [score(clip, sound) for clip, sound in zip(items, sounds, strict=True)]
            scores[name][label] = {key: float(np.nanmean([row[key] for row in found])) for key in found[0]}
            heard += sounds
        seams[name] = hop_modulation(heard)
    mean = {
        name: {key: float(np.mean([row[key] for row in sets.values()])) for key in ("pesq", "estoi", "lsd")}
        for name, sets in scores.items()
    }
    rows = []
    for name, (lookahead_ms, _) in table.items():
        family = name.split("_")[0]
        others = [
            mean[n]["pesq"] for n, (ms, _) in table.items() if n.split("_")[0] != family and ms <= lookahead_ms + HOP_MS
        ]
        best = max(others) if others else float("nan")
        detail: dict[str, object] = {k: round(v, 3) for k, v in mean[name].items()}
        detail |= {
            label: f"{row['pesq']:.2f} / {row['estoi']:.3f} / {row['lsd']:.1f} dB"
            for label, row in scores[name].items()
        }
        detail |= {"hop_modulation": round(seams[name], 3), "hop_modulation_of_speech": round(seams["speech"], 3)}
        detail |= {"lookahead_ms": round(lookahead_ms, 1), "clips": sum(map(len, clips.values()))}
        title = "copy_synthesis" if name == "phase_11.6ms" else f"copy_synthesis_{name}"
        rows.append(
            {
                "name": title,
                "value": round(mean[name]["pesq"], 3),
                "unit": "PESQ-WB",
                "baseline": round(best, 3) if others else None,
                "ratio": round(mean[name]["pesq"] / best, 3) if others else None,
                "detail": detail,
            }
        )
    return rows
