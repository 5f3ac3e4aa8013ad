"""The vocoder alone: sound files turned to mel and back, each scored against itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.config import MelSettings, VocoderSettings, to_dict
from bk_realtime.errors import InputError
from bk_realtime.vocoder import log_mel
from offline.io.sound import read_speech_at, sound_files
from offline.scoring.sound import Voice
from offline.scoring.speech_quality import score

LEAST_S = 0.5


def score_vocoder(paths: Sequence[Path], vocoder: VocoderSettings, device: str = "cpu") -> dict[str, Any]:
    """Scores of every sound file, and of all sound files in every folder; ``device`` is the vocoder's.

    Returns
    -------
    ``vocoder``: its settings; ``files``: ``file``, ``pesq``, ``estoi``, ``lsd`` of each, NaN where not defined;
    ``mean`` of these; ``too_short``: files left out.

    Raises
    ------
    FileError
        A path without sound.
    InputError
        Nothing that lasts half a second.
    """
    mel = MelSettings()
    voice = Voice(vocoder, mel, device=device)
    files = [file for path in paths for file in sound_files([path])]
    rows: list[dict[str, Any]] = []
    short = []
    for path in files:
        clip = read_speech_at(path, mel.sample_rate)
        if len(clip) < LEAST_S * mel.sample_rate:
            short.append(path.name)
            continue
        rows.append({"file": path.name, **score(clip, voice(log_mel(clip, mel)), mel.sample_rate)})
    if not rows:
        raise InputError(f"{files[0]}: expected at least one sound of 0.5 s or more among {len(files)}, got none")
    mean = {}
    for key in ("pesq", "estoi", "lsd"):
        known = np.array([row[key] for row in rows if np.isfinite(row[key])])
        mean[key] = float(known.mean()) if len(known) else float("nan")
    return {"vocoder": to_dict(vocoder), "files": rows, "mean": mean, "too_short": short}
