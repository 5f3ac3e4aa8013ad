"""The Report step: what was saved, whether it is whole, its figures and picture; checked and replayed from there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtGui import QDesktopServices, QImage
from PyQt6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QListWidget

from bk_realtime.config import write_toml
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.session.names import NOT_WHOLE
from bk_realtime.session.status import Status
from bk_realtime.xdf.verify import sidecar_path, verify_xdf, write_sidecar
from gui import theme
from gui.participant import Participant, Profiles, demo
from gui.report.facts import CANNOT_TELL, Facts, facts_of, row_words
from gui.report.page import ReportPage
from gui.report.saved import (
    PICTURE,
    REPORT,
    Saved,
    all_saved,
    commands_for,
    figures_in_words,
    learnt_by,
    worthless,
)
from gui.report.told import UNSAID
from gui.report.whole import Whole, whole_by_recorder
from gui.steps.json_process import JsonProcess
from gui.steps.page import Mark
from gui.steps.running import Running
from gui.steps.shell import Shell
from gui.train.curve import Learnt
from gui.train.page import TrainPage
from gui.train.recorded import recordings_of, replay_name
from gui.train.score_words import Answer
from tests.gui.test_steps import clipped
from tests.xdf_files import amp, write

pytestmark = pytest.mark.gui
WAIT_MS = 120_000
STAMP = "2026-01-02_03-04-05"
SIZE = 1000


def session(out: Path, name: str = "p01", stamp: str = STAMP, size: int = SIZE, **check: object) -> Path:
    """A session's folder with a recording and what its recorder found."""
    folder = out / f"{stamp}_{name}"
    folder.mkdir(parents=True)
    path = folder / "session.xdf"
    path.write_bytes(b"x" * size)
    write_toml(sidecar_path(path), {"complete": True, "bytes": SIZE, "problems": [], "sha256": "0"} | check)
    return folder


def test_sessions_replays_and_recordings_newest_first(tmp_path: Path) -> None:
    who = Participant("p01", out=tmp_path)
    session(tmp_path)
    session(tmp_path, replay_name(who), "2026-01-03_03-04-05")
    session(tmp_path, "p02")
    (tmp_path / f"p01_speaking_{STAMP}.xdf").write_bytes(b"x")
    found = all_saved(who)
    assert [one.kind for one in found] == ["replay", "speaking", "session"]
    assert "SIMULATED" in row_words(found[0], "p01", None)  # before anything was read
    assert [one.task for one in recordings_of(who)] == ["speaking", "session"]  # a replay is nothing to learn from


def test_a_row_names_participant_date_length_and_simulated(tmp_path: Path) -> None:
    real, made = {"first": 10.0, "last": 75.4, "simulated": False}, {"first": 3.0, "last": 8.0, "simulated": True}
    path = session(tmp_path, streams=[real, {"name": "empty"}, made])
    one = Saved(path, "session", STAMP)
    assert facts_of(one) == Facts(True, pytest.approx(65.4))
    text = row_words(one, "p01", facts_of(one))
    for part in ("SIMULATED", "p01", "2026-01-02 03:04:05", "1:05 min", "session"):
        assert part in text
    of_before = {"first": 10.0, "last": 75.4}
    write_toml(sidecar_path(path / "session.xdf"), {"complete": True, "bytes": SIZE, "streams": [of_before]})
    assert facts_of(one).simulated is None
    assert CANNOT_TELL in row_words(one, "p01", facts_of(one))  # never silently somebody's own
    (path / "latency.json").write_text(json.dumps(Status(simulated=True).as_dict()))
    assert "SIMULATED" in row_words(one, "p01", facts_of(one))
    (path / "latency.json").write_text(json.dumps(Status(simulated=False).as_dict()))
    text = row_words(one, "p01", facts_of(one))
    assert "SIMULATED" not in text
    assert CANNOT_TELL not in text
    for odd in ([3], "x", [{"first": "nan", "last": 3}]):
        write_toml(sidecar_path(path / "session.xdf"), {"complete": True, "bytes": SIZE, "streams": odd})
        assert facts_of(one) == Facts(False, None)


def test_the_check_of_a_recording_says_whether_it_is_simulated(tmp_path: Path) -> None:
    path = write(tmp_path, amp(edit=[("<desc>", "<desc><simulated>true</simulated>")]))
    write_sidecar(path, verify_xdf(path))
    assert facts_of(Saved(path, "speaking", STAMP)).simulated is True
    path.unlink()
    write_sidecar(path, verify_xdf(write(tmp_path, amp())))
    assert facts_of(Saved(path, "speaking", STAMP)) == Facts(False, pytest.approx(8.0, abs=0.1))


@pytest.mark.parametrize(
    ("size", "check", "whole", "said"),
    [
        (SIZE, {}, True, "was whole when it was saved"),
        (SIZE, {"complete": False, "problems": ["stream 'amp' has no footer"]}, False, "has no footer"),
        (SIZE - 1, {}, False, "changed or cut off"),
        (SIZE, {"complete": "yes"}, None, "not read back"),
        (SIZE, {"bytes": -1}, None, "not read back"),
    ],
)
def test_whole_or_not_by_what_the_recorder_found(
    tmp_path: Path, size: int, check: dict, whole: bool | None, said: str
) -> None:
    one = Saved(session(tmp_path, size=size, **check), "session", STAMP)
    found = whole_by_recorder(one)
    assert found.whole is whole
    assert said in found.text
    second = one.path / "session_2.xdf"
    second.write_bytes(b"x")
    assert whole_by_recorder(one).whole is (False if whole is False else None)
    for path in one.recordings:
        path.unlink()
    assert "nothing was recorded" in whole_by_recorder(one).text


def test_what_the_session_said_of_its_recording_counts_more(tmp_path: Path) -> None:
    """Its files may be whole, and lack a stream that was expected."""
    one = Saved(session(tmp_path), "session", STAMP)
    lacking = {"event": "notice", "text": "Microphone sent nothing", "values": {"active_fault": "recording"}}
    events = one.path / "events.jsonl"
    events.write_text(f"cut off\n[3]\n{json.dumps(lacking)}\n")
    assert whole_by_recorder(one).whole  # it came back
    events.write_text(events.read_text() + json.dumps({**lacking, "text": NOT_WHOLE}) + "\n")
    assert whole_by_recorder(one) == Whole(False, f"{NOT_WHOLE}; Microphone sent nothing")


def test_figures_of_a_session_and_of_its_report(qtbot, tmp_path: Path) -> None:
    one = Saved(session(tmp_path), "session", STAMP)
    assert "no figures of the session" in figures_in_words(one)[0]
    status = Status(simulated=True, age_p50_ms=55.6, age_p99_ms=61.0, gaps=2, underruns=0, n_frames=3875)
    (one.path / "latency.json").write_text(json.dumps(status.as_dict()))
    text = "\n".join(figures_in_words(one))
    assert "SIMULATED, 3,875 frames decoded, 2 gaps" in text
    assert "56 ms usually, 61 ms" in text
    assert "no report yet" in text
    scores = {"live seq2seq": {"r": 0.83, "r_speech": None}, "odd": 3}
    (one.path / REPORT).write_text(json.dumps({"agreement": {"live mel": 0.0}, "scores": scores, "more": 1}))
    text = "\n".join(figures_in_words(one))
    assert "live seq2seq against the microphone: r 0.830, inside speech –" in text
    assert "live mel: 0" in text
    memory = {"verdict": "found", "text": "LEAK: the decoder was trained on this signal"}
    marks = ["CONTAMINATED", "LEAK", "SIMULATED participant"]
    (one.path / REPORT).write_text(json.dumps({"memory": memory, "scores": scores, "marks": marks}))
    said = "CONTAMINATED, LEAK, SIMULATED participant: live seq2seq against the microphone: r 0.830"
    assert any(line.startswith(said) for line in figures_in_words(one))
    beside = {**scores, "baseline ridge": {"r": 0.9, "r_speech": 0.9}}
    report = {"scores": beside, "marks": ["SIMULATED participant"], "baseline_marks": ["LEAK"]}
    (one.path / REPORT).write_text(json.dumps(report))
    whose = [line.partition(" against")[0] for line in figures_in_words(one) if "against" in line]
    assert whose[0] == "SIMULATED participant: live seq2seq"
    assert whose[-1] == "SIMULATED participant, LEAK: baseline ridge"
    (one.path / REPORT).write_text(json.dumps({"memory": memory, "scores": scores}))
    assert any(line.startswith("(CONTAMINATION: CANNOT TELL): live") for line in figures_in_words(one))  # of before
    assert figures_in_words(one)[3] == f"✕ {memory['text']}"  # above the scores that it makes worthless
    assert worthless(one).startswith("LEAK")
    page = ReportPage(Participant("p01", out=tmp_path))
    qtbot.addWidget(page)
    page.newest = Whole(True, "")
    assert page.state().reason.startswith("LEAK")  # no tick for what is worth nothing
    (one.path / REPORT).write_text("{")
    assert not worthless(one)
    assert "cannot be read" in figures_in_words(one)[-1]


def test_what_the_microphone_shares_with_the_channels_or_the_loudspeaker_is_no_tick(tmp_path: Path) -> None:
    one = Saved(session(tmp_path), "session", STAMP)
    heard = {"verdict": "found", "text": "OWN VOICE: …"}
    own: dict[str, object] = {"scores": {"live gru": {"r": 0.9}}, "marks": ["OWN VOICE"], "own_voice": heard}
    own["session_contamination"] = {"verdict": "clean", "found": [], "reason": "", "line": "x"}
    (one.path / REPORT).write_text(json.dumps(own))
    assert worthless(one).startswith("OWN VOICE")
    said = figures_in_words(one)
    first = next(n for n, line in enumerate(said) if line.startswith("✕ OWN VOICE: "))
    assert said[first + 1] == "no channel holds the sound itself"  # what makes it worthless stands first
    assert any(line.startswith("OWN VOICE: live gru against the microphone: r 0.900") for line in said)
    audit = {"verdict": "kept", "found": ["A1", "A2"], "reason": "x"}
    (one.path / REPORT).write_text(json.dumps({**own, "marks": ["CONTAMINATED"], "session_contamination": audit}))
    assert worthless(one).startswith("CONTAMINATED")
    assert any(
        line.startswith("✕ CONTAMINATED: the microphone's sound is in A1, A2:") for line in figures_in_words(one)
    )
    audit = {"verdict": "own voice", "reason": "the microphone of x heard the decoded voice"}
    (one.path / REPORT).write_text(json.dumps({"session_contamination": audit, "marks": []}))
    assert any(line.startswith("✕ OWN VOICE: the microphone heard") for line in figures_in_words(one))
    audit = {"verdict": "cannot tell", "reason": "no audio"}
    (one.path / REPORT).write_text(json.dumps({"session_contamination": audit, "marks": [UNSAID]}))
    assert worthless(one) == ""
    assert any(line.endswith("in the channels: CANNOT TELL: no audio") for line in figures_in_words(one))


def test_a_replay_of_what_the_decoder_was_trained_on_is_warned_of(tmp_path: Path) -> None:
    """Before it is begun, by name; the report of the replay says it by content."""
    recording = tmp_path / "p01_speaking_2026-01-01_09-00-00.xdf"
    recording.write_bytes(b"x" * 10)
    one, other = Saved(recording, "speaking", STAMP), Saved(session(tmp_path), "session", STAMP)
    bundle = tmp_path / "ridge"
    bundle.mkdir()
    assert learnt_by(bundle, one) == learnt_by(None, one) == ""
    write_toml(bundle / INDEX, {"provenance": {"data": [{"name": recording.name}, {"name": "session.xdf"}]}})
    assert f"was trained on {recording.name}" in learnt_by(bundle, one)
    assert "may have been trained on this session" in learnt_by(bundle, other)
    write_toml(bundle / INDEX, {"provenance": {"data": [{"name": "other.xdf"}]}})
    assert learnt_by(bundle, one) == ""


@pytest.fixture
def page(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReportPage]:
    """Of a participant with one session; its commands are noted, not run."""
    theme.apply(QApplication.instance())
    session(tmp_path)
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(JsonProcess, "start_behind", lambda self, *words: ran.append(words))
    page = ReportPage(Participant("p01", out=tmp_path))
    page.ran = ran  # type: ignore[attr-defined]
    qtbot.addWidget(page)
    page.show()
    yield page
    page.shut()


def test_it_is_read_back_and_the_report_comes_in(page: ReportPage) -> None:
    assert page.state().mark is Mark.DONE
    folder = page.chosen.path
    page.view.check.click()
    assert page.state().mark is Mark.BUSY
    assert not page.view.replay.isEnabled()
    page.reading.process.other.emit("  not whole: stream 'amp' has no footer")
    page.reading.process.ended.emit(False, "")
    image = QImage(2000, 800, QImage.Format.Format_RGB32)
    image.fill(0)
    assert image.save(str(folder / PICTURE))
    page.reading.process.ended.emit(False, "live and offline decoding disagree: mel")
    assert [words[:2] for words in page.ran] == [("bk_realtime", "record"), ("offline.session_report", str(folder))]
    assert "session.xdf is NOT whole: stream 'amp' has no footer" in page.view.whole.text()
    assert "decoding disagree" in page.view.words.text()
    assert page.view.picture.isVisible()
    assert page.view.picture.pixmap().width() <= page.view.picture.width()
    assert page.state().mark is Mark.LOOK


def test_it_stops_by_hand_and_for_a_session(page: ReportPage) -> None:
    page.view.check.click()
    page.view.check.click()
    assert not page.runs
    page.view.check.click()
    page.session_runs = True
    page.look()
    assert not page.runs
    assert "a session runs" in page.view.words.text()
    assert not page.view.check.isEnabled()


def test_the_newest_is_chosen_and_another_participant_has_others(page: ReportPage, tmp_path: Path) -> None:
    newer = session(tmp_path, stamp="2026-01-05_03-04-05", complete=False)
    page.entered()
    assert page.chosen.path == newer
    page.view.list.setCurrentRow(1)
    page.view.again.click()
    assert page.chosen.stamp == STAMP
    assert page.state().mark is Mark.LOOK  # of the newest
    page.show_participant(Participant("p02", out=tmp_path))
    assert page.chosen is None
    assert "nothing of p02" in page.state().reason
    assert not page.view.open.isEnabled()


def test_the_list_says_simulated_once_its_files_are_read(qtbot, page: ReportPage, tmp_path: Path) -> None:
    """A few rows a turn; a file that changes is read again."""

    def rows() -> list[str]:
        return [page.view.list.item(n).text() for n in range(page.view.list.count())]

    for day in range(1, 10):
        session(tmp_path, stamp=f"2026-02-0{day}_03-04-05", streams=[{"first": 0.0, "last": 61.0, "simulated": True}])
    page.look_around()
    qtbot.waitUntil(lambda: sum("SIMULATED" in text for text in rows()) == 9, timeout=WAIT_MS)
    assert all("1:01 min" in text for text in rows()[:9])
    qtbot.waitUntil(lambda: CANNOT_TELL in rows()[9], timeout=WAIT_MS)
    streams = [{"first": 0.0, "last": 7.0, "simulated": False}]
    write_toml(sidecar_path(page.found[9].recordings[0]), {"complete": True, "bytes": SIZE, "streams": streams})
    page.look_around()
    qtbot.waitUntil(lambda: "0:07 min" in rows()[9], timeout=WAIT_MS)
    assert "SIMULATED" not in rows()[9]


def test_the_folder_is_opened_or_said(page: ReportPage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    page.view.open.click()
    assert opened == [str(page.chosen.path)]
    assert str(page.chosen.path) in page.view.words.text()  # None is false: it was not opened


def test_a_real_recording_is_read_back_by_a_process(qtbot, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    path = write(tmp_path / "made", amp())
    (tmp_path / f"p01_speaking_{STAMP}.xdf").write_bytes(path.read_bytes()[:-30])  # cut off
    page = ReportPage(Participant("p01", out=tmp_path))
    qtbot.addWidget(page)
    assert page.whole.whole is None
    page.view.check.click()
    qtbot.waitUntil(lambda: not page.runs, timeout=WAIT_MS)
    assert page.whole.whole is False
    assert "NOT whole" in page.view.whole.text()
    assert commands_for(page.chosen)[-1][0] == "bk_realtime"  # no engine ran: no report
    page.shut()


def test_a_replay_is_a_session_of_its_own_name(
    qtbot, settings: QSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Participant] = []
    monkeypatch.setattr(JsonProcess, "start", lambda *words: None)
    monkeypatch.setattr(Running, "start", lambda self, who: started.append(who))
    theme.apply(QApplication.instance())
    shell = Shell(settings, demo(), Profiles(tmp_path / "profiles"), Running(tmp_path))
    try:
        monkeypatch.setattr(type(shell.pages["Train"]), "occupies", lambda self: "a training is under way")
        shell.obey("replay", {"path": tmp_path / "session.xdf"})
        assert not started
        assert "a training is under way" in shell.strip.words.text()
        monkeypatch.undo()
        monkeypatch.setattr(Running, "start", lambda self, who: started.append(who))
        shell.obey("replay", {"path": tmp_path / "session.xdf"})
        (who,) = started
        assert (who.source, who.session, who.bundle) == (tmp_path / "session.xdf", "demo_replay", demo().bundle)
        assert shell.step == "Speak"
    finally:
        shell.leave()
        shell.join(60)
        shell.deleteLater()


@pytest.mark.parametrize("size", [(1366, 640), (1092, 490), (683, 260)])
def test_no_text_of_train_and_report_is_clipped(qtbot, tmp_path: Path, size: tuple[int, int]) -> None:
    """With all that they may show at once, at the room that three screens leave."""
    theme.apply(QApplication.instance())
    long = "a line as long as the longest that is told, with every name and number in it; " * 4
    train, report = TrainPage(Participant("p01", out=tmp_path)), ReportPage(Participant("p01", out=tmp_path))
    for name in ("linear (ridge)", "network (seq2seq)"):
        train.view.show_card(name, long, [Answer("Better than the linear decoder (ridge)", long, None, long)], "folder")
    train.view.show_kept(long, long, True)
    train.view.show_curve(Learnt(300.0, 150.0, "not yet", long), long, long)
    train.error = long
    train.look()
    report.whole, report._said = Whole(False, long), long
    report.look()
    report.view.files.setText(long)
    report.view.figures.setText(long)
    for page in (train, report):
        qtbot.addWidget(page)
        page.resize(*size)
        page.show()
        for _ in range(5):  # a layout asks for another turn
            QApplication.processEvents()
        assert page.width() == size[0]
        assert not clipped(page)
        page.shut()


def test_everything_on_train_and_report_is_reached_and_told_by_name(qtbot, tmp_path: Path) -> None:
    """By Tab, by tooltip and to a screen reader."""
    who = Participant("p01", out=tmp_path)
    for page in (TrainPage(who), ReportPage(who)):
        qtbot.addWidget(page)
        if isinstance(page, TrainPage):
            page.view.show_card("linear (ridge)", "", [], "folder")
        held = page.view if isinstance(page, ReportPage) else page
        controls = [one for kind in (QAbstractButton, QListWidget, QComboBox) for one in held.findChildren(kind)]
        assert len(controls) == (
            9 if isinstance(page, TrainPage) else 7
        )  # which day, and what a network begins as, too
        for one in controls:
            assert one.focusPolicy() & Qt.FocusPolicy.TabFocus, one
            assert one.toolTip(), one
            assert one.accessibleName() or one.text(), one
        assert all(
            label.accessibleName() or label.objectName() in ("title", "hint") for label in page.findChildren(QLabel)
        )
        page.shut()
