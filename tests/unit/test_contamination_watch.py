"""The watch beside a session: what it tells when, that it starts anew after a step, and that its end harms nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.chunks import Chunk
from bk_realtime.contamination.rolling import Light
from bk_realtime.engine.active_faults import update_faults
from bk_realtime.engine.contamination_light import SILENT_S, ContaminationLight
from bk_realtime.errors import InputError, StreamError
from bk_realtime.processes.child import Child
from bk_realtime.processes.watch import Watch, in_words
from bk_realtime.source.base import SourceEvent
from tests.bench.contamination import NOISE, RATE, session
from tests.engine_fakes import FakeSource
from tests.unit.test_supervisor import supervise

SFREQ, SECONDS = 512, 30
LABELS = (*NOISE, "B1")


class FakeMicrophone:
    """A second of sound a pull, ``late`` seconds off the neural stamps' clock from pull ``step`` on."""

    name, sample_rate = "mic", float(RATE)

    def __init__(self, sound: np.ndarray, step: int = 10**6, gone_at: int = 10**6) -> None:
        self.sound, self.step, self.gone_at, self.n = sound, step, gone_at, 0

    def pull(self) -> tuple[np.ndarray, np.ndarray]:
        if self.n >= self.gone_at:
            raise StreamError("microphone 'mic' is gone")
        piece = self.sound[self.n * RATE : (self.n + 1) * RATE]
        stamps = 100.0 + self.n + np.arange(len(piece)) / RATE + (3.0 if self.n >= self.step else 0.0)
        self.n += 1
        return piece, stamps


@pytest.fixture(scope="module")
def signals() -> tuple[np.ndarray, np.ndarray]:
    """(n, 7) µV whose last channel holds the sound, 20 dB below its level, and (m,) sound."""
    made = session(5, SFREQ, folded=True, seconds=float(SECONDS))
    assert made.audio is not None
    return made.neural[:, : len(LABELS)], made.audio


def told(
    neural: np.ndarray,
    found: Sequence[object],
    events: dict[int, list[SourceEvent]] | None = None,
    stamped: float = 60.0,
    arrived: float = 100.0,
) -> list:
    """What is said over 30 s, looked at every 10 s from 2 s on; ``found`` is what each search for the microphone gives,
    the last for good. The neural stream's first channel is one that the decoder does not read."""
    x = np.concatenate([neural[:, -1:], neural], axis=1)
    source = FakeSource(
        [
            Chunk(
                x[i * SFREQ : (i + 1) * SFREQ],
                i * SFREQ,
                stamped + i + np.arange(SFREQ) / SFREQ,
                40.0,
                times=None if stamped == 60.0 else arrived + i + np.arange(SFREQ) / SFREQ,
            )
            for i in range(SECONDS)
        ],
        events,
    )
    time, said, left = [0.0], [], list(found)
    labels = LABELS[: neural.shape[1]]
    watch = Watch(
        source, lambda x: x[:, 1:], labels, SFREQ, 50.0, lambda: left.pop(0) if len(left) > 1 else left[0],
        lambda *line: said.append(line), now=lambda: time[0],
    )  # fmt: skip
    watch._next = 0.0  # the microphone is there from the first second
    for _ in range(SECONDS):
        watch.step()
        time[0] += 1.0
    watch._next = 0.0
    watch.step()
    return said


def test_only_channels_that_the_decoder_reads_are_judged(signals: tuple[np.ndarray, np.ndarray]) -> None:
    neural, sound = signals
    assert told(neural, [FakeMicrophone(sound)])[-1] == ("red", "CONTAMINATED: B1")
    clean = told(neural[:, :-1], [FakeMicrophone(sound)])  # the stream's first channel is B1
    assert clean[-1] == ("green", "no contamination heard")
    assert clean[0] == ("yellow", "cannot tell: no neural signal") or clean[0][1].startswith("no microphone")


def test_stamps_of_another_clock_are_no_reason_not_to_tell(signals: tuple[np.ndarray, np.ndarray]) -> None:
    neural, sound = signals
    assert told(neural, [FakeMicrophone(sound)], stamped=1.79e9)[-1] == ("red", "CONTAMINATED: B1")
    # nor are those of a clock that the microphone is on, too
    assert told(neural, [FakeMicrophone(sound)], stamped=60.0 + 1e-6, arrived=90.0)[-1] == ("red", "CONTAMINATED: B1")


def test_without_a_microphone_and_when_it_goes(signals: tuple[np.ndarray, np.ndarray]) -> None:
    neural, sound = signals
    assert set(told(neural, ["no microphone"])) == {("grey", "no microphone")}
    said = told(neural, [FakeMicrophone(sound, gone_at=25), "no microphone"])
    assert said[-1] == ("grey", "no microphone")


def test_after_a_step_of_either_stream_it_begins_anew(signals: tuple[np.ndarray, np.ndarray]) -> None:
    neural, sound = signals
    for stepped in (
        told(neural, [FakeMicrophone(sound, step=25)]),
        told(neural, [FakeMicrophone(sound)], {25: [SourceEvent("gap", 0, 0.5, "")]}),
        told(neural, [FakeMicrophone(sound)], {25: [SourceEvent("clock", 0, 3.0, "")]}),
    ):
        assert stepped[-1][0] == "yellow"
        assert stepped[-1][1].startswith("cannot tell yet")


def test_words() -> None:
    many = tuple(f"A{i}" for i in range(14))
    assert in_words(Light("red", many))[1].endswith("A11 and 2 more")
    assert in_words(Light("yellow", ("A1",), "x")) == ("yellow", "suspect: A1")
    assert in_words(Light("yellow", text="cannot tell: x")) == ("yellow", "cannot tell: x")


def test_events_where_the_colour_changes_and_red_stands_until_green() -> None:
    light, faults, kinds = ContaminationLight(), {}, []
    assert light.shown(0.0) == ("", "")
    for t, (colour, text) in enumerate(
        [("grey", "no microphone"), ("yellow", "cannot tell yet: 3 s"), ("yellow", "cannot tell yet: 13 s"),
         ("red", "CONTAMINATED: A1"), ("red", "CONTAMINATED: A1, A2"), ("grey", "watch ended")]
    ):  # fmt: skip
        event = light.tell(colour, text, float(t))
        kinds.append(event and event["event"])
        update_faults(faults, event or {"event": ""})
        assert light.shown(float(t)) == (colour, text)
    assert kinds == ["watch", "watch", None, "contaminated", "contaminated", "watch"]
    assert faults == {"contamination": "CONTAMINATED: A1, A2"}
    update_faults(faults, light.tell("green", "no contamination heard", 7.0))
    assert faults == {}
    assert light.shown(8.0 + SILENT_S)[0] == "grey"
    with pytest.raises(InputError, match="colour"):
        light.tell("blue", "", 0.0)


def test_its_death_is_told_and_the_session_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    supervisor = supervise(tmp_path, 1)
    supervisor.watch = Child("watch", ["-c", "raise SystemExit(3)"], tmp_path / "watch.log")
    assert supervisor.run() == 0
    (heard,) = json.loads((tmp_path / "heard.json").read_text())
    assert (heard["command"], heard["colour"], heard["text"]) == ("contamination", "grey", "watch ended")
    assert "ended with exit code 3" in caplog.text


def test_it_ends_with_the_session(tmp_path: Path) -> None:
    supervisor = supervise(tmp_path, 0, seconds=0.0)
    code = "import sys; sys.stdin.read()"
    watch = supervisor.watch = Child("watch", ["-c", code], tmp_path / "watch.log")
    assert supervisor.run() == 0
    assert watch.code is not None
