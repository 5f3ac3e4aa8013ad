"""Record learns meanwhile: it follows the recorder, says what it knows, and what was learnt goes into the profile."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
import tyro
from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QApplication

from bk_realtime.commands.learn import Learn
from bk_realtime.logs import options
from bk_realtime.session.settings import InletSettings
from gui import theme
from gui.participant import Participant
from gui.record.page import RecordPage
from gui.steps.json_process import JsonProcess
from gui.train.page import TrainPage

pytestmark = pytest.mark.gui
WAIT_MS = 60_000
SAID = {
    "seconds": 90.0,
    "speech_s": 45.0,
    "verdict": "not yet",
    "text": "not yet: no two windows",
    "gain": [0.04, 0.01, 0.07],
}
SCORED = {**SAID, "r": 0.41, "r_limit": 0.2, "partial": 0.3, "partial_limit": 0.15}


class Recorder:
    """In place of a process."""

    ending, code = False, None

    def __init__(self, path: Path) -> None:
        self.path = path


@pytest.fixture
def page(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordPage]:
    theme.apply(QApplication.instance())
    ran: list[tuple[str, ...]] = []
    running: list[bool] = []
    monkeypatch.setattr(JsonProcess, "start", lambda self, *words: (ran.append(words), running.append(True)))
    monkeypatch.setattr(JsonProcess, "finish", lambda self: running.append(False))
    monkeypatch.setattr(JsonProcess, "runs", property(lambda self: bool(running)))
    stream = InletSettings(source_id="amp-1", gain=0.5)
    who = Participant("p01", out=tmp_path, microphone="auto", stream=stream, leave_out=("A7",), mains_hz=60.0)
    page = RecordPage(who)
    page.panel._look.stop()
    page.ran, page.running = ran, running  # type: ignore[attr-defined]
    page.commands = []  # type: ignore[attr-defined]
    page.command.connect(lambda *said: page.commands.append(said))
    qtbot.addWidget(page)
    yield page
    page.shut()


def learn(page: RecordPage, path: Path, verdict: str = "not yet") -> None:
    """From the first sample to the bundle."""
    recorder, card = Recorder(path), page.learning
    card.follow(recorder, True)  # type: ignore[arg-type]
    card.process.said.emit({"learnt": {**SCORED, "verdict": verdict}})
    recorder.ending = True
    card.follow(recorder, True)  # type: ignore[arg-type]
    assert page.running[-1] is False  # type: ignore[attr-defined]
    card.process.said.emit({"trouble": "nothing is learnt now: no microphone; the recording goes on"})
    assert "goes on" not in card.state.text()  # it is over, and its streams with it
    card.process.said.emit({"bundle": "/anything"})
    page.running.clear()  # type: ignore[attr-defined]
    card.process.ended.emit(True, "")
    card.follow(recorder, True)  # type: ignore[arg-type]


def test_it_begins_and_ends_with_the_recorder_as_the_profile_has_it(page: RecordPage, tmp_path: Path) -> None:
    path, card = tmp_path / "p01_speaking.xdf", page.learning
    recorder = Recorder(path)
    card.follow(None, True)
    recorder.code = 1  # type: ignore[assignment]
    card.follow(recorder, True)  # type: ignore[arg-type]
    assert page.ran == []  # type: ignore[attr-defined]  # nobody records
    recorder.code = None
    card.follow(recorder, False)  # type: ignore[arg-type]
    assert page.ran == []  # type: ignore[attr-defined]  # silence, or listening
    for _ in range(3):
        card.follow(recorder, True)  # type: ignore[arg-type]
    ((_, *words),) = page.ran  # type: ignore[attr-defined]
    asked = tyro.cli(options(Learn, flat=True), args=words).command
    assert (asked.beside, asked.figures, asked.train, asked.microphone) == (path, True, True, "")
    assert (asked.inlet.source_id, asked.inlet.gain, asked.exclude) == ("amp-1", 0.5, ("A7",))
    assert asked.features.line_freq == 60.0
    assert "learning" in card.state.text()


def test_what_it_knows_is_said(page: RecordPage, tmp_path: Path) -> None:
    card = page.learning
    card.follow(Recorder(tmp_path / "a.xdf"), True)  # type: ignore[arg-type]
    card.process.said.emit({"trouble": "nothing is learnt now: no microphone yet; the recording goes on"})
    assert "no microphone yet" in card.state.text()
    for bad in (3, {"seconds": "x"}, None):
        card.process.said.emit({"learnt": bad})
        assert card.told is None
    card.process.said.emit({"learnt": SAID})
    assert card.enough.text() == "enough: no"
    assert card.scores.text().startswith("45 s of speech in 90 s; not yet")
    card.process.said.emit({"learnt": {**SCORED, "verdict": "works"}})
    assert card.enough.text() == "enough: yes"
    assert "r inside speech 0.41 (chance up to 0.20); loudness taken off 0.30 (0.15)" in card.scores.text()
    assert "would help: yes" in card.more.text()
    card.process.said.emit({"learnt": {**SCORED, "verdict": "stop"}})
    assert card.enough.text().startswith("STOP")
    assert "0.41" not in card.scores.text()  # a figure of what hears the room says nothing


@pytest.mark.parametrize(
    ("had", "verdict", "taken"),
    [(None, "not yet", True), (Path("yesterday's"), "works", True), (Path("yesterday's"), "not yet", False)],
)
def test_what_was_learnt_goes_into_the_profile(
    page: RecordPage, tmp_path: Path, had: Path | None, verdict: str, taken: bool
) -> None:
    page.show_participant(dataclasses.replace(page.participant, bundle=had))
    learn(page, tmp_path / "a.xdf", verdict)
    wanted = ("bundle", {"path": tmp_path / "a_learnt"})
    assert page.commands == ([wanted] if taken else [])  # type: ignore[attr-defined]
    assert not page.learning.button.isHidden()
    assert page.learning.state.text() == "learnt, and not scored yet: Train judges it"
    assert page.learning.button.isEnabled()
    if not taken:
        page.learning.button.click()
        assert page.commands == [wanted]  # type: ignore[attr-defined]
    page.show_participant(dataclasses.replace(page.participant, bundle=tmp_path / "a_learnt"))
    assert not page.learning.button.isEnabled()
    train = TrainPage(page.participant)
    assert "in use: a_learnt, learnt while it was recorded" in train.view.none.text()
    train.shut()
    train.deleteLater()


def test_why_there_is_no_decoder_is_said(page: RecordPage, tmp_path: Path) -> None:
    card = page.learning
    card.follow(Recorder(tmp_path / "a.xdf"), True)  # type: ignore[arg-type]
    card.process.other.emit("no bundle of what was learnt meanwhile: record more")
    page.running.clear()  # type: ignore[attr-defined]
    card.process.ended.emit(False, "")
    assert card.state.text() == "no bundle of what was learnt meanwhile: record more"
    assert card.button.isHidden()
    assert page.commands == []  # type: ignore[attr-defined]


def test_another_participant_gets_nothing_of_it(page: RecordPage, tmp_path: Path) -> None:
    card = page.learning
    card.follow(Recorder(tmp_path / "a.xdf"), True)  # type: ignore[arg-type]
    page.show_participant(Participant("p02", out=tmp_path, microphone="none"))
    assert card.told is None
    assert "no microphone" in card.state.text()
    assert page.commands == []  # type: ignore[attr-defined]


def test_a_process_ends_by_itself_when_its_input_is_closed(qtbot) -> None:
    """As `learn --beside` does, and is heard to its last word."""
    parent = QObject()
    process, ended = JsonProcess(parent), []
    process.ended.connect(lambda *said: ended.append(said))
    process._begin("-c", 'import os; os.read(0, 1); print(\'{"bundle": "x"}\')')
    said: list[dict] = []
    process.said.connect(said.append)
    assert process.runs
    process.finish()
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)
    assert (ended, said) == ([(True, "")], [{"bundle": "x"}])


def ridge(folder: Path, kind: str = "ridge") -> Path:
    """As far as the window looks at a bundle: what kind it is."""
    from tests.unit.test_carry_on_bundle import bundle

    path = bundle(folder, ("A1", "A2"), f"p01_{kind}")
    index = path / "bundle.toml"
    index.write_text(index.read_text().replace('kind = "ridge"', f'kind = "{kind}"'))
    return path


def test_it_goes_on_from_a_linear_decoder_where_that_is_wanted(page: RecordPage, tmp_path: Path) -> None:
    card = page.learning
    assert card.onward.isHidden()
    for kind, can in (("gru", False), ("ridge", True)):
        who = dataclasses.replace(page.participant, bundle=ridge(tmp_path, kind))
        card.for_participant(who, True)
        assert card.onward.isHidden() != can
        assert "--from" not in card.command(tmp_path / "p01.xdf")
        card.onward.setChecked(True)
        words = card.command(tmp_path / "p01.xdf")
        assert ("--from" in words) is can
        assert ("--line-freq" in words) is not can  # a decoder has its own features
        card.onward.setChecked(False)
    card.onward.setChecked(True)
    args = list(card.command(tmp_path / "p01.xdf")[1:])
    learn = tyro.cli(options(Learn, flat=True), args=args).command
    assert (learn.carry_on, learn.label_map) == (who.bundle, None)
    card.participant = dataclasses.replace(who, label_map=tmp_path / "labels.toml")
    renamed = tyro.cli(options(Learn, flat=True), args=list(card.command(tmp_path / "p01.xdf")[1:])).command
    assert renamed.label_map == tmp_path / "labels.toml"
    words = {
        (0.05, 0.01, 0.09): "going on is better than from scratch (r +0.050, 95 % +0.010 … +0.090)",
        (-0.05, -0.09, -0.01): "going on is WORSE than from scratch",
        (0.0, -0.01, 0.01): "no difference",
        None: "cannot be told yet",
    }
    for over, text in words.items():
        card.process.said.emit(
            {"learnt": {**SCORED, "over_scratch": over and list(over), "carried_text": "carried on"}}
        )
        assert text in card.carried.text()
    card.process.said.emit({"learnt": SCORED})
    assert card.carried.text() == ""
