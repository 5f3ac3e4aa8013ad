"""What the Check step finds out: streams as they really come, and matters in words."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pylsl
import pytest
import tyro

from bk_realtime.commands.preflight import Preflight
from bk_realtime.commands.run import Run
from bk_realtime.commands.tone import RATE, tone
from bk_realtime.errors import BkError
from bk_realtime.logs import options
from bk_realtime.session.settings import InletSettings, SafetySettings
from bk_realtime.shipped import BUNDLE, RECORDING
from bk_realtime.watched import deaths
from gui.participant import Participant, Profiles, demo
from gui.steps.check import CheckPage
from gui.steps.check_view import CheckView
from gui.steps.findings import Finding, decoded, of_microphone, of_preflight, of_signal, role
from gui.steps.json_process import JsonProcess
from gui.steps.listening import ELECTRODES
from gui.steps.page import Mark
from gui.steps.survey import Seen, Survey, mains_amplitude
from tests.gui.fake_engine import outlet

pytestmark = pytest.mark.gui
AMP = Seen("1", "Amp", "sEEG", "amp-1", "here", 4, 500.0, 500.0, 20.0, 5.0, mains_uv=(9.0, 3.0))
MICROPHONE = Seen("2", "Mic", "Audio", "mic-1", "here", 1, 48_000.0, level_db=-30.0)


def as_it_is(around: tuple[Seen, ...]) -> bool:
    """Whether rate, mains and level have become what they are: two busy cores may hold back what is sent meanwhile."""
    seen = {one.name: one for one in around}
    if not {"Amp", "Mic", "Replay"} <= seen.keys():
        return False
    amp, mic = seen["Amp"], seen["Mic"]
    mains, level = pytest.approx((40, 20), rel=0.05), pytest.approx(-20, abs=0.5)
    return 400 < amp.true_rate < 600 and amp.mains_uv == mains and mic.level_db == level


@pytest.mark.lsl
def test_streams_are_seen_as_they_come(source_id: str) -> None:
    neural = outlet("Amp", "sEEG", 3, 500.0, f"amp-{source_id}", ["A1", "A2", "A3"], "microvolts")
    sound = outlet("Mic", "Audio", 1, 8000.0, f"mic-{source_id}")
    other = outlet("Replay", "sEEG", 1, 100.0, f"session-replay-{source_id}")
    engine = outlet("BrainKaraoke-mel", "Mel", 1, 100.0, f"bk-{source_id}")
    stop = threading.Event()

    def send() -> None:
        begun, sent = pylsl.local_clock(), 0
        while not stop.wait(0.02):
            t = np.arange(sent, int((pylsl.local_clock() - begun) * 500)) / 500
            if len(t):
                hum = 40 * np.sin(2 * np.pi * 50 * t)
                neural.push_chunk(np.stack([hum, 0.5 * hum, 0 * t], 1).astype(np.float32), begun + float(t[-1]))
                sound.push_chunk(np.tile([[0.1], [-0.1]], (8 * len(t), 1)).astype(np.float32), begun + float(t[-1]))
            sent += len(t)

    sender, survey = threading.Thread(target=send), Survey()
    sender.start()
    try:
        deadline = time.monotonic() + 120
        while not (settled := as_it_is(around := survey.seen)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert settled, around
        seen = {one.name: one for one in around}
        assert seen["Amp"].flat == ("A3",)
        assert seen["Amp"].packet_ms >= 2
        assert not seen["Replay"].recorded
        assert "BrainKaraoke-mel" not in seen
        assert decoded(Participant("p01"), around) == seen["Amp"]
    finally:
        stop.set()
        sender.join()
        survey.stop()
        survey.join(60)
    del other, engine


def test_a_stream_can_be_chosen_only_where_there_is_one(qtbot) -> None:
    view, around = CheckView(), Around()
    qtbot.addWidget(view)
    assert not view.use.isEnabled()
    for seen, who, enabled, why in (
        ((), Participant("p01"), False, "start the amplifier"),
        ((AMP,), Participant("p01"), True, "goes into the participant's profile"),
        ((AMP,), demo(), False, "replays a recording"),
        ((), Participant("p01"), False, "start the amplifier"),
    ):
        around.seen = seen
        view.show_streams(around, None, who)  # type: ignore[arg-type]
        assert view.use.isEnabled() == enabled
        assert why in view.use.toolTip()


class Around:
    """In place of a survey."""

    seen: tuple[Seen, ...] = ()
    refused: tuple[str, ...] = ()
    complete = True


@pytest.mark.lsl
def test_words_of_another_alphabet_and_stamps_of_another_clock_end_no_survey(source_id: str) -> None:
    """A dead survey would close the window."""
    words = pylsl.StreamOutlet(pylsl.StreamInfo("Words", "Markers", 1, 0.0, pylsl.cf_string, f"w-{source_id}"))
    amp = outlet("Amp", "sEEG", 1, 500.0, f"amp-{source_id}")
    dead, survey = deaths(), Survey()
    try:
        deadline = time.monotonic() + 120
        seen: dict[str, Seen] = {}
        while time.monotonic() < deadline and not all(
            name in seen and np.isfinite(seen[name].age_ms) for name in ("Amp", "Words")
        ):
            words.push_sample([b"r\xe9union"])  # Latin-1
            amp.push_sample([0.0], pylsl.local_clock() + 3600.0)
            time.sleep(0.05)
            seen = {one.name: one for one in survey.seen}
            assert deaths() == dead
        assert of_signal(seen["Amp"]).mark is Mark.LOOK
        assert "another clock" in of_signal(seen["Amp"]).text
        assert np.isfinite(seen["Words"].age_ms)
        assert not seen["Words"].trouble
        assert survey._thread.is_alive()
    finally:
        survey.stop()
        survey.join(60)


def test_the_mains_are_measured_at_their_own_frequency() -> None:
    t = np.arange(2000) / 1000
    data = np.stack([7 * np.sin(2 * np.pi * 50 * t) + 30 * np.sin(2 * np.pi * 60 * t), 0 * t], 1)
    assert mains_amplitude(data, 1000.0, 50.0) == pytest.approx((7, 3.5), rel=0.01)
    assert np.isnan(mains_amplitude(data, 90.0, 50.0)).all()


@pytest.mark.parametrize(
    ("one", "mark", "word"),
    [
        (None, Mark.BUSY, "no stream"),
        (AMP, Mark.DONE, "mains (50 Hz) 9 at most, 3 in the middle, in the stream's unit"),
        (dataclasses.replace(AMP, flat=("A1",)), Mark.LOOK, "flat: A1"),
        (dataclasses.replace(AMP, true_rate=480.0), Mark.LOOK, "announced as 500 Hz"),
        (dataclasses.replace(AMP, age_ms=900.0), Mark.LOOK, "900 ms old"),
        (dataclasses.replace(AMP, age_ms=-1.8e12), Mark.LOOK, "another clock"),
        (dataclasses.replace(AMP, age_ms=1.8e12), Mark.LOOK, "another clock"),
        (dataclasses.replace(AMP, silent_s=9.0), Mark.BLOCKED, "nothing for 9 s"),
        (dataclasses.replace(AMP, trouble="it is gone"), Mark.BLOCKED, "it is gone"),
    ],
)
def test_the_signal_in_words(one: Seen | None, mark: Mark, word: str) -> None:
    finding = of_signal(one)
    assert finding.mark is mark
    assert word in finding.text
    assert mark in (Mark.DONE, Mark.BUSY) or finding.remedy


@pytest.mark.parametrize(
    ("wanted", "seen", "mark"),
    [
        ("none", (), Mark.DONE),
        ("auto", (), Mark.LOOK),
        ("auto", (MICROPHONE,), Mark.DONE),
        ("mic-1", (MICROPHONE, dataclasses.replace(MICROPHONE, uid="3", source_id="x")), Mark.DONE),
        ("auto", (MICROPHONE, dataclasses.replace(MICROPHONE, uid="3")), Mark.LOOK),
        ("auto", (dataclasses.replace(MICROPHONE, level_db=-110.0),), Mark.LOOK),
        ("auto", (dataclasses.replace(MICROPHONE, level_db=-1.0),), Mark.LOOK),
        ("auto", (dataclasses.replace(MICROPHONE, silent_s=5.0),), Mark.LOOK),
    ],
)
def test_the_microphone_in_words(wanted: str, seen: tuple[Seen, ...], mark: Mark) -> None:
    assert of_microphone(Participant("p01", microphone=wanted), seen).mark is mark


def test_which_stream_is_decoded_and_what_becomes_of_the_others() -> None:
    twin = dataclasses.replace(AMP, uid="9", source_id="amp-2")
    replay = dataclasses.replace(AMP, uid="8", source_id="session-replay-1", recorded=False)
    anyone, one = Participant("p01", expect=("Mic",)), Participant("p01", stream=InletSettings(source_id="amp-2"))
    assert decoded(anyone, (AMP, MICROPHONE, replay)) is AMP
    assert decoded(anyone, (AMP, twin)) is None  # nobody can tell
    assert decoded(one, (AMP, twin)) is twin
    assert role(AMP, AMP, anyone) == "decoded and recorded"
    assert role(MICROPHONE, AMP, anyone) == "expected, recorded"
    assert "not recorded" in role(replay, AMP, anyone)


def test_preflight_says_all_that_run_would_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = Preflight(bundle=BUNDLE, source=RECORDING, out=tmp_path, sound_device="none")
    assert asked.run() == 0
    said = {line["item"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert list(said) == ["sound", "decoder", "stream", "recording"]
    assert all(line["good"] for line in said.values())
    assert ["LAH1", "used", True] in said["stream"]["channels"]
    assert ["B6", "not in the decoder", False] in said["stream"]["channels"]
    assert said["recording"]["disk_hours"] > 0
    assert not list(tmp_path.iterdir())
    assert dataclasses.replace(asked, bundle=tmp_path).run() == 1
    (decoder,) = [json.loads(x) for x in capsys.readouterr().out.splitlines() if '"decoder"' in x]
    assert not decoder["good"]
    assert of_preflight(decoder).mark is Mark.BLOCKED
    assert of_preflight(decoder).remedy


def test_before_anything_was_trained_all_but_the_decoder_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new participant's signal, disk and sound card are looked at before the first recording."""
    who = Participant("p01", source=RECORDING, out=tmp_path, sound_device="none")
    asked = tyro.cli(options(Preflight, flat=True), args=who.untrained_options()).command
    assert asked.run() == 0
    said = {line["item"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert list(said) == ["sound", "stream", "recording"]
    assert all(line["good"] for line in said.values())
    assert ["LAH1", "will be trained on", True] in said["stream"]["channels"]
    assert said["recording"]["disk_hours"] > 0
    told = tmp_path / "labels.toml"
    for text, said in (('X1 = "EEG 1"', "no channel is called 'EEG 1'"), ('LAH1 = "A1"', "is called 'LAH1' already")):
        told.write_text(text)
        assert dataclasses.replace(asked, label_map=told).run() == 1
        (stream,) = [json.loads(x) for x in capsys.readouterr().out.splitlines() if '"stream"' in x]
        assert said in stream["text"]


def test_where_the_mains_have_60_hz(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sixty = dataclasses.replace(AMP, mains_uv=(9.0, 1.0), mains_60_uv=(40.0, 4.0))
    assert of_signal(sixty) == Finding(
        Mark.LOOK,
        "hum of 4 at 60 Hz, and only 1 at 50 Hz",
        "choose mains of 60 Hz below, before anything is trained",
    )
    good = of_signal(sixty, 60.0)
    assert (good.mark, good.text.split("; ")[1][:23]) == (Mark.DONE, "mains (60 Hz) 40 at mos")
    trained = {"item": "decoder", "good": True, "text": "ridge", "line_freq": 50.0}
    assert of_preflight(trained).mark is Mark.DONE
    assert of_preflight(trained, 60.0).mark is Mark.LOOK
    assert "train again" in of_preflight(trained, 60.0).remedy
    with pytest.raises(BkError, match="mains_hz 55: expected 50 or 60"):
        Participant("p01", mains_hz=55.0)
    profiles = Profiles(tmp_path)
    profiles.path("p01").write_text("mains_hz = 60\n")
    assert profiles.load("p01").mains_hz == 60.0


def test_a_choice_that_the_demo_does_not_keep_is_not_shown(qtbot, tmp_path: Path) -> None:
    page = CheckPage(demo(), Profiles(tmp_path))
    qtbot.addWidget(page)
    page.view.mains.setCurrentIndex(1)
    page.view.mains.activated.emit(1)
    assert page.view.mains.currentText() == "mains 50 Hz"
    assert "New…" in page.view.words.text()


@pytest.fixture
def page(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CheckPage]:
    """Looks at a survey of the test's own; starts nothing, and keeps what it would have started."""
    ran: list[tuple[str, ...]] = []
    running: set[JsonProcess] = set()

    def start(self: JsonProcess, *words: str) -> None:
        ran.append(words)
        if words[0] != "preflight":
            running.add(self)

    monkeypatch.setattr(JsonProcess, "start", start)
    monkeypatch.setattr(JsonProcess, "start_behind", start)
    monkeypatch.setattr(JsonProcess, "stop", lambda self: running.discard(self))
    monkeypatch.setattr(JsonProcess, "runs", property(lambda self: self in running))
    page = CheckPage(Participant("p01", microphone="auto", leave_out=("A7",), out=tmp_path), Profiles(tmp_path))
    page.survey, page.ran = Around(), ran  # type: ignore[assignment, attr-defined]
    page.survey.seen = (AMP, MICROPHONE)  # type: ignore[union-attr]
    page.survey.stop = lambda: None  # type: ignore[union-attr, method-assign]
    qtbot.addWidget(page)
    yield page
    page.shut()


def light(page: CheckPage) -> Finding | None:
    return dict(page._all()).get(ELECTRODES)


def test_check_listens_whether_the_microphone_is_in_the_electrodes(page: CheckPage) -> None:
    ran, listening = page.ran, page.listening  # type: ignore[attr-defined]
    page.show_now()
    listened = [words for words in ran if words[0] == "bk_realtime"]
    asked = tyro.cli(options(Preflight, flat=True), args=listened[0][2:]).command
    assert (asked.listen, asked.leave_out, asked.microphone) == (5.0, ("A7",), "auto")
    assert light(page).mark is Mark.BUSY
    page.show_now()
    assert [words for words in ran if words[0] == "bk_realtime"] == listened  # one process, not one a look
    hear = listening.process.said.emit
    hear({"item": "contamination", "colour": "green", "text": "no contamination heard"})
    assert light(page) == Finding(Mark.DONE, "no contamination heard")
    hear({"item": "contamination", "colour": "red", "text": "CONTAMINATED: A1"})
    assert light(page).mark is Mark.LOOK
    assert "leave these channels out" in light(page).remedy
    assert "CONTAMINATED: A1" in page.view._rows[ELECTRODES][2].text()
    page.left()
    assert light(page).mark is Mark.LOOK  # whoever goes on still sees it
    page.survey = Around()  # type: ignore[assignment]
    page.survey.seen = (AMP, MICROPHONE)
    page.survey.stop = lambda: None  # type: ignore[method-assign]
    page.show_now()
    assert light(page).mark is Mark.LOOK  # until the same signal is heard again
    other = dataclasses.replace(AMP, uid="7", source_id="amp-7")
    page.survey.seen = (other,)
    page.show_now()
    page.show_now()
    assert light(page).mark is Mark.BUSY  # another amplifier's: nothing is known of it


def test_what_cannot_be_listened_to_is_no_tick(page: CheckPage) -> None:
    page.survey.seen = ()  # type: ignore[union-attr]
    page.show_now()
    assert light(page) == Finding(Mark.TODO, "not listened to yet")
    page.survey.seen = (AMP,)  # type: ignore[union-attr]
    page.show_now()
    page.show_now()
    ended = page.listening.process
    ended.stop()
    ended.ended.emit(False, "cannot tell: neural rate 200 Hz, expected 400 Hz or more")
    assert light(page).mark is Mark.LOOK
    assert "neural rate" in light(page).text
    page.show_participant(dataclasses.replace(page.participant, microphone="none"))
    page.show_now()
    assert light(page) == Finding(Mark.TODO, "cannot tell: the profile has no microphone")
    page.show_participant(demo())
    assert light(page) is None


def test_a_profile_starts_the_session_that_it_describes(tmp_path: Path) -> None:
    given = Participant(
        "p01",
        bundle=tmp_path / "decoder",
        stream=InletSettings(name="Amp", source_id="amp-1", gain=0.1, join=("B", "C")),
        label_map=tmp_path / "map.toml",
        sound_device="USB",
        safety=SafetySettings(gain_db=-6.0, full_scale_db_spl=100.0, loudest_db_spl=80.0),
        microphone="auto",
        expect=("Amp", "Mic"),
        out=tmp_path,
    )
    parsed = tyro.cli(options(Run, flat=True), args=given.options()).command
    assert (parsed.inlet, parsed.safety, parsed.expect) == (given.stream, given.safety, given.expect)
    assert (parsed.bundle, parsed.label_map, parsed.out) == (given.bundle, given.label_map, given.out)
    assert (parsed.sound_device, parsed.microphone, parsed.session) == ("USB", "auto", "p01")
    assert not parsed.safety.unmuted
    shown = tyro.cli(options(Run, flat=True), args=demo().options()).command
    assert (shown.source, shown.bundle) == (RECORDING, BUNDLE)


def test_the_test_tone_is_soft_and_swells_from_silence() -> None:
    sound = tone(-40.0)
    assert np.abs(sound).max() == pytest.approx(0.01, rel=0.01)
    assert np.abs(sound[: RATE // 100]).max() < 1e-4
    assert np.abs(sound[-RATE // 100 :]).max() < 1e-4
    assert np.abs(np.diff(sound)).max() < 0.01 * 2 * np.pi * 440 / RATE * 1.05  # no click
