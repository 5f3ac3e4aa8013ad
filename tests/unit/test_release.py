"""Which streams that are gone a recorder lets go, and which never."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pylsl
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.recorder import recorder as recorder_module
from bk_realtime.recorder import release
from bk_realtime.recorder.recorded import RecordedStream
from bk_realtime.recorder.recorder import Recorder
from bk_realtime.recorder.release import ENDED_S, MOST_GONE, UNREACHABLE_S, release_gone
from bk_realtime.xdf import XdfWriter, info_xml, verify_xdf


def gone_stream(name: str, lived_s: float = 10.0, away_s: float = ENDED_S + 1) -> RecordedStream:
    """A stream that was here for a while and is gone at 1000 s."""
    said = StreamDescription(name, "sEEG", name, 100.0, ("0",), ("",), channel_format="float32")
    inlet = SimpleNamespace(samples_available=lambda: 0)
    stream = RecordedStream(1, inlet, name, said, None, 1000.0 - away_s, drained=True)
    stream.gone_since, stream.first_seen, stream.info = 1000.0 - away_s, 1000.0 - away_s - lived_s, name
    return stream


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What each sender says when it is asked directly; those not named have ended."""
    told: dict[str, str] = {}

    def ask(stream: RecordedStream) -> None:
        stream.said, stream.asking = told.get(stream.info, "ended"), False

    monkeypatch.setattr(release, "_ask", ask)
    return told


def left(streams: list[RecordedStream], at: float = 1000.0, looks: int = 40) -> list[str]:
    """Names of those still held after some looks, a tenth of a second apart."""
    for k in range(looks):
        release_gone(streams, at + k / 10)
    return [s.description.name for s in streams if s.inlet is not None]


def test_a_sender_that_has_ended_is_let_go_and_one_that_flickers_is_not(answers: dict[str, str]) -> None:
    ended, flickers = gone_stream("ended"), gone_stream("flickers", away_s=ENDED_S / 4)
    assert left([ended, flickers], looks=3) == ["flickers"]
    assert ended.stop.is_set()
    assert not flickers.stop.is_set()


def test_a_sender_that_answers_is_never_let_go(answers: dict[str, str]) -> None:
    """A switch that drops multicast hides it; a marker may come after an hour of silence."""
    streams = [gone_stream(f"s{k}", away_s=3600.0) for k in range(MOST_GONE + 3)]
    answers.update({s.description.name: "sends" for s in streams})
    assert len(left(streams, looks=200)) == MOST_GONE + 3


def test_a_machine_that_does_not_answer_may_have_its_cable_back(answers: dict[str, str]) -> None:
    answers["pulled"] = "silent"
    stream = gone_stream("pulled", away_s=UNREACHABLE_S - 60)
    assert left([stream]) == ["pulled"]
    assert left([stream], at=1000.0 + 70) == []


def test_what_waits_or_is_announced_is_not_let_go(answers: dict[str, str]) -> None:
    undrained, held, there, fresh = (gone_stream(name) for name in ("undrained", "held", "there", "fresh"))
    undrained.drained, held.hold, there.gone_since, fresh.last_seen = False, True, None, 999.0
    assert left([undrained, held, there, fresh], looks=2) == ["undrained", "held", "there", "fresh"]


def test_many_that_have_ended_are_let_go_at_once(answers: dict[str, str]) -> None:
    """Each that is kept searches the network many times a second."""
    streams = [gone_stream(f"s{k}") for k in range(release.ASKED_AT_ONCE)]
    assert left(streams, looks=2) == []


def test_one_that_sends_again_meanwhile_is_kept(answers: dict[str, str]) -> None:
    back = gone_stream("back")
    assert back.inlet is not None
    back.inlet.samples_available = lambda: 3
    assert left([back]) == ["back"]


def test_of_too_many_those_that_were_here_for_the_shortest_time_go(answers: dict[str, str]) -> None:
    amplifier = gone_stream("amplifier", lived_s=3600.0, away_s=3.0)
    strangers = [gone_stream(f"s{k}", lived_s=1.0 + k, away_s=2.5) for k in range(MOST_GONE + 4)]
    answers.update({s.description.name: "silent" for s in [amplifier, *strangers]})
    kept = left([amplifier, *strangers])
    assert kept == ["amplifier", *(f"s{k}" for k in range(5, MOST_GONE + 4))]


def test_of_very_many_streams_only_the_count_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pylsl, "ContinuousResolver", lambda **_: SimpleNamespace(results=list))
    monkeypatch.setattr(recorder_module, "KEPT", 3)
    recorder = Recorder(tmp_path / "x.xdf", say=print)
    recorder._finder.close()
    recorder._writer = XdfWriter(recorder.path)
    for k in range(10):
        stream = gone_stream(f"s{k}", lived_s=10.0 if k == 0 else 1.0)
        stream.stream_id, stream.inlet = k + 1, None
        recorder._writer.add_stream(k + 1, info_xml(stream.description))
        recorder._writer.write(k + 1, np.arange(k + 1.0), np.zeros((k + 1, 1), np.float32))
        recorder._streams.append(stream)
        recorder.poll()
    assert len(recorder._streams) == len(recorder._writer._streams) == 3
    assert recorder._streams[0].description.name == "s0"  # was here longest
    assert recorder.counts == {"streams that are gone": 55}
    report = recorder.close()
    assert report is not None
    assert report["complete"]
    assert sorted(s["n_samples"] for s in verify_xdf(recorder.path)["streams"]) == list(range(1, 11))
