"""The table of vocoders: others may add theirs, and what is no vocoder is refused."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.errors import OptionError
from bk_realtime.stream import Operator
from bk_realtime.vocoder import VOCODERS, build_vocoder


class Clicks(Operator):
    """One sample a frame, as loud as the mel's first band."""

    def __init__(self, mel: MelSettings, hop: int) -> None:
        self.channels, self.ratio, self.silence = (mel.n_mels, 1), Fraction(hop), math.log(mel.floor)

    def init_state(self, batch: int) -> None:
        return None

    def step(self, x: Tensor, state: Any) -> tuple[Tensor, Any]:
        out = x.new_zeros(x.shape[0], x.shape[1], int(self.ratio))
        out[:, :, 0] = x[:, :, 0].exp()
        return out.flatten(1)[..., None], state


def test_another_vocoder_is_built_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = []

    def build(settings: VocoderSettings, mel: MelSettings, folder: Path | None, device: str) -> Operator:
        given.append((settings, mel, folder, device))
        return Clicks(mel, mel.hop_length)

    monkeypatch.setitem(VOCODERS, "clicks", build)
    settings = VocoderSettings("clicks", 5.0, "weights")
    vocoder = build_vocoder(settings, folder=tmp_path, device="cpu")
    assert given == [(settings, MelSettings(), tmp_path, "cpu")]
    assert vocoder.forward(torch.zeros(1, 3, 80)).shape == (1, 768, 1)


def test_an_operator_that_is_no_vocoder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VOCODERS, "clicks", lambda settings, mel, folder, device: Clicks(mel, 128))
    with pytest.raises(OptionError, match=r"clicks.*Fraction\(256, 1\).*Fraction\(128, 1\)"):
        build_vocoder(VocoderSettings("clicks"))


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(OptionError, match=r"robot.*hifigan, learnt, phase, waveglow"):
        build_vocoder(VocoderSettings("robot"))
