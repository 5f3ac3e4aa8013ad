"""Conditions in a running core: when they begin, what is recorded, and that a blinded operator is told nothing."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.conditions.second_voice import shuffled_labels
from bk_realtime.decoder.bundle import save_bundle
from bk_realtime.decoder.speech_gate import GateSettings, SpeechGate
from bk_realtime.engine.condition_wiring import ConditionSession
from bk_realtime.engine.core import Core
from bk_realtime.engine.orders import execute
from bk_realtime.engine.status_board import StatusBoard
from bk_realtime.errors import BkError, OptionError
from bk_realtime.metrics import Metrics
from bk_realtime.session.condition_record import FILE, read_records
from bk_realtime.session.conditions import ConditionSettings
from bk_realtime.session.events import EventList
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.sink.null import NullSink
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.voice_gate import VoiceGate
from tests.engine_fakes import LABELS, SFREQ, chunks, description, noise, tiny_bundle
from tests.manual_clock import ManualClock

NAMES = ("quince=muted", "walnut=delayed 200", "fennel=noise -8", "ginger=real", "pepper=shuffled 3")
TRUTH = ("quince", "walnut", "fennel", "ginger", "pepper", "delayed", "noise", "shuffled", "200 ms")
RATE = 22050


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory):
    return tiny_bundle(tmp_path_factory.mktemp("bundle") / "b")


@pytest.fixture(autouse=True)
def quick_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else runs on it."""
    monkeypatch.setattr("bk_realtime.conditions.second_voice.frame_ms", lambda chain: 1.0)


class Outlets:
    """Takes what is published."""

    def __init__(self) -> None:
        self.statuses: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.lines: list[tuple[str, float]] = []

    def push_status(self, status: dict[str, Any]) -> None:
        self.statuses.append(json.loads(json.dumps(status)))

    def push_event(self, event: dict[str, Any]) -> None:
        self.events.append(event)

    def push_condition(self, line: str, stamp: float) -> None:
        self.lines.append((line, stamp))


class Running:
    """Core, board and conditions of a session, without LSL."""

    def __init__(self, bundle, folder: Path, **settings: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.clock, self.outlets, self.noted = folder, ManualClock(), Outlets(), EventList()
        asked = SessionSettings(bundle.path, condition=ConditionSettings(**settings))
        guard = OutputGuard(SafetySettings(unmuted=True, fade_ms=10.0), RATE)
        chain = Chain(bundle, LABELS)
        self.core = Core(chain, guard, Metrics(), GapPolicy(max_backlog_s=60.0), self.note)
        sink = NullSink(RATE)
        self.experiment = ConditionSession(Session(folder, "s", asked), bundle, chain, LABELS, description(), self.note)
        self.board = StatusBoard(self.core, sink, description(), folder, self.noted, self.outlets, self.clock)
        self.board.further.append(guard.levels)
        self.experiment.enter(self.core, self.board, sink)
        self.core.shapers.append(self)
        self.decoded: list[np.ndarray] = []
        self.heard: list[np.ndarray] = []
        self.stamps: list[np.ndarray] = []

    def process(self, sound: np.ndarray, decoded: Any, stamps: np.ndarray, now: float) -> np.ndarray:
        """What goes to the guard."""
        self.heard.append(sound)
        return sound

    def reset(self) -> None:
        pass

    def note(self, event: dict[str, Any]) -> None:
        self.noted.append({"time": self.clock.now(), **event})

    def play(self, x: np.ndarray, size: int = 64, start: float = 100.0) -> None:
        for chunk in chunks(x, [size] * (len(x) // size), start=start):
            out = self.core.process(chunk, (), chunk.received)
            self.decoded.append(out.decoded.audio)
            self.stamps.append(out.audio_stamps)
            self.clock.sleep(len(chunk.data) / SFREQ)

    def say(self, name: str, **values: Any) -> None:
        """A command of the control channel, as the engine does it."""
        event = execute(
            {"command": name, **values}, self.core.guard, lambda: None, {"condition": self.experiment.order}
        )
        if event is not None:
            self.note(self.experiment.seen(event))

    def finish(self) -> list[dict[str, Any]]:
        """All records."""
        self.experiment.end(self.clock)
        self.experiment.keep(self.outlets, self.clock)
        self.board.publish()
        self.board.write_file()
        return read_records([line for line, _ in self.outlets.lines])

    @property
    def sound(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return np.concatenate(self.decoded), np.concatenate(self.heard), np.concatenate(self.stamps)


def changes(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [r for r in records if r["record"] == "change"]


def test_a_schedule_by_time_begins_at_the_sample_and_the_record_says_which(bundle, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("time_s,condition\n1.5,muted\n2.5,delayed 200\n3.5,real\n")
    running = Running(bundle, tmp_path / "run", schedule=tmp_path / "s.csv")
    running.play(noise(5 * SFREQ))
    records = running.finish()
    decoded, heard, stamps = running.sound
    first = stamps[0]
    assert records[0]["record"] == "plan"
    assert [c["condition"]["kind"] for c in changes(records)] == ["real", "muted", "delayed", "real"]
    at = [int(np.argmax(stamps - first >= t - 1e-9)) for t in (0, 1.5, 2.5, 3.5)]
    assert [c["sample"] for c in changes(records)] == at
    np.testing.assert_array_equal([c["stamp"] for c in changes(records)], stamps[at])
    assert changes(records)[2]["condition"] == {"name": "delayed 200 ms", "kind": "delayed", "delay_ms": 200.0}
    assert changes(records)[2]["planned"] == 2.5
    fade = round(0.01 * RATE) + 1
    np.testing.assert_array_equal(heard[fade : at[1]], decoded[fade : at[1]])
    assert not heard[at[1] + fade : at[2]].any()
    late = slice(at[2] + fade, at[3])
    np.testing.assert_array_equal(heard[late], decoded[at[2] + fade - 4410 : at[3] - 4410])
    np.testing.assert_array_equal(heard[at[3] + fade :], decoded[at[3] + fade :])
    # the very same lines lie in the session's folder
    lines = (running.folder / "conditions.jsonl").read_text().splitlines()
    assert lines == [line for line, _ in running.outlets.lines]


def test_trials_and_markers_switch_and_other_texts_do_not(bundle, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("trial,condition\n1,muted\n3,real\n")
    running = Running(bundle, tmp_path / "run", schedule=tmp_path / "s.csv", conditions=("late=delayed 50",))
    x = noise(6 * SFREQ)
    for k, text in enumerate(("trial", "trials are fun", "trial: 3", "condition: late", "condition zero", "")):
        running.say("marker", text=text)
        running.play(x[k * SFREQ : (k + 1) * SFREQ], start=100.0 + k)
    records = running.finish()
    assert [c["condition"]["name"] for c in changes(records)] == ["real", "muted", "real", "late"]
    assert [c["by"] for c in changes(records)] == ["start", "schedule", "schedule", "marker"]
    assert [c.get("trial") for c in changes(records)] == [None, 1, 3, None]
    assert any(e["event"] == "no condition" and "'zero'" in e["text"] for e in running.outlets.events)


def test_commands_go_to_names_and_round(bundle, tmp_path: Path) -> None:
    running = Running(bundle, tmp_path / "run", conditions=("muted", "late=delayed 50", "replayed 60"))
    with pytest.raises(OptionError, match="'real', 'muted', 'late', 'replayed 60 s'"):
        running.say("condition", to="louder")
    running.play(noise(SFREQ))
    with pytest.raises(OptionError, match=r"expected 59\.. s more of sound"):
        running.say("condition", to="replayed 60")
    for to in ("next", "next", "real"):
        running.say("condition", to=to)
        running.play(noise(SFREQ // 4))
    assert [c["condition"]["name"] for c in changes(running.finish())] == ["real", "muted", "late", "real"]
    plain = ConditionSession(
        Session(tmp_path, "s", SessionSettings(tmp_path)),
        bundle,
        running.core.chain,
        LABELS,
        description(),
        running.note,
    )
    with pytest.raises(BkError, match="start it with --conditions"):
        plain.order({"to": "real"})


def test_shuffled_is_the_same_decoder_on_channels_dealt_out_anew(bundle, tmp_path: Path) -> None:
    """From the session's first sample on, also where it is switched to late; the decoded voice stays the real one."""
    running = Running(bundle, tmp_path / "run", conditions=("shuffled 3",))
    x = noise(3 * SFREQ)
    running.play(x[:SFREQ])
    running.say("condition", to="next")
    running.play(x[SFREQ:], start=101.0)
    records = running.finish()
    decoded, heard, _ = running.sound
    dealt = shuffled_labels(LABELS, LABELS, 3)
    assert sorted(dealt) == sorted(LABELS)
    assert all(a != b for a, b in zip(dealt, LABELS, strict=True))
    sham, real = (Chain(bundle, labels).push(x.astype(np.float64)).audio for labels in (dealt, LABELS))
    at = changes(records)[1]["sample"] + round(0.01 * RATE) + 1
    np.testing.assert_array_equal(heard[at:], sham[at : len(heard)])
    np.testing.assert_array_equal(decoded, real[: len(decoded)])
    assert np.abs(sham[at : len(heard)] - real[at : len(heard)]).max() > 1e-3


def test_another_bundle_is_heard_as_it_would_decode(bundle, tmp_path: Path) -> None:
    """It looks further ahead: its voice is as much later, and the record says by how much."""
    other = tiny_bundle(tmp_path / "other", "ridge", lookahead_ms=23.2)
    running = Running(bundle, tmp_path / "run", conditions=("other",), sham_bundle=other.path)
    x = noise(2 * SFREQ)
    running.play(x[:SFREQ])
    running.say("condition", to="other")
    running.play(x[SFREQ:], start=101.0)
    change = changes(running.finish())[1]
    _, heard, _ = running.sound
    sham = Chain(other, LABELS).push(x.astype(np.float64)).audio
    late = round(change["sham_late_ms"] * RATE / 1e3)
    assert late == 256
    at = change["sample"] + round(0.01 * RATE) + 1
    np.testing.assert_array_equal(heard[at:], sham[at - late : len(heard) - late])


def test_the_record_splits_counters_and_times(bundle, tmp_path: Path) -> None:
    running = Running(bundle, tmp_path / "run", conditions=NAMES)
    running.play(noise(SFREQ))
    running.say("condition", to="quince")
    running.play(noise(SFREQ))
    records = running.finish()
    counted = [r["counters"]["n_frames"] for r in records if "counters" in r]
    assert counted == sorted(counted)
    assert not any("stages" in r for r in changes(records))  # their quantiles would hold the decoder up
    assert 80 <= changes(records)[1]["counters"]["n_frames"] <= 95
    assert records[-1]["record"] == "end"
    assert set(records[-1]["stages"]) == {"ginger", "quince"}
    assert records[-1]["stages"]["quince"]["total"]["count"] > 10


@pytest.mark.parametrize("blind", ["letters", "hidden"])
def test_nothing_that_a_blinded_operator_sees_names_the_condition(
    bundle, tmp_path: Path, blind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Status, events, latency.json, replies, refusals, what is printed, files: none holds a name, kind or number."""
    (tmp_path / "s.csv").write_text("time_s,condition\n1,quince\n2,walnut\n3,fennel\n")
    running = Running(
        bundle, tmp_path / "run", schedule=tmp_path / "s.csv", conditions=(*NAMES, "anise=replayed 60"), blind=blind
    )
    said = []
    x = noise(8 * SFREQ)
    for k in range(8):
        running.play(x[k * SFREQ : (k + 1) * SFREQ], start=100.0 + k)
        if k == 4:
            running.say("marker", text="condition pepper")
            running.say("condition", to="next")
        if k == 5:
            running.say("marker", text="condition walnuts")
            for to in ("hazel", "anise"):
                with pytest.raises(BkError) as refused:
                    running.say("condition", to=to)
                said.append(str(refused.value))
        running.experiment.keep(running.outlets, running.clock)
        running.board.publish()
        running.board.write_file()
    records = running.finish()
    assert len(changes(records)) == 6  # the truth is in the record, which does not show it
    shown = [json.dumps(running.outlets.statuses), json.dumps(running.outlets.events), *said, *capfd.readouterr()]
    shown += [json.dumps(running.board.status().as_dict()), *(line for line, _ in running.outlets.lines)]
    shown += [path.read_text() for path in running.folder.iterdir()]
    for text in shown:
        assert "more of sound" not in text
        assert not [word for word in (*TRUTH, "anise", "replayed") if word in text], text[:2000]
    words = {s["condition"] for s in running.outlets.statuses}
    assert words == {"condition hidden"} if blind == "hidden" else len(words) >= 4
    assert all(w.startswith("condition ") and len(w) == 11 for w in words) or blind == "hidden"


def test_no_figure_of_the_status_tells_a_blinded_operator_what_is_heard(bundle, tmp_path: Path) -> None:
    """The same signal under each condition: every field of the status but clocks and times is the same."""
    statuses, sound = {}, {}
    for name in NAMES:
        own = name.split("=")[0]
        running = Running(bundle, tmp_path / own, conditions=NAMES, blind="hidden")
        running.core.guard.gain_db = 24.0  # the limiter works hard, on a voice more than on silence
        running.say("condition", to=own)
        running.play(noise(2 * SFREQ))
        hits, sound[own] = running.core.guard.limiter_hits, np.concatenate(running.heard)[-5000:]
        running.finish()
        statuses[own] = {k: v for k, v in running.outlets.statuses[-1].items() if k not in ("stages", "measured_ms")}
        statuses[own]["hits"] = hits
    assert len({s.pop("hits") for s in statuses.values()}) > 1
    assert len({float(np.abs(k).max()) for k in sound.values()}) == len(NAMES)
    assert all(s == statuses["ginger"] for s in statuses.values())


def test_a_new_segment_is_one_for_the_second_voices_too(bundle, tmp_path: Path) -> None:
    running = Running(bundle, tmp_path / "run", conditions=("shuffled 3",))
    running.play(noise(SFREQ))
    running.core.start_segment("gap")
    running.say("condition", to="next")
    x = noise(SFREQ, seed=4)
    n = sum(map(len, running.heard))
    running.play(x, start=110.0)
    _, heard, _ = running.sound
    sham = Chain(bundle, shuffled_labels(LABELS, LABELS, 3)).push(x.astype(np.float64)).audio
    np.testing.assert_array_equal(heard[n + 300 :], sham[300 : len(heard) - n])


def test_a_record_that_the_disk_did_not_take_is_made_up_for_and_that_is_said(bundle, tmp_path: Path) -> None:
    running = Running(bundle, tmp_path / "run", conditions=("muted",))
    path = tmp_path / "run" / FILE
    path.mkdir()  # nothing can be written there
    running.play(noise(SFREQ))
    for _ in range(2):
        running.experiment.keep(running.outlets, running.clock)
    files = [event for event in running.noted.take() if event["event"] == "file"]
    assert [event["active_fault"] for event in files] == [FILE]
    path.rmdir()
    path.write_text('{"half": "a li')  # so a disk that was full leaves it
    running.say("condition", to="next")
    running.play(noise(SFREQ), start=101.0)
    running.experiment.keep(running.outlets, running.clock)
    (event,) = (event for event in running.noted.take() if event["event"] == "file")
    assert event["corrected"] == FILE
    records = running.finish()
    assert len(changes(records)) == 2
    assert read_records(path.read_text().splitlines()) == records


def test_too_slow_a_sham_is_refused_in_one_line(bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bk_realtime.conditions.second_voice.frame_ms", lambda chain: 7.0)
    with pytest.raises(
        OptionError, match=r"takes 7\.0 ms of each 11\.6 ms and the shams shuffled 3 7\.0 ms more"
    ) as error:
        Running(bundle, tmp_path / "run", conditions=("shuffled 3",))
    assert "\n" not in str(error.value)


def test_a_clock_that_is_set_neither_runs_the_schedule_through_nor_stops_it(bundle, tmp_path: Path) -> None:
    """The amplifier's stamps jump by an hour, or are found to be of another clock: no time has passed."""
    (tmp_path / "s.csv").write_text("time_s,condition\n1,muted\n2.5,real\n3.5,delayed 50\n")
    running = Running(bundle, tmp_path / "run", schedule=tmp_path / "s.csv")
    x = noise(5 * SFREQ)
    for part, ahead in ((slice(0, 2), 0.0), (slice(2, 3), 3600.0), (slice(3, 5), -3600.0)):
        sizes = [64] * 16 * (part.stop - part.start)
        for chunk in chunks(x[part.start * SFREQ : part.stop * SFREQ], sizes, start=100.0 + part.start):
            running.core.process(dataclasses.replace(chunk, offset=ahead), (), chunk.received)
    records = running.finish()
    assert not [r for r in records if r["record"] == "refused"]
    at = [c["sample"] / RATE for c in changes(records)]
    np.testing.assert_allclose(at, [0, 1, 2.5, 3.5], atol=0.1)


def test_a_planned_sham_waits_for_the_last_of_the_sound_that_it_replays(bundle, tmp_path: Path) -> None:
    """A few samples were missing on the way; the schedule is good to the second all the same."""
    (tmp_path / "s.csv").write_text("time_s,condition\n5,replayed 5\n6,real\n")
    running = Running(bundle, tmp_path / "run", schedule=tmp_path / "s.csv")
    x = noise(7 * SFREQ)
    running.play(x[: 2 * SFREQ])
    running.play(x[2 * SFREQ :], start=102.2)
    records = running.finish()
    assert [r["record"] for r in records if r["record"] in ("change", "refused")] == ["change"] * 3
    assert [c["condition"]["kind"] for c in changes(records)] == ["real", "replayed", "real"]
    assert 5 <= changes(records)[1]["sample"] / RATE < 5.05


def test_a_blinded_session_keeps_the_numbers_of_its_trials(bundle, tmp_path: Path) -> None:
    running = Running(bundle, tmp_path / "run", conditions=NAMES, blind="letters")
    for text in ("trial 7", "condition quince"):
        running.say("marker", text=text)
    running.finish()
    assert [e["text"] for e in running.outlets.events if e["event"] == "marker"] == [
        "trial 7",
        "marker of the conditions",
    ]


def test_a_sham_is_let_out_by_its_own_speech_gate_as_the_real_voice_is(bundle, tmp_path: Path) -> None:
    weight = np.random.default_rng(1).standard_normal((5, 8))
    gate = SpeechGate(GateSettings(0.7, 0.3, 5, passed=True), weight, 0.0)
    gated = save_bundle(dataclasses.replace(bundle, gate=gate), tmp_path / "gated")
    running = Running(gated, tmp_path / "run", conditions=("shuffled 3",))
    running.say("condition", to="shuffled 3")
    x = noise(4 * SFREQ)
    running.play(x)
    running.finish()
    _, heard, _ = running.sound
    chain = Chain(gated, shuffled_labels(LABELS, LABELS, 3))
    decoded = chain.push(x.astype(np.float64))
    want = VoiceGate(chain, True, 10.0).process(decoded.audio, decoded, np.zeros(0), 0.0)
    assert (want == 0).mean() > 0.1
    np.testing.assert_array_equal(heard[300:], want[300 : len(heard)])
