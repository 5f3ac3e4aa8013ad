"""A package of somebody else with one decoder, one vocoder and one reader, installed into a folder of the test."""

from __future__ import annotations

import inspect
import textwrap
from pathlib import Path

import numpy as np

import bk_realtime.decoder.base
from offline.io import Recording

ENTRY_POINTS = {
    "decoders": {"mean": "toy:MeanDecoder"},
    "vocoders": {"clicks": "toy:clicks"},
    "readers": {"toy": "toy:read_toy"},
}

HEAD = '''
"""Made by tests."""

import json
import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import torch

from bk_realtime.decoder.base import ClosedFormDecoder
from bk_realtime.stream import Operator
'''

VOCODER = '''
class Clicks(Operator):
    """One sample a frame, as loud as the mel's loudest band."""

    def __init__(self, mel):
        self.channels, self.ratio, self.silence = (mel.n_mels, 1), Fraction(mel.hop_length), math.log(mel.floor)

    def init_state(self, batch):
        return ()

    def step(self, x, state):
        out = x.new_zeros(x.shape[0], x.shape[1], int(self.ratio))
        out[:, :, 0] = x.amax(2).exp().clamp(max=1.0)
        return out.flatten(1)[..., None], state


def clicks(settings, mel, folder, device):
    return Clicks(mel)
'''

READER = """
def read_toy(path, require_audio=False):
    from offline.io import Recording

    with np.load(path) as file:
        return Recording(
            neural=file["neural"],
            sfreq=Fraction(int(file["sfreq"])),
            labels=tuple(file["labels"].tolist()),
            audio=file["audio"],
            sample_rate=int(file["sample_rate"]),
            name=path.stem,
        )
"""


def write_toy(path: Path, recording: Recording) -> Path:
    """A recording in the format that :data:`READER` reads."""
    with path.open("wb") as file:
        np.savez(
            file,
            neural=recording.neural,
            sfreq=int(recording.sfreq),
            labels=np.array(recording.labels),
            audio=recording.audio,
            sample_rate=recording.sample_rate,
        )
    return path


def decoder_of_the_docs() -> str:
    """The smallest decoder, as the docstring for authors has it."""
    text = inspect.getdoc(bk_realtime.decoder.base) or ""
    start = text.index("    @dataclass")
    return textwrap.dedent(text[start:])


def install(folder: Path, source: str, entry_points: dict[str, dict[str, str]], name: str = "toy") -> Path:
    """Write the package ``name`` 1.2 into ``folder``, as pip would; to be put on the path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    info = folder / f"{name}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    lines = []
    for group, entries in entry_points.items():
        lines += [f"[brainkaraoke.{group}]", *(f"{key} = {value}" for key, value in entries.items()), ""]
    (info / "entry_points.txt").write_text("\n".join(lines))
    return folder
