"""A compressed hour: the whole engine with the demo's decoder, its outlets, files and chores, the collector off."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.xdf import read_xdf
from tests.engine_hour import EngineHour

pytestmark = pytest.mark.lsl

DEMO = Path(__file__).resolve().parents[2] / "recordings"
WARM_UP_S, SECONDS = 8.0, 16.0
LEAST_LEAK = 300
"""Objects: a single one a second of signal, with what a loop of its own would add."""
MOST_BYTES = 8e6


def test_a_thousand_frames_of_the_engine_leave_nothing_behind(tmp_path: Path) -> None:
    """Up to three times: what is counted is the whole process, in which others, and the system, may take something
    once. What leaks does so every time."""
    torch.set_num_threads(1)
    signal = next(s for s in read_xdf(DEMO / "demo.xdf") if s.description.is_neural)
    hour = EngineHour(
        tmp_path, load_bundle(DEMO / "demo_seq2seq"), signal.description, np.asarray(signal.data, np.float32)
    )
    process = psutil.Process()
    try:
        hour.run(WARM_UP_S)
        for _ in range(3):
            frames, size, n_objects = hour.engine.core.n_frames, process.memory_info().rss, len(gc.get_objects())
            hour.run(SECONDS)
            grown = process.memory_info().rss - size
            n_more, unreachable = len(gc.get_objects()) - n_objects, gc.collect()
            frames = hour.engine.core.n_frames - frames
            if unreachable < LEAST_LEAK and n_more < LEAST_LEAK and grown < MOST_BYTES:
                break
    finally:
        gc.enable()
        gc.unfreeze()
        hour.close()
    assert frames > 1200
    assert (tmp_path / "events.jsonl").read_text(encoding="utf-8").count("marker") >= 1
    assert (tmp_path / "latency.json").exists()
    # types of ctypes, one for each length that was pushed, are rings of seven objects; they serve the next as well
    assert unreachable < LEAST_LEAK, f"{unreachable} objects that only the collector can free"
    assert n_more < LEAST_LEAK, f"{n_more} objects more after {SECONDS:g} s"
    assert grown < MOST_BYTES, f"{grown / 1e6:.1f} MB more after {SECONDS:g} s: gigabytes an hour"
