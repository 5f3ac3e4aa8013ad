"""Seconds of recording decoded per second through the live chain, 128 channels at 1024 Hz to waveform."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import torch

from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.decoder.registry import build_decoder
from offline.data.decoding import decode_recording
from tests.bench.preprocess import noise_recording


def run(quick: bool) -> list[dict]:
    """Ratio to real time, for the default decoder at its default size and the ridge baseline."""
    torch.set_num_threads(1)
    recording = noise_recording(5.0 if quick else 60.0)
    rows = []
    for kind in ("seq2seq", "ridge"):
        torch.manual_seed(0)
        decoder = build_decoder(kind, {}, 128, 80).eval().requires_grad_(False)
        bundle = Bundle(
            path=None,
            kind=kind,
            features=FeatureSettings(),
            mel=MelSettings(),
            vocoder=VocoderSettings(),
            labels=recording.labels,
            sfreq=Fraction(1024),
            mean=np.zeros(128),
            std=np.ones(128),
            decoder=decoder,
        )
        decode_recording(bundle, noise_recording(1.0))  # warm
        decoding = decode_recording(bundle, recording)
        speed = recording.duration_s / decoding.seconds
        detail = {"decoder": kind, "seconds": recording.duration_s}
        rows.append(
            {
                "name": "decode_offline",
                "value": speed,
                "unit": "s recording / s",
                "baseline": 1.0,
                "ratio": speed,
                "detail": detail,
            }
        )
    return rows
