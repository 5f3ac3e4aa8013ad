"""A live session decodes with the garbage collector off: nothing on the decode thread may need it."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.decoder.bundle import load_bundle

RECORDINGS = Path(__file__).parents[2] / "recordings"


@pytest.mark.parametrize("name", ["demo_seq2seq", "demo_ridge"])
def test_frames_leave_no_reference_cycles(name: str) -> None:
    bundle = load_bundle(RECORDINGS / name)
    chain = Chain(bundle, bundle.labels)
    chain.warm_up(20)
    noise = np.random.default_rng(0).standard_normal((chain.frame_clock.boundary(299), chain.n_channels))
    gc.collect()
    gc.disable()
    try:
        for _ in range(4):  # threads that other tests left may leave a cycle in one of them; the chain's are in each
            for first in range(0, len(noise), 12):
                chain.push(noise[first : first + 12])
            unreachable = gc.collect()
            if unreachable == 0:
                break
    finally:
        gc.enable()
    assert unreachable == 0, f"{unreachable} objects that only the collector can free after 300 frames"
