"""The Train step where the decoder in use is a network: the choice to begin as it, the command, and what is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import tyro
from PyQt6.QtWidgets import QApplication

from bk_realtime.config import read_toml, write_toml
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.errors import BkError
from bk_realtime.learning.prior import refuse_learnt, refuse_other_participant, refuse_too_few
from bk_realtime.logs import options
from bk_realtime.shipped import BUNDLE
from gui import theme
from gui.participant import Participant
from gui.steps.json_process import JsonProcess
from gui.train.page import TrainPage
from gui.train.plan import SCORES, Phase, remedy
from offline.data.contamination import refuse_contaminated
from offline.evaluation.settings import Evaluate
from offline.training.settings import Train
from tests.gui.train_files import card, made, written

pytestmark = pytest.mark.gui
YESTERDAY, TODAY = "p01_speaking_2026-01-02_03-04-05.xdf", "p01_speaking_2026-01-03_03-04-05.xdf"


@pytest.fixture
def page(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainPage]:
    """Of a participant with recordings of two days, who decodes with a Seq2Seq; its commands are not run."""
    theme.apply(QApplication.instance())
    made(tmp_path, YESTERDAY, TODAY)
    monkeypatch.setattr(JsonProcess, "start_behind", lambda self, *words: None)
    page = TrainPage(Participant("p01", out=tmp_path, bundle=BUNDLE))
    qtbot.addWidget(page)
    yield page
    page.shut()


def of_kind(folder: Path, kind: str) -> Path:
    write_toml(folder / INDEX, {**read_toml(BUNDLE / INDEX), "kind": kind})
    return folder


def train_of(phase: Phase) -> Train:
    settings = tyro.cli(options(Train), args=phase.words).command
    settings.check()
    return settings


def test_a_network_begins_as_the_decoder_in_use_with_today_alone(page: TrainPage) -> None:
    view, choice = page.view, page.view.onward
    view.days.which.setCurrentIndex(1)
    assert not choice.isHidden()
    assert not choice.wanted.isEnabled()  # no network is wanted yet
    assert not choice.wanted.isChecked()
    view.network.setChecked(True)
    assert choice.wanted.isEnabled()
    choice.wanted.click()
    assert not view.kind.isEnabled()
    assert view.kind.currentData() == "seq2seq"
    assert f"begins as {BUNDLE.name} and learns today's recordings alone" in choice.said.text()
    view.start.click()
    assert not choice.wanted.isEnabled()
    assert [phase.kind for phase in page.queue] == ["ridge", "ridge", "curve", "seq2seq", "seq2seq"]
    assert (train_of(page.queue[0]).days, train_of(page.queue[0]).carry_on) == ((1, 2), None)
    settings = train_of(page.queue[3])
    assert (settings.decoder, settings.carry_on, settings.days) == ("seq2seq", BUNDLE, ())
    assert [path.name for path in settings.recordings] == [TODAY]
    scored = tyro.cli(options(Evaluate), args=page.queue[4].words).command
    assert [path.name for path in scored.inputs] == [settings.out.name, TODAY]
    assert BUNDLE.name in page.queue[3].said


def test_its_card_says_what_it_began_as_and_it_is_used_by_hand_alone(page: TrainPage) -> None:
    commands: list[tuple[str, dict]] = []
    page.command.connect(lambda *said: commands.append(said))
    page.view.network.setChecked(True)
    page.view.onward.wanted.click()
    page.view.start.click()
    bundles = [page.queue[i].bundle for i in (0, 3)]
    for bundle in bundles:
        written(bundle / SCORES, card())
    while page.runs:
        page.process.ended.emit(True, "")
    name = f"network (seq2seq), begun as {BUNDLE.name}"
    assert [*page.view.uses] == ["linear (ridge)", name]
    assert commands == []
    page.view.uses[name].click()
    assert commands == [("bundle", {"path": bundles[1]})]


def test_another_decoder_is_not_chosen_and_one_that_is_no_network_is_not_offered(
    page: TrainPage, tmp_path: Path
) -> None:
    choice = page.view.onward
    page.view.network.setChecked(True)
    choice.wanted.click()
    page.entered()
    assert choice.wanted.isChecked()
    page.show_participant(dataclasses.replace(page.participant, bundle=of_kind(tmp_path / "gru", "gru")))
    assert (choice.kind, choice.wanted.isChecked(), choice.said.text()) == ("gru", False, "")
    choice.wanted.click()
    for bundle in (of_kind(tmp_path / "ridge", "ridge"), tmp_path / "nowhere", None):
        page.show_participant(dataclasses.replace(page.participant, bundle=bundle))
        assert choice.isHidden()
        assert choice.bundle(network=True) is None
    page.view.start.click()
    assert train_of(page.queue[3]).carry_on is None
    assert page.queue[3].kind == "auto"


@pytest.mark.parametrize(
    ("refused", "what"),
    [
        (
            lambda b: refuse_learnt(b, "d2.xdf"),
            "tick only recordings that the decoder in use has not learnt, or let the network begin anew",
        ),
        (
            lambda b: refuse_too_few(b, ["A1"], "d2.xdf"),
            "let the network begin anew: too few channels of the decoder in use are left",
        ),
        (
            lambda b: refuse_other_participant(b, False, "d2.xdf"),
            "let the network begin anew: the decoder in use is of another participant",
        ),
        (
            lambda b: refuse_contaminated(b.provenance, "bundle day1", "refuse"),
            "let the network begin anew: the decoder in use has learnt the sound itself",
        ),
    ],
)
def test_what_is_refused_of_it_names_what_to_do(refused: Any, what: str) -> None:
    told = {"contamination": {"verdict": "kept", "reason": "A1"}}
    provenance = {"learnt": {"recording": "d2.xdf"}, "simulated": True, **told}
    bundle = cast(Any, SimpleNamespace(provenance=provenance, labels=("A1", "A2", "A3"), path=Path("day1"), kind="gru"))
    with pytest.raises(BkError) as said:
        refused(bundle)
    assert remedy(str(said.value)) == what
