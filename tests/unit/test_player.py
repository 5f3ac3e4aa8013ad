"""The callback's work on a device called by hand: no clicks, underruns counted, needless delay skipped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.sink.player import Player
from bk_realtime.sink.ring import Ring

RATE, HOP = 22050, 256
STEP = 2 * np.pi * 200 / RATE  # the largest step of the sine below


class FakeDevice:
    """Calls the player for a block, as a sound card does."""

    def __init__(self, prefill: int = 2 * HOP, slack: int = 2 * HOP) -> None:
        self.ring = Ring(1 << 15)
        self.player = Player(self.ring, RATE, prefill, slack)
        self.heard: list[np.ndarray] = []
        self._phase = 0

    def write(self, n: int = HOP) -> None:
        """The next ``n`` samples of a 200 Hz sine."""
        self.ring.write(np.sin(STEP * np.arange(self._phase, self._phase + n)).astype(np.float32))
        self._phase += n

    def block(self, n: int = HOP) -> np.ndarray:
        out = np.full(n, np.nan, np.float32)
        self.player.read(out, 0.0)
        self.heard.append(out)
        return out

    def assert_no_click(self, times: float = 1.6) -> None:
        y = np.concatenate([np.zeros(1), *self.heard])
        assert np.isfinite(y).all()
        # fades of 64 samples add at most 1/64 to the sine's own step
        assert np.abs(np.diff(y)).max() < STEP * times


def test_waits_for_prefill_then_plays_everything_in_order() -> None:
    device = FakeDevice()
    for _ in range(5):
        assert not device.block().any()
    device.write(HOP)
    assert not device.block().any()
    device.write(HOP)
    for _ in range(50):
        device.block()
        device.write()
    y = np.concatenate(device.heard)[6 * HOP :]
    np.testing.assert_allclose(y[64:], np.sin(STEP * np.arange(len(y)))[64:], atol=1e-6)
    assert (device.player.underruns, device.player.skipped) == (0, 0)
    device.assert_no_click()


@given(st.lists(st.integers(0, 3), min_size=40, max_size=120), st.integers(64, 700))
def test_starving_never_clicks_and_is_counted(bursts: list[int], block: int) -> None:
    device = FakeDevice()
    dry, was = 0, False
    for hops in bursts:
        device.write(hops * 100)
        was = device.player.playing
        enough = device.ring.fill >= block
        device.block(block)
        dry += was and not enough
    device.assert_no_click(1 + 1 / (64 * STEP) + 0.2)
    assert device.player.underruns == dry


def test_runs_dry_in_the_middle_of_a_block() -> None:
    device = FakeDevice(prefill=HOP)
    device.write(HOP + 100)
    device.block()
    tail = device.block()
    assert device.player.underruns == 1
    assert tail[:100].any()
    assert not tail[100 + 64 :].any()
    device.assert_no_click()
    device.write(HOP)
    device.block()
    assert device.player.playing


@pytest.mark.parametrize("block", [1, 40, 64, HOP, 700])
@pytest.mark.parametrize("left", [0, 1, 39])
def test_runs_dry_exactly_at_the_end_of_a_block(block: int, left: int) -> None:
    """The ring is exactly empty when the next block is asked for (or holds a little): the fade begins at the last
    sample heard, whatever the device's own memory holds."""
    if left >= block:
        return
    device = FakeDevice(prefill=HOP)
    n_blocks = -(-HOP // block) + 1
    device.write(n_blocks * block + left)
    for _ in range(n_blocks):
        device.block(block)
    assert device.ring.fill == left
    assert device.player.underruns == 0
    last = np.sin(STEP * (n_blocks * block + left - 1))
    device.block(block)
    assert device.player.underruns == 1
    for _ in range(70 // block + 1):
        device.block(block)
    assert device.player.silent
    y = np.concatenate(device.heard)[n_blocks * block + left :]
    np.testing.assert_allclose(y[:64], last * np.linspace(1.0, 0.0, 64)[: len(y)], atol=1e-6)
    assert not y[64:].any()
    device.assert_no_click()


def test_needless_delay_is_skipped_without_a_click() -> None:
    device = FakeDevice()
    device.write(12 * HOP)  # the writer stalled and caught up
    for _ in range(60):
        device.block()
        device.write()
    assert device.player.skipped > 6 * HOP
    assert device.player.underruns == 0
    assert device.ring.fill < 5 * HOP
    device.assert_no_click(2.5)


def test_bursts_are_not_mistaken_for_needless_delay() -> None:
    """Packets of six frames at once: much waits after each, little before the next."""
    device = FakeDevice()
    device.write(2 * HOP)
    for _ in range(50):
        device.write(6 * HOP)
        for _ in range(6):
            device.block()
    assert (device.player.skipped, device.player.underruns) == (0, 0)


def test_finish_fades_out() -> None:
    device = FakeDevice()
    device.write(8 * HOP)
    device.block()
    device.player.finish()
    device.block()
    assert device.player.silent
    assert not device.block().any()
    assert device.player.underruns == 0
    device.assert_no_click(1 + 1 / (64 * STEP) + 0.2)


def test_callback_keeps_no_memory() -> None:
    """A thousand callbacks allocate nothing that stays, and no array of a block's size on the way."""
    import tracemalloc

    device = FakeDevice()
    device.write(1 << 14)
    out = np.zeros(HOP, np.float32)
    device.player.read(out, 0.0)
    for _ in range(4):  # the whole process is traced: threads that other tests left take memory in one of them
        device.write(40 * HOP)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(40):
            device.player.read(out, 0.0)
        after, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        if after - before < 4096 and peak - before < 8192:
            break
    assert after - before < 4096
    assert peak - before < 8192
