"""The Train step's page offscreen: progress, refusals, cards and the curve, and which decoder is used then."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication

from bk_realtime.config import read_toml, write_toml
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.shipped import BUNDLE
from gui import theme
from gui.participant import Participant, Profiles, demo
from gui.steps.json_process import JsonProcess
from gui.steps.page import Mark
from gui.train.page import TrainPage
from gui.train.plan import SCORES, phases
from tests.gui.train_files import NOW, card, curve, made, written

pytestmark = pytest.mark.gui
WAIT_MS = 120_000


@pytest.fixture
def page(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainPage]:
    """Of a participant with one recording; its commands are noted, not run."""
    theme.apply(QApplication.instance())
    made(tmp_path, "p01_speaking_2026-01-02_03-04-05.xdf", "p01_silence_2026-01-02_03-14-05.xdf")
    monkeypatch.setattr(JsonProcess, "start_behind", lambda self, *words: ran.append(words))
    page = TrainPage(Participant("p01", out=tmp_path))
    page.ran = ran = []  # type: ignore[attr-defined]
    qtbot.addWidget(page)
    yield page
    page.shut()


def test_a_training_from_its_start_to_the_decoder_that_is_used(page: TrainPage) -> None:
    commands: list[tuple[str, dict]] = []
    page.command.connect(lambda *said: commands.append(said))
    assert [Path(path).name for path in page.view.chosen()] == ["p01_speaking_2026-01-02_03-04-05.xdf"]
    page.view.start.click()
    assert page.state().mark is Mark.BUSY
    assert "stop it in Train" in page.why_not()
    assert not page.view.start.isEnabled()
    page.process.said.emit({"progress": {"step": "ridge", "done": 0.5, "left_s": 12.0}})
    assert "at most 12 s left" in page.view.words.text()
    bundle = page.queue[0].bundle
    page.process.ended.emit(True, "")
    written(bundle / SCORES, card(claim="NOTHING is beyond chance"))
    page.process.ended.emit(False, "")  # a leak ends with a code of its own, and its card says so
    page.process.ended.emit(True, "")
    assert [words[0] for words in page.ran] == ["offline.train", "offline.evaluate", "bk_realtime"]
    assert commands == [("bundle", {"path": bundle})]  # there was none before
    page.show_participant(dataclasses.replace(page.participant, bundle=bundle))
    state = page.state()
    assert state.mark is Mark.LOOK
    assert state.reason == "in use, but Follows your speech better than chance: no"
    assert page.view.uses["linear (ridge)"].text() == "In use"
    page.show_participant(dataclasses.replace(page.participant, bundle=Path("another")))
    assert page.state().reason == "trained, and not used yet"
    page.view.uses["linear (ridge)"].click()
    assert commands[1:] == [("bundle", {"path": bundle})]


def trained_both(page: TrainPage, chosen: str, gain: tuple[float, ...], by_hand: bool = False) -> list[Path]:
    """Ridge, curve and comparison; folders of ridge and of what was chosen."""
    page.view.network.setChecked(True)
    page.view.start.click()
    bundles = [page.queue[0].bundle, page.queue[3].bundle]
    for bundle in bundles:
        written(bundle / SCORES, card())
    values = read_toml(BUNDLE / INDEX)
    fit = {"chosen": chosen, "why": "by nested validation", "folds": 4, "gain": list(gain)}
    write_toml(bundles[1] / INDEX, {**values, "provenance": {**values["provenance"], "fit": fit}})
    for _ in range(3):
        page.process.ended.emit(True, "")
    if by_hand:
        page.view.uses["linear (ridge)"].click()
    page.process.ended.emit(True, "")
    if page.runs:
        page.process.ended.emit(True, "")
    return bundles


@pytest.mark.parametrize(
    ("chosen", "gain", "which", "line"),
    [
        ("gru", (0.03, 0.01, 0.05), 1, "Better than ridge: yes; the network (gru) is kept"),
        (
            "ridge + gru",
            (0.03, 0.01, 0.05),
            1,
            "Better than ridge: yes; the average of linear (ridge) and network (gru)",
        ),
        ("ridge", (0.01, -0.01, 0.03), 0, "Better than ridge: no; ridge is kept"),
        ("ridge", (), 0, "Better than ridge: no; ridge is kept"),
        ("ridge", (0.01,), 0, "Better than ridge: cannot tell; ridge is kept"),  # too few parts for an interval
    ],
)
def test_the_better_one_is_kept_and_said(
    page: TrainPage, chosen: str, gain: tuple[float, ...], which: int, line: str
) -> None:
    commands: list[tuple[str, dict]] = []
    page.command.connect(lambda *said: commands.append(said))
    page.participant = dataclasses.replace(page.participant, bundle=Path("yesterday's"))
    bundles = trained_both(page, chosen, gain)
    assert not page.runs
    assert commands == [("bundle", {"path": bundles[which]})]
    assert page.view.kept.text().startswith(line)
    assert page.view.kept_why.text() == "by nested validation"
    assert len(page.view.uses) == 1 + which
    assert page.view.anyway.isHidden() == bool(which)
    page.show_participant(dataclasses.replace(page.participant, bundle=bundles[which]))
    assert page.state().mark is Mark.DONE
    if not which:  # its score card, and its decoder, for whoever wants it all the same
        page.view.anyway.click()
        assert [phase.kind for phase in page.queue] == ["gru", "gru"]
        written(page.queue[0].bundle / SCORES, card())
        for _ in range(2):
            page.process.ended.emit(True, "")
        assert len(commands) == 1
        page.view.uses["network (gru)"].click()
        assert len(commands) == 2


def test_whoever_has_chosen_is_not_overruled(page: TrainPage) -> None:
    commands: list[tuple[str, dict]] = []
    page.command.connect(lambda *said: commands.append(said))
    page.participant = dataclasses.replace(page.participant, bundle=Path("yesterday's"))
    bundles = trained_both(page, "gru", (0.03, 0.01, 0.05), by_hand=True)
    assert commands == [("bundle", {"path": bundles[0]})]
    page.look()
    assert "you have chosen" in page.view.words.text()
    page.view.uses["network (gru)"].click()
    assert commands[1:] == [("bundle", {"path": bundles[1]})]


def test_the_curve_is_drawn_in_minutes_and_another_program_cannot_break_it(page: TrainPage) -> None:
    page.view.start.click()
    bundle = page.queue[0].bundle
    written(bundle / SCORES, card())
    for _ in range(2):
        page.process.ended.emit(True, "")
    assert page.view.learning.isHidden()
    for bad in (3, {"seconds": "x"}, {"seconds": float("nan")}, {**curve(None)["learnt"], "points": [[1, 2, 3]]}, None):
        page.process.said.emit({"learnt": bad})
        assert page._learnt is None
    page.process.said.emit(curve([0.04, 0.01, 0.07]))
    page.process.ended.emit(True, "")
    assert not page.view.learning.isHidden()
    x, y = page.view.curve.dots.getData()
    assert list(x) == pytest.approx([1, 2, 3, 4, 5])  # half of the time is speech
    assert y[0] == pytest.approx(0.31)
    assert "would help: yes" in page.view.more.text()
    assert "p01_speaking_2026-01-02_03-04-05.xdf" in page.view.curve_words.text()
    page.view.start.click()
    for _ in range(2):
        written(page.queue[0].bundle / SCORES, card())
        page.process.ended.emit(True, "")
    page.process.ended.emit(False, "x.xdf: 0 sound streams")
    assert page.view.curve.isHidden()
    assert "would help: cannot tell" in page.view.more.text()
    assert "0 sound streams" in page.view.curve_words.text()
    assert page.state().mark is not Mark.BLOCKED  # a training needs no curve


def test_a_training_that_is_refused_says_why_and_what_to_do(page: TrainPage) -> None:
    page.view.start.click()
    page.process.ended.emit(False, "a.xdf: no audio stream with samples; speech audio is needed here.")
    state = page.state()
    assert state.mark is Mark.BLOCKED
    assert "training the linear (ridge): a.xdf: no audio" in state.reason
    assert "microphone" in state.remedy
    assert "→ record again" in page.view.words.text()
    assert page.view.start.isEnabled()
    page.view.start.click()
    page.process.last = "Killed"
    page.process.ended.emit(False, "")
    assert "Killed" in page.state().reason


def test_nothing_is_trained_beside_a_session_or_a_recording(page: TrainPage) -> None:
    page.session_runs = True
    page.view.start.click()
    assert "a session runs" in page.refusal()
    found, page.found = page.found, []
    assert page.state().remedy == ""  # nothing can be recorded either, as long as it runs
    page.found = found
    page.session_runs, page.elsewhere = False, "a recording is under way: end it in Record first"
    page.view.start.click()
    assert not page.ran
    page.look()
    assert "end it in Record" in page.view.why.text()
    page.elsewhere = ""
    page.view.list.item(1).setCheckState(page.view.list.item(0).checkState())
    assert "tick the recordings" in page.refusal()


def test_a_training_stops_at_once_and_for_a_session(page: TrainPage) -> None:
    for why in ("stopped while training the linear", "because a session runs"):
        page.view.start.click()
        if "session" in why:
            page.session_runs = True
            page.look()
        else:
            page.view.stop.click()
        assert not page.runs
        page.look()
        assert why in page.view.words.text()
    assert page.state().mark is not Mark.BUSY


def test_a_command_behind_all_others_tells_its_refusal(qtbot, tmp_path: Path) -> None:
    """A real process, of the lowest priority."""
    (tmp_path / "a.xdf").write_bytes(b"no recording")
    process, ended = JsonProcess(None), []  # type: ignore[arg-type]
    process.ended.connect(lambda *said: ended.append(said))
    process.start_behind("offline.train", str(tmp_path / "a.xdf"), "--out", str(tmp_path / "b"), "--figures")
    told: list[dict] = []
    process.said.connect(told.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)
    ((good, text),) = ended
    assert not good
    assert "a.xdf" in text
    assert told == [{"progress": {"step": "reading", "done": None, "left_s": None}}]
    assert not (tmp_path / "b").exists()


# ---- in the window ---------------------------------------------------------------------------------------------------
def test_the_demo_uses_a_decoder_without_being_changed(
    qtbot, settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gui.steps.running import Running
    from gui.steps.shell import Shell

    monkeypatch.setattr(JsonProcess, "start", lambda *words: None)
    theme.apply(QApplication.instance())
    profiles = Profiles(tmp_path / "profiles")
    shell = Shell(settings, dataclasses.replace(demo(), out=tmp_path), profiles, Running(tmp_path))
    try:
        shell.obey("bundle", {"path": tmp_path / "decoder"})
        assert shell.participant.bundle == tmp_path / "decoder"
        assert profiles.names() == ["demo"]
        profiles.save(Participant("p01", out=tmp_path))
        shell.choose("p01")
        shell.obey("bundle", {"path": tmp_path / "decoder"})
        assert profiles.load("p01").bundle == tmp_path / "decoder"
        shell.pages["Train"].queue = phases(shell.participant, [Path("a.xdf")], "", NOW)  # type: ignore[attr-defined]
        shell.show_states()
        assert "a training is under way" in shell.pages["Train"].why_not()
        assert not shell.close()
        assert "close again" in shell.notice
        record = shell.pages["Record"].panel  # type: ignore[attr-defined]
        record.form.task.setCurrentIndex(2)
        record.controls.start.click()
        assert "a training is under way" in record.controls.said.text()
        assert not record.busy
    finally:
        shell.leave()
        shell.join(60)
        shell.deleteLater()
