"""The Train step: which recordings, which commands, progress, refusals, the card in words, and what is used then."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import tyro
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication

from bk_realtime.commands.learn import Learn
from bk_realtime.config import read_toml, write_toml
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.errors import BkError
from bk_realtime.logs import options
from bk_realtime.session.settings import InletSettings
from bk_realtime.shipped import BUNDLE
from gui import theme
from gui.participant import Participant, Profiles, demo
from gui.steps.json_process import JsonProcess
from gui.steps.page import Mark
from gui.train.choice import read_choice
from gui.train.curve import learnt_of, more_words
from gui.train.page import TrainPage
from gui.train.plan import SCORES, Progress, all_the_same, learning_curve, phases, progress_of, progress_words, remedy
from gui.train.recorded import recordings_of, usual
from gui.train.score_words import FILE, answers, headline, read_card
from offline.evaluation.settings import Evaluate
from offline.training.candidates import auto_settings
from offline.training.recordings import refuse_duplicates
from offline.training.settings import Train
from tests.synthetic import synthetic_recording

pytestmark = pytest.mark.gui
WAIT_MS = 120_000
NOW = datetime(2026, 1, 2, 3, 4, 5)


def made(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def card(good: bool = True, **texts: str) -> dict:
    """As `offline.evaluate` writes it, with verdicts of these words."""
    lines = {"inside speech": "r is 0.3", "ridge": "better", "contamination": "none", "claim": "beyond chance", **texts}
    verdicts = [{"check": c.replace("_", " "), "good": good and c not in texts, "text": t} for c, t in lines.items()]
    return {
        "simulated": False,
        "seconds": 60.0,
        "speech_seconds": 30.0,
        "decoder": "seq2seq",
        "verdicts": verdicts,
        "more": 1,
    }


def written(folder: Path, *cards: dict) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    people = {f"p{i}": one for i, one in enumerate(cards)}
    (folder / FILE).write_text(json.dumps({"format": 3, "participants": people}))
    return folder / FILE


# ---- recordings and commands -----------------------------------------------------------------------------------------
def test_a_participants_own_recordings_are_listed_newest_first(tmp_path: Path) -> None:
    made(
        tmp_path,
        "p01_speaking_2026-01-02_03-04-05.xdf",
        "p01_speaking_2026-01-02_03-04-05_2.xdf",
        "p01_silence_2026-01-03_03-04-05.xdf",
        "2026-01-04_03-04-05_p01/session.xdf",
        "p01_2_speaking_2026-01-02_03-04-05.xdf",  # another participant's
        "2026-01-04_03-04-05_p01_x/session.xdf",
        "notes.txt",
    )
    (tmp_path / "2026-01-05_03-04-05_p01").mkdir()  # nothing was recorded in it
    found = recordings_of(Participant("p01", out=tmp_path))
    assert [one.task for one in found] == ["session", "silence", "speaking", "speaking"]
    assert "2026-01-04 03:04:05  ·  session" in found[0].words
    assert len(usual(found, simulated=False)) == 2
    assert len(usual(found, simulated=True)) == 1
    assert recordings_of(Participant("p01", out=tmp_path / "nowhere")) == []


def test_ridge_comes_first_and_nothing_is_overwritten(tmp_path: Path) -> None:
    stream = InletSettings(source_id="amp-1", unit="uV")
    who = Participant(
        "p01", out=tmp_path, stream=stream, leave_out=("A7",), label_map=tmp_path / "labels.toml", mains_hz=60.0
    )
    planned = phases(who, [tmp_path / "a.xdf"], "gru", NOW)
    assert [(p.kind, p.module) for p in planned] == [
        ("ridge", "offline.train"),
        ("ridge", "offline.evaluate"),
        ("curve", "bk_realtime"),
        ("auto", "offline.train"),
        ("auto", "offline.evaluate"),
    ]
    ridge, better = (tyro.cli(options(Train), args=planned[i].words).command for i in (0, 3))
    candidates = auto_settings(better.decoder_values("auto"))
    assert candidates.kinds == ("ridge", "gru")
    assert RidgeSettings(**ridge.decoder_values("ridge")) == candidates.ridge  # the one that is kept
    curve = tyro.cli(options(Learn, flat=True), args=planned[2].words[1:]).command
    assert (curve.recording, curve.train, curve.figures) == (tmp_path / "a.xdf", False, True)
    assert (curve.inlet.source_id, curve.inlet.unit, curve.exclude) == ("amp-1", "uV", ("A7",))
    assert (curve.features.line_freq, curve.silence_weight) == (60.0, candidates.ridge.silence_weight)
    for phase in (p for p in planned if p.kind != "curve"):  # both commands have all these options
        asked = options(Evaluate if phase.scores else Train)
        settings = tyro.cli(asked, args=phase.words).command
        assert settings.read.neural == "amp-1"
        assert settings.read.exclude == ("A7",)
        assert phase.scores or settings.features.line_freq == 60.0  # scored as the decoder was trained
        assert settings.label_map == tmp_path / "labels.toml"  # else the session's would not fit the decoder
        assert settings.out == (phase.bundle / SCORES if phase.scores else phase.bundle)
    planned[0].bundle.mkdir(parents=True)
    assert phases(who, [tmp_path / "a.xdf"], "", NOW)[0].bundle.name.endswith("_2")
    assert [p.kind for p in phases(who, [tmp_path / "a.xdf"], "", NOW)] == ["ridge", "ridge", "curve"]
    (tmp_path / "b.xdf").write_bytes(b"longer")
    assert learning_curve(who, [tmp_path / "a.xdf", tmp_path / "b.xdf"]).bundle == tmp_path / "b.xdf"


# ---- progress and refusals -------------------------------------------------------------------------------------------
def test_progress_is_read_typed_and_said_with_the_time_left() -> None:
    told = progress_of({"progress": {"step": "seq2seq", "done": 0.25, "left_s": 300.0}})
    assert told == Progress("seq2seq", 0.25, 300.0)
    phase = all_the_same(Participant("p01"), [Path("a.xdf")], "seq2seq", NOW)[0]
    assert progress_words(phase, told, 100.0) == "training the network (seq2seq), 2 min so far, at most 5 min left"
    phase = phases(Participant("p01"), [Path("a.xdf")], "gru", NOW)[3]
    assert progress_words(phase, Progress("auto", 0.1), 3.0) == "comparing the network (gru) with ridge, 3 s so far"
    assert "speech gate, 3 s so far" in progress_words(phase, Progress("speech gate"), 3.0)
    for bad in ({"done": 0.5}, {"step": 1}, {"step": "a", "done": 2.0}, {"step": "a", "left_s": float("nan")}, 3, None):
        assert progress_of({"progress": bad}) is None
    assert progress_of({"figures": {}}) is None


def test_a_refusal_says_what_to_do() -> None:
    one = synthetic_recording(2.0, n_channels=2)
    with pytest.raises(BkError) as told:
        refuse_duplicates([Path("a.xdf"), Path("b.xdf")], [one, one])
    assert remedy(str(told.value)) == "tick only one of the two"
    assert "microphone" in remedy("a.xdf: no audio stream with samples; speech audio is needed here.")
    assert "bad marks" in remedy("every trial of the test part is marked bad: nothing is left of it; record more")
    assert "repeats itself" in remedy("0.9 of the neural data that is kept aside stand in the part that is trained on")
    assert remedy("something new") == "tick other recordings, or record again"


# ---- the card --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({}, ["yes", "yes", "no"]),
        ({"claim": "NOTHING is beyond chance; nearest is windows, p = 0.3"}, ["no", "yes", "no"]),
        ({"claim": "TOO SHORT TO TELL anything"}, ["cannot tell: 1.0 min kept aside are too short", "yes", "no"]),
        ({"inside speech": "r is 0.3: TOO SHORT TO TELL", "claim": "NO claim: needed"}, ["cannot tell", "yes", "no"]),
        ({"ridge": "NOT shown to be better than the ridge"}, ["yes", "no", "no"]),
        ({"ridge": "NOT shown to be better: TOO SHORT TO TELL"}, ["yes", "cannot tell: 1.0 min", "no"]),
        ({"contamination": "CONTAMINATED: the sound itself is in A1"}, ["yes", "yes", "yes"]),
        ({"contamination": "whether … cannot be told: no microphone"}, ["yes", "yes", "cannot tell"]),
        ({"leak": "LEAK: copies score 0.9", "claim": "NO claim: leak says no"}, ["no", "yes", "no", "no"]),
    ],
)
def test_the_card_in_words(tmp_path: Path, texts: dict[str, str], said: list[str]) -> None:
    read = read_card(written(tmp_path, card(**texts)))
    found = answers(read)
    assert [one.answer.startswith(start) for one, start in zip(found, said, strict=True)] == [True] * len(said), found
    for one in found:
        assert one.good is None or one.answer in ("yes", "no")
    assert found[2].good in {None if "cannot" in said[2] else said[2] == "no"}
    assert headline(read) == "scored on 1.0 min that training did not see, 30 s of them speech"


def test_the_card_says_that_there_was_little_speech(tmp_path: Path) -> None:
    little = card(loudness_taken_off="CANNOT TELL whether more than loudness was decoded: too little speech")
    assert "too little speech to be sure" in headline(read_card(written(tmp_path, little)))


def test_recordings_that_disagree_are_counted(tmp_path: Path) -> None:
    one, two = card(), card(claim="NOTHING is beyond chance")
    found = answers(read_card(written(tmp_path, one, {**two, "simulated": True})))
    assert (found[0].answer, found[0].good) == ("yes in 1 of 2 recordings", None)
    assert found[1].answer == "yes"
    assert headline(read_card(tmp_path / FILE)).startswith("SIMULATED")


@pytest.mark.parametrize(
    "text", ["{}", '{"participants": {}}', '{"participants": {"a": 3}}', "[", '{"participants": 1}']
)
def test_a_card_that_cannot_be_read_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BkError) as told:
        read_card(tmp_path / FILE)
    assert "\n" not in str(told.value)


# ---- the page --------------------------------------------------------------------------------------------------------
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


@pytest.mark.parametrize(
    "fit",
    [
        {},
        {"chosen": "gru"},
        {"chosen": 3, "why": "", "folds": 4},
        {"chosen": "gru", "why": "", "folds": 4, "gain": ["x"]},
    ],
)
def test_a_bundle_that_does_not_say_what_was_chosen_is_one_line(tmp_path: Path, fit: dict) -> None:
    values = read_toml(BUNDLE / INDEX)
    write_toml(tmp_path / INDEX, {**values, "provenance": {**values["provenance"], "fit": fit}})
    with pytest.raises(BkError) as told:
        read_choice(tmp_path)
    assert "\n" not in str(told.value)


# ---- the learning curve ----------------------------------------------------------------------------------------------
def curve(gain: list[float] | None, **more: object) -> dict:
    said = {"seconds": 300.0, "speech_s": 150.0, "verdict": "not yet", "text": "not yet", "gain": gain, "new_key": 1}
    points = [[30.0 * n, 0.3 + 0.01 * n] for n in range(1, 6)]
    return {"learnt": {**said, "points": points, "curve": [[30.0, 0.3, 0.2, 0.4], [300.0, 0.4, 0.3, 0.5]], **more}}


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (curve([0.04, 0.01, 0.07]), "yes (r inside speech +0.04, 95 % +0.01 to +0.07)"),
        (curve([0.005, 0.001, 0.01]), "no (r"),
        (curve([0.04, -0.01, 0.09]), "cannot tell (r"),
        (curve([0.01, 0.001, 0.03]), "cannot tell (r"),
        (curve(None), "cannot tell (a minute of speech is needed; 150 s so far)"),
        (curve([0.04, 0.01, 0.07], verdict="stop"), "cannot tell (r"),
        (None, "cannot tell"),
    ],
)
def test_whether_more_minutes_would_help(said: dict | None, answer: str) -> None:
    told = None if said is None else learnt_of(said)
    assert said is None or told is not None
    assert more_words(told).startswith(f"About 5 more minutes would help: {answer}")


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
