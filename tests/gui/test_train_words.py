"""The Train step without its window: recordings, commands, progress, refusals, score cards and curves in words."""

from __future__ import annotations

from pathlib import Path

import pytest
import tyro

from bk_realtime.commands.learn import Learn
from bk_realtime.config import read_toml, write_toml
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.errors import BkError
from bk_realtime.logs import options
from bk_realtime.session.settings import InletSettings
from bk_realtime.shipped import BUNDLE
from gui.participant import Participant
from gui.train.choice import read_choice
from gui.train.curve import learnt_of, more_words
from gui.train.plan import SCORES, Progress, all_the_same, learning_curve, phases, progress_of, progress_words, remedy
from gui.train.recorded import recordings_of, usual
from gui.train.score_words import FILE, answers, headline, read_card
from offline.evaluation.settings import Evaluate
from offline.training.candidates import auto_settings
from offline.training.recordings import refuse_duplicates
from offline.training.settings import Train
from tests.gui.train_files import NOW, card, curve, made, written
from tests.synthetic import synthetic_recording

pytestmark = pytest.mark.gui


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
        ({"leak": "CANNOT TELL: of before"}, ["yes", "yes", "no", "cannot tell"]),  # it is not passed over in silence
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
@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (curve([0.04, 0.01, 0.07]), "yes (r inside speech +0.04, 95 % +0.01 to +0.07)"),
        (curve([0.005, 0.001, 0.01]), "no (r"),
        (curve([0.04, -0.01, 0.09]), "cannot tell (r"),
        (curve([0.01, 0.001, 0.03]), "cannot tell (r"),
        (curve(None), "cannot tell (a minute of speech is needed; 150 s so far)"),
        (curve([0.04, 0.01, 0.07], verdict="stop"), "cannot tell"),
        (None, "cannot tell"),
    ],
)
def test_whether_more_minutes_would_help(said: dict | None, answer: str) -> None:
    told = None if said is None else learnt_of(said)
    assert said is None or told is not None
    assert more_words(told).startswith(f"About 5 more minutes would help: {answer}")
    assert told is None or told.verdict != "stop" or "(r" not in more_words(told)  # no figure of a contaminated one
