"""The callback's work block by block: what is silent at once, when sound counts as old, and when delay is skipped."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.sink.player import STALL_S, Player
from bk_realtime.sink.ring import Ring

RATE, BLOCK = 1000, 100
FADE = 64


def player(waiting: int = 0, prefill: int = 200, slack: int = 50) -> Player:
    made = Player(Ring(1 << 12), RATE, prefill, slack)
    made.fed_s = 50.0
    made.ring.write(np.ones(waiting, np.float32))
    return made


def block(one: Player, now: float = 50.0, n: int = BLOCK, kept_back: bool = False) -> np.ndarray:
    out = np.full(n, np.nan, np.float32)
    one.read(out, now, kept_back)
    return out


def test_what_is_kept_back_is_silence_at_once_and_is_thrown_away() -> None:
    one = player(300)
    block(one)
    assert one.playing
    out = block(one, 50.5, kept_back=True)
    assert (out == 0.0).all()  # no fade, no constant: what came before was heard elsewhere
    assert (one.playing, one.silent, one.ring.fill) == (False, True, 0)
    assert (one.cuts, one.underruns, one.skipped) == (0, 0, 0)
    assert (one.played_s, one.block, one.blocks) == (50.5, BLOCK, 2)
    one.ring.write(np.ones(200, np.float32))
    np.testing.assert_allclose(block(one)[:FADE], np.linspace(0, 1, FADE), atol=1e-6)


def test_it_begins_with_the_prefill_or_a_whole_block() -> None:
    one = player(199)
    assert not block(one).any()
    assert not one.playing
    one.ring.write(np.ones(1, np.float32))
    assert block(one)[FADE:].all()
    assert one.ring.fill == 100
    small = player(99, prefill=10)
    assert not block(small).any()
    small.ring.write(np.ones(1, np.float32))
    assert block(small).any()


@pytest.mark.parametrize("n", [1, 2, 3, 16, 63, 64])
def test_a_block_shorter_than_the_fade_begins_at_zero_too(n: int) -> None:
    one = player(300, prefill=1)
    out = block(one, n=n)
    assert out[0] == 0.0
    assert (np.diff(out) >= 0).all()
    assert out[-1] <= 1.0


def test_the_moment_at_which_sound_ran_out() -> None:
    one = player(230)
    block(one)
    block(one)
    assert one.lowest == 30
    out = block(one, 60.0)
    assert one.underruns == 0  # nobody fed it for ten seconds: that is no lack, it is thrown away
    assert one.cuts == 1
    assert out[0] == pytest.approx(1.0)
    dry = player(230)
    for now in (50.0, 50.0, 50.05):
        out = block(dry, now)
    assert dry.underruns == 1
    assert dry.dry_s == pytest.approx(50.05 + 0.03)
    np.testing.assert_allclose(out[:30], 1.0)
    np.testing.assert_allclose(out[30 : 30 + FADE], np.linspace(1, 0, FADE), atol=1e-6)
    assert not out[94:].any()
    assert dry.silent
    exactly = player(200)
    block(exactly)
    assert block(exactly)[-1] == 1.0
    assert exactly.underruns == 0  # played to the last sample


def test_a_fall_to_zero_goes_on_in_the_next_block() -> None:
    one = player(230)
    block(one, n=200)
    out = np.concatenate([block(one, n=40), block(one, n=40), block(one, n=40)])
    np.testing.assert_allclose(out[:30], 1.0)
    np.testing.assert_allclose(out[30 : 30 + FADE], np.linspace(1, 0, FADE), atol=1e-6)
    assert not out[30 + FADE :].any()
    assert one.silent


def test_without_a_sign_of_life_nothing_is_played_on() -> None:
    one = player(1000)
    block(one, 50.0)
    assert block(one, 50.0 + 0.9 * STALL_S).all()
    out = block(one, 50.0 + 1.1 * STALL_S)
    assert (one.ring.fill, one.playing, one.cuts) == (0, False, 1)
    np.testing.assert_allclose(out[:FADE], np.linspace(1, 0, FADE), atol=1e-6)
    one.ring.write(np.ones(1000, np.float32))
    assert not block(one, 50.0 + 1.1 * STALL_S).any()
    assert one.cuts == 1  # nothing was heard: nothing was cut off
    one.ring.write(np.ones(1000, np.float32))
    one.fed_s = 51.0
    assert block(one, 51.0).any()


def test_sound_beyond_its_deadline_is_cut_off() -> None:
    """Sample 100 is good until 50.3 s, each one after it for a millisecond longer."""
    one = player(500)
    one.deadlines.add(500, 500, 50.2)
    one.fed_s = 50.35
    assert block(one, 50.1).any()
    assert one.ring.n_read == 100
    out = block(one, 50.35)
    assert one.ring.n_read == 150
    assert (one.cuts, one.playing, one.underruns) == (1, False, 0)
    np.testing.assert_allclose(out[:FADE], np.linspace(1, 0, FADE), atol=1e-6)
    assert block(one, 50.35).any()  # what is new fades in
    assert one.ring.n_read == 250


def test_hush_is_no_cut_and_holds_once() -> None:
    one = player(500)
    block(one)
    one.hush()
    out = block(one)
    np.testing.assert_allclose(out[:FADE], np.linspace(1, 0, FADE), atol=1e-6)
    assert (one.ring.fill, one.cuts, one.underruns) == (0, 0, 0)
    one.ring.write(np.ones(300, np.float32))
    assert block(one).any()
    one.finish()
    one.ring.write(np.ones(300, np.float32))
    out = block(one)
    np.testing.assert_allclose(out[:FADE], np.linspace(1, 0, FADE), atol=1e-6)
    assert (one.underruns, one.silent) == (0, True)
    assert not block(one).any()


@pytest.mark.parametrize(("beyond", "skipped"), [(50, 0), (51, 51), (200, 200)])
def test_delay_that_was_never_needed_is_skipped_after_the_first_watch(beyond: int, skipped: int) -> None:
    """Of 200 to rest on and a slack of 50, in the first watch of 300 samples after a start already; not before."""
    one = player(0)
    one.watch = 300
    one.ring.write(np.arange(200 + beyond + BLOCK, dtype=np.float32) / 1e4)
    for _ in range(3):
        assert one.skipped == 0
        block(one)
        one.ring.write(np.zeros(BLOCK, np.float32))
    assert one.skipped == 0  # the block that began it counts for none
    out = block(one)
    assert one.skipped == skipped
    assert np.isfinite(out).all()
    one.ring.write(np.zeros(BLOCK, np.float32))
    assert one.ring.fill == 200 + beyond + BLOCK - skipped
    for _ in range(3):
        block(one)
        one.ring.write(np.zeros(BLOCK, np.float32))
    assert one.skipped == skipped  # once


def test_a_skip_fades_from_what_was_to_what_comes() -> None:
    one = player(0)
    one.watch = 100
    one.ring.write(np.full(300, 0.5, np.float32))
    one.ring.write(np.full(500, 1.0, np.float32))
    block(one)
    out = block(one)  # 600 wait; 200 to rest on: 400 are skipped
    assert one.skipped == 400
    np.testing.assert_allclose(out[:36], 0.5)
    np.testing.assert_allclose(out[36:], np.linspace(0.5, 1.0, FADE), atol=1e-6)
    assert one.ring.fill == 200
