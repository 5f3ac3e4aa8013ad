"""How long streams had to answer, on a machine that stands still now and then."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pylsl
import pytest

from bk_realtime.errors import BkError
from bk_realtime.source import door, resolve


def info(source_id: str) -> Any:
    says = {"uid": source_id, "name": "amp", "source_id": source_id, "type": "sEEG", "hostname": "here"}
    says |= {"nominal_srate": 1000.0, "channel_count": 4, "channel_format": 1}
    return SimpleNamespace(**{name: lambda value=value: value for name, value in says.items()})


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock, and streams that answer at their times on it; ``frozen`` are seconds that the first sleep takes."""
    world = SimpleNamespace(now=100.0, answers={}, frozen=0.0)

    def sleep(seconds: float) -> None:
        world.now += seconds + world.frozen
        # LSL's thread stood still too: what would have come meanwhile comes later
        world.answers = {name: at + world.frozen for name, at in world.answers.items()}
        world.frozen = 0.0

    resolver = SimpleNamespace(results=lambda: [info(name) for name, at in world.answers.items() if world.now >= at])
    monkeypatch.setattr(resolve, "time", SimpleNamespace(perf_counter=lambda: world.now, sleep=sleep))
    monkeypatch.setattr(door.pylsl, "ContinuousResolver", lambda **_: resolver)
    return world


@pytest.mark.parametrize("frozen", [0.0, 1.0, 20.0])
def test_a_second_stream_that_answers_later_is_seen(world: SimpleNamespace, frozen: float) -> None:
    world.answers, world.frozen = {"one": 100.0, "two": 100.6}, frozen
    with pytest.raises(BkError, match="found 2"):
        resolve.find(resolve.Wanted(name="amp"), 15.0)


@pytest.mark.parametrize("frozen", [0.0, 30.0])
def test_visible_waits_for_all(world: SimpleNamespace, frozen: float) -> None:
    world.answers, world.frozen = {"one": 100.0, "two": 100.6}, frozen
    assert [stream.source_id() for stream in resolve.visible(1.0)[0]] == ["one", "two"]


def test_one_stream_is_taken_and_none_is_said(world: SimpleNamespace) -> None:
    world.answers = {"one": 100.3}
    assert resolve.find(resolve.Wanted(), 15.0).source_id() == "one"
    assert world.now == pytest.approx(100.8, abs=0.1)
    world.answers = {}
    with pytest.raises(BkError, match="within 2 s, nor any other"):
        resolve.find(resolve.Wanted(), 2.0)


@pytest.mark.parametrize(("rate", "kind"), [(0.0, 1), (1000.0, pylsl.cf_string)])
def test_markers_and_what_has_no_regular_rate_are_not_decoded(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, rate: float, kind: int
) -> None:
    world.answers = {"one": 100.0}
    assert resolve.find_sampled(resolve.Wanted(), 15.0).source_id() == "one"
    found = info("one")
    found.nominal_srate, found.channel_format = (lambda: rate), (lambda: kind)
    monkeypatch.setattr(resolve, "find", lambda *_: found)
    with pytest.raises(BkError, match="markers or has no regular rate"):
        resolve.find_sampled(resolve.Wanted(), 15.0)


def test_a_wait_that_is_given_up_ends(world: SimpleNamespace) -> None:
    with pytest.raises(BkError, match="told to end"):
        resolve.find(resolve.Wanted(), 30.0, lambda: world.now > 101.0)
    assert world.now < 102.0
