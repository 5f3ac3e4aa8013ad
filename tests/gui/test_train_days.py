"""The Train step where recordings are of several days: the choice, the command's words, and what is said of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import tyro
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication

import offline.training.recordings
from bk_realtime.commands.learn import Learn
from bk_realtime.errors import BkError
from bk_realtime.logs import options
from gui import theme, words
from gui.participant import Participant
from gui.said import translated
from gui.steps.json_process import JsonProcess
from gui.train.days import days_of
from gui.train.page import TrainPage
from gui.train.plan import SCORES, Phase, all_the_same, phases, remedy
from gui.train.recorded import Recorded
from gui.train.score_words import headline, read_card
from offline.data.dataset import Corpus
from offline.data.set_ups import refuse_other_set_ups
from offline.data.split import learnt_whole
from offline.evaluation.settings import Evaluate
from offline.training.recordings import read_recordings
from offline.training.settings import Train
from tests.gui.train_files import NOW, card, made, written
from tests.synthetic import synthetic_recording

pytestmark = pytest.mark.gui
FIRST, SECOND, THIRD = (f"p01_speaking_2026-01-{when}.xdf" for when in ("02_03-04-05", "03_03-04-05", "03_04-04-05"))


@pytest.fixture
def page(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainPage]:
    """Of a participant with one recording of yesterday and two of today; its commands are not run."""
    theme.apply(QApplication.instance())
    made(tmp_path, FIRST, SECOND, THIRD)
    (tmp_path / FIRST).write_bytes(b"the longest of all")
    monkeypatch.setattr(JsonProcess, "start_behind", lambda self, *words: None)
    page = TrainPage(Participant("p01", out=tmp_path))
    qtbot.addWidget(page)
    yield page
    page.shut()


def train_of(phase: Phase) -> Train:
    settings = tyro.cli(options(Train), args=phase.words).command
    settings.check()
    return settings


def scored_by(phase: Phase) -> list[str]:
    return [path.name for path in tyro.cli(options(Evaluate), args=phase.words).command.inputs[1:]]


def tick(page: TrainPage, row: int, on: bool) -> None:
    page.view.list.item(row).setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)


def marked(page: TrainPage) -> list[bool]:
    return ["earlier day" in page.view.list.item(row).text() for row in range(page.view.list.count())]


def test_all_are_of_today_until_somebody_says_otherwise(page: TrainPage) -> None:
    choice = page.view.days
    assert not choice.isHidden()
    assert [choice.which.itemText(i) for i in range(choice.which.count())] == [
        "all are of today",
        "before 2026-01-03: of an earlier day",
    ]
    assert choice.which.currentIndex() == 0
    assert choice.said.text().startswith("made on 2 days, which count as one")
    assert marked(page) == [False, False, False]
    page.view.start.click()
    assert train_of(page.queue[0]).days == ()
    assert scored_by(page.queue[1]) == [FIRST, SECOND, THIRD]
    assert page.queue[2].bundle.name == FIRST


def test_what_is_of_an_earlier_day_is_told_to_the_training_and_only_today_is_scored(page: TrainPage) -> None:
    choice = page.view.days
    choice.which.setCurrentIndex(1)
    assert "trains with --days 1 2 2: what is of an earlier day is learnt as a whole" in choice.said.text()
    assert "label_map" not in choice.said.text()
    assert marked(page) == [False, False, True]  # newest first
    page.view.network.setChecked(True)
    page.view.start.click()
    assert not choice.which.isEnabled()
    for phase in (page.queue[0], page.queue[3]):
        settings = train_of(phase)
        assert settings.days == (1, 2, 2)
        assert [path.name for path in settings.recordings] == [FIRST, SECOND, THIRD]
    assert [train_of(page.queue[i]).decoder for i in (0, 3)] == ["ridge", "auto"]
    for phase in (page.queue[1], page.queue[4]):
        assert scored_by(phase) == [SECOND, THIRD]
    curve = tyro.cli(options(Learn, flat=True), args=page.queue[2].words[1:]).command
    assert curve.recording.name in (SECOND, THIRD)  # though the one of yesterday is longer


def test_the_network_that_is_trained_all_the_same_learns_the_same_days() -> None:
    who, files = Participant("p01"), [Path("a.xdf"), Path("b.xdf"), Path("c.xdf")]
    fit, score = all_the_same(who, files, "gru", NOW, (1, 2, 3))
    assert (train_of(fit).days, train_of(fit).decoder) == ((1, 2, 3), "gru")
    assert scored_by(score) == ["c.xdf"]
    assert score.bundle / SCORES == tyro.cli(options(Evaluate), args=score.words).command.out
    assert scored_by(phases(who, files, "", NOW)[1]) == ["a.xdf", "b.xdf", "c.xdf"]


def test_the_choice_is_out_of_sight_where_all_are_of_one_date(page: TrainPage) -> None:
    page.view.days.which.setCurrentIndex(1)
    tick(page, 2, False)
    assert page.view.days.isHidden()
    assert page.view.days.days == ()
    assert marked(page) == [False, False, False]
    page.view.start.click()
    assert train_of(page.queue[0]).days == ()


def test_what_was_chosen_stays_until_there_is_a_newer_day(page: TrainPage, tmp_path: Path) -> None:
    choice = page.view.days
    choice.which.setCurrentIndex(1)
    tick(page, 2, False)
    tick(page, 2, True)
    assert choice.days == (1, 2, 2)
    page.entered()
    assert choice.days == (1, 2, 2)
    made(tmp_path, "p01_speaking_2026-01-04_03-04-05.xdf")
    page.saved()
    tick(page, 0, True)  # what was today is so no more
    assert choice.days == ()
    assert choice.which.currentIndex() == 0
    assert choice.said.text().startswith("made on 3 days, which count as one")
    assert choice.which.itemText(1) == "before 2026-01-04: of an earlier day"
    choice.which.setCurrentIndex(1)
    assert choice.days == (1, 2, 2, 3)
    assert marked(page) == [False, True, True, True]


def test_another_participants_days_are_not_chosen(page: TrainPage, tmp_path: Path) -> None:
    page.view.days.which.setCurrentIndex(1)
    made(tmp_path, FIRST.replace("p01", "p02"), SECOND.replace("p01", "p02"))
    page.show_participant(Participant("p02", out=tmp_path))
    assert page.view.list.count() == 2  # those of the first one are not among them
    assert page.view.days.days == ()
    assert page.view.days.said.text().startswith("made on 2 days, which count as one")


def test_whose_channels_are_called_otherwise_is_said(page: TrainPage, tmp_path: Path) -> None:
    page.show_participant(dataclasses.replace(page.participant, label_map=tmp_path / "labels.toml"))
    page.view.days.which.setCurrentIndex(1)
    assert page.view.days.said.text().endswith("; the profile's label_map is read for today's recordings alone")


def test_each_date_before_today_is_a_day_of_its_own() -> None:
    dates = ("2026-01-02", "2026-01-02", "2026-01-04", "2026-02-01", "2026-02-02")
    recordings = [Recorded(Path(f"{i}.xdf"), "speaking", f"{date}_03-04-05", 1) for i, date in enumerate(dates)]
    assert days_of(recordings, "2026-02-01") == (1, 1, 2, 3, 3)  # today's reading went on after midnight
    assert days_of(recordings, "2026-02-02") == (1, 1, 2, 3, 4)
    for since in ("", "2026-01-02", "2026-03-01"):
        assert days_of(recordings, since) == ()
    assert days_of([], "2026-02-01") == ()


def test_the_result_says_that_today_alone_was_scored(tmp_path: Path, qapp: QApplication) -> None:
    read = read_card(written(tmp_path, {**card(), "days_before": [1, 2]}))
    assert headline(read) == (
        "scored on 1.0 min that training did not see, 30 s of them speech; "
        "today alone is scored, the earlier days were learnt as a whole"
    )
    told = {**card(), "days_before": [1], "left_out": ["A5", "A6"], "simulated": True}
    simulated = headline(read_card(written(tmp_path, told)))
    assert simulated.startswith("SIMULATED")
    assert simulated.endswith("; channels left out, because not every recording has them as good ones: A5, A6")
    for language, said, gone in (("nl", "alleen vandaag", "weggelaten"), ("de", "nur heute", "weggelassen")):
        used = words.install(qapp, language)
        try:
            assert said in translated(headline(read)).lower()
            assert said in translated(simulated).lower()
            assert gone in translated(simulated)
            assert translated(simulated).endswith(": A5, A6")
        finally:
            for one in used:
                qapp.removeTranslator(one)


def test_days_of_two_people_are_refused_with_what_to_do() -> None:
    said = "several days: a.xdf is SIMULATED and b.xdf is not; expected days of one participant"
    assert remedy(said) == "tick only recordings of one participant"


def test_a_label_map_that_nobody_can_place_asks_for_the_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cables of A1 and A2 were exchanged overnight."""
    first, second = (synthetic_recording(2.0, n_channels=3, seed=seed, name=f"d{seed}") for seed in (1, 2))
    there = {"d1.xdf": first, "d2.xdf": dataclasses.replace(second, labels=("A2", "A1", "A3"))}
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path, **_: there[Path(path).name])
    (tmp_path / "labels.toml").write_text('A1 = "A2"\nA2 = "A1"\n')
    with pytest.raises(BkError) as told:
        read_recordings([Path("d1.xdf"), Path("d2.xdf")], label_map=tmp_path / "labels.toml")
    assert remedy(str(told.value)).startswith("say below the list which recordings are of an earlier day")


def test_two_set_ups_on_one_day_are_refused_with_what_to_do() -> None:
    rng, split = np.random.default_rng(0), learnt_whole(100)
    sessions = [SimpleNamespace(name=f"r{level}", log_power=rng.standard_normal((100, 3)) + level) for level in (1, 5)]
    corpus = SimpleNamespace(sessions=sessions, splits=(split, split), first=(0, 0), n_contacts=3, days=())
    with pytest.raises(BkError) as caught:
        refuse_other_set_ups(cast(Corpus, corpus))
    assert remedy(str(caught.value)).endswith("or tick only recordings of one set-up")
