"""Three days, each going on from the one before: what a bundle may know of a held-out part is never lost on the way."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

import offline.data.known_content
import offline.evaluation.cards
import offline.training.corpus
import offline.training.recordings
from bk_realtime.config import FRAME_RATE, FeatureSettings, MelSettings, VocoderSettings
from bk_realtime.decoder.bundle import Bundle, load_bundle, save_bundle
from bk_realtime.decoder.ridge import Ridge, RidgeSettings
from bk_realtime.learning.before import data_before, leaks_in, told_today
from bk_realtime.session.bundle import knows_how_sure
from offline.data.content_match import Place
from offline.data.fingerprint import Fingerprint, fingerprint
from offline.data.kept_prints import kept_tensors
from offline.data.known_content import LEAK_UNTOLD, held_out_known
from offline.evaluation.cards import bundle_card
from offline.evaluation.report import card_mark
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.settings import Evaluate
from offline.io.recording import Recording
from offline.training.settings import OptimiserSettings, Train
from tests.synthetic import synthetic_recording
from tests.unit.train_runs import run
from tests.unit.train_runs import settings as train_settings

ONE_EPOCH = OptimiserSettings(epochs=1, batch=4, segment_s=1.0)
DOUBT = "d2.xdf: cannot tell whether bundle blind knows it: the bundle dates from before bundles kept fingerprints"


@pytest.fixture(scope="module")
def days() -> dict[str, Recording]:
    return {f"d{seed}.xdf": synthetic_recording(30.0, n_channels=4, seed=seed, name=f"d{seed}") for seed in (1, 2, 3)}


@pytest.fixture(autouse=True, scope="module")
def read(days: dict[str, Recording]) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for room in (offline.training.recordings, offline.evaluation.cards):
            patch.setattr(room, "read_recording", lambda path, **_: days[Path(path).name])
        yield


def settings(out: Path, of: str, before: Path | None = None) -> Train:
    started: dict[str, Any] = {} if before is None else {"carry_on": before, "set": ()}
    return train_settings(out, recordings=(Path(of),), optimiser=ONE_EPOCH, **started)


def placed(bundle: Bundle, folder: Path, **changes: Any) -> Path:
    path = save_bundle(dataclasses.replace(bundle, **changes), folder).path
    assert path is not None
    return path


@pytest.fixture(scope="module")
def second(days: dict[str, Recording], read: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the second day, from a first one that kept no fingerprints; since then somebody has given it those of both."""
    folder = tmp_path_factory.mktemp("days")
    run(settings(folder / "p01", "d1.xdf"))
    blind = placed(load_bundle(folder / "p01"), folder / "blind", fingerprints={})
    run(settings(folder / "p02_as_trained", "d2.xdf", blind))
    prints = kept_tensors([fingerprint(days[name]) for name in ("d1.xdf", "d2.xdf")])
    return placed(load_bundle(folder / "p02_as_trained"), folder / "p02", fingerprints=prints)


def card(bundle: Path, name: str) -> dict[str, Any]:
    told = Evaluate((bundle, Path(name)), held_out=True)
    told = dataclasses.replace(told, scores=ScoreSettings(sound_s=0.0, bootstrap=20, shifts=20, shuffles=0))
    return bundle_card(told, load_bundle(bundle), name, Path(name), Console(quiet=True)).card


def test_a_third_day_names_what_was_untold_of_the_second(second: Path, tmp_path: Path) -> None:
    first, own = load_bundle(second).provenance["data"]
    assert first["leak"] == "none"  # it began with nothing
    assert own["leak"].startswith("cannot tell whether bundle blind knows it: ")
    _, text = run(settings(tmp_path / "p03", "d3.xdf", second))
    assert f"leak of a day before: {DOUBT}" in text
    third = load_bundle(tmp_path / "p03")
    assert [entry["leak"] for entry in third.provenance["data"]] == ["none", own["leak"], "none"]
    assert "leak" not in third.provenance  # of today it can be told,
    assert third.scores["gru"]  # so that today is scored
    # nobody scores the second day by it without being told
    untold, clean = card(tmp_path / "p03", "d2.xdf"), card(tmp_path / "p03", "d3.xdf")
    assert untold["content"]["verdict"] == "cannot tell"
    assert "bundle blind" in untold["content"]["line"]
    assert LEAK_UNTOLD in card_mark(untold)
    (sure,) = (line for line in untold["verdicts"] if line["check"] == "how sure")
    assert not sure["good"]
    assert "NOT JUDGED, what is scored may have been learnt" in sure["text"]
    assert "content" not in clean
    assert LEAK_UNTOLD not in card_mark(clean)
    assert all("NOT JUDGED" not in line["text"] for line in clean["verdicts"])
    assert any(note.startswith(f"held-out parts of before: {DOUBT}") for note in clean["notes"])


def test_recordings_that_may_be_copies_of_each_other_are_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of features nobody can tell whether what is held out of one is learnt from the other."""

    def untold(recording: Recording) -> Fingerprint:
        return dataclasses.replace(fingerprint(recording), neural=(None, None))

    monkeypatch.setattr(offline.training.corpus, "fingerprint", untold)
    paths = (Path("d1.xdf"), Path("d2.xdf"))
    _, text = run(dataclasses.replace(settings(tmp_path / "m", "d1.xdf"), recordings=paths, decoder="ridge", set=()))
    assert f"{LEAK_UNTOLD} held-out part, " in text
    for line in ("speech gate", "how sure: cannot tell, what it is judged on may have been learnt; "):
        assert f"{LEAK_UNTOLD} SIMULATED {line}" in " ".join(text.split())
    sure = load_bundle(tmp_path / "m")
    assert sure.sureness is not None
    sure.sureness.settings = dataclasses.replace(sure.sureness.settings, passed=True)
    assert not knows_how_sure(sure)
    assert sure.provenance["gate"]["leak"] is True
    told = {**sure.provenance, "sureness": {}}
    assert knows_how_sure(dataclasses.replace(sure, provenance=told))  # else it would
    for entry in load_bundle(tmp_path / "m").provenance["data"]:
        assert entry["leak"].startswith("leak by content: CANNOT TELL of d1.xdf: it holds features")
    assert card(tmp_path / "m", "d2.xdf")["content"]["verdict"] == "cannot tell"


def without_leaks(bundle: Bundle, **told: Any) -> dict[str, Any]:
    """As bundles said it before each recording did."""
    kept = {key: value for key, value in bundle.provenance.items() if key != "leak"}
    data = [{key: value for key, value in entry.items() if key != "leak"} for entry in kept["data"]]
    return {**kept, "data": data, **told}


def test_a_second_day_that_was_written_before_bundles_said_so_cannot_tell(second: Path, tmp_path: Path) -> None:
    was = load_bundle(second)
    silent = load_bundle(placed(was, tmp_path / "silent", provenance=without_leaks(was)))
    told = "cannot tell: bundle silent went on from another bundle, and was written"
    named = [f"{day}.xdf: {told}" for day in ("d1", "d2")]
    assert [line[: len(start)] for line, start in zip(leaks_in(data_before(silent)), named, strict=True)] == named
    old = without_leaks(was, leak="cannot tell whether yesterday's bundle knows today: x")
    spoke = load_bundle(placed(was, tmp_path / "spoke", provenance=old))
    for line in leaks_in(data_before(spoke)):
        assert "bundle spoke, before bundles said it of each recording: cannot tell whether" in line
    # what is passed on once is passed on for good
    later = dataclasses.replace(silent, provenance={**silent.provenance, "data": data_before(silent)})
    assert data_before(later) == data_before(silent)
    # one that began with nothing has nothing to pass on
    scratch = {key: value for key, value in without_leaks(was).items() if key != "carried_on"}
    assert leaks_in(data_before(dataclasses.replace(was, provenance=scratch))) == []
    assert told_today(silent, "y", [{"name": "a", "held_out": [1, 2]}, {"name": "b"}]) == [
        {"name": "a", "held_out": [1, 2], "leak": "cannot tell whether bundle silent knows it: y"}, {"name": "b"},
    ]  # fmt: skip
    own = {"name": "a", "held_out": [1, 2], "leak": "cannot tell z"}
    (both,) = told_today(silent, "y", [own])
    assert both["leak"] == "cannot tell z; cannot tell whether bundle silent knows it: y"
    assert told_today(silent, "", [own]) == [own]


def test_words_that_others_wrote_are_one_line(second: Path) -> None:
    hostile = [{"name": "a\nb", "held_out": [1, 2], "leak": "x\n\x1b[31m" + "y" * 9000}, {"held_out": 3, "leak": 7}]
    for line in leaks_in(hostile):
        assert line.isprintable()
        assert len(line) < 800


def made(data: list[dict[str, Any]], prints: list[Fingerprint]) -> Bundle:
    ridge = Ridge(RidgeSettings(n_past=2), 4, 80)
    return Bundle(
        None, "ridge", FeatureSettings(), MelSettings(), VocoderSettings(), ("A1", "A2", "A3", "A4"), Fraction(512),
        np.zeros(4), np.ones(4), ridge, provenance={"data": data}, fingerprints=kept_tensors(prints),
    )  # fmt: skip


def test_a_held_out_part_that_another_day_learnt_in_another_dress_is_found(days: dict[str, Recording]) -> None:
    """The end of the second day, cut out and louder, was given to the third one: nobody kept a fingerprint of it."""
    two, whole = days["d2.xdf"], fingerprint(days["d2.xdf"])
    rate = float(FRAME_RATE)
    end = dataclasses.replace(two, neural=3.0 * two.neural[20 * 512 :], neural_hash="x", source_hash="x")
    data = [
        {"name": "d2.xdf", "neural_sha256": two.neural_hash, "sha256": two.source_hash,
         "held_out": [round(20.5 * rate), round(29.5 * rate)]},
        {"name": "d3.xdf", "neural_sha256": "x", "sha256": "x"},
    ]  # fmt: skip
    learnt = whole.only([(0.0, 19.0)])
    bundle = made(data, [learnt, fingerprint(end)])
    seconds, doubt = held_out_known(bundle, two)
    assert (seconds > 5.0, doubt) == (True, "")
    assert held_out_known(made(data, [learnt, fingerprint(days["d3.xdf"])]), two) == (0.0, "")
    assert held_out_known(made(data[:1], [learnt]), two) == (0.0, "")


def test_a_held_out_part_that_nobody_can_look_for_in_another_day_is_untold(
    days: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No word of it was "no leak found"."""
    one, two = days["d1.xdf"], days["d2.xdf"]
    held = {"held_out": [round(20.5 * float(FRAME_RATE)), round(29.5 * float(FRAME_RATE))]}
    data = [{"name": "d1.xdf", "sha256": one.source_hash, **held}, {"name": "d2.xdf", "sha256": "x"}]
    features = dataclasses.replace(fingerprint(two), neural=(None, None))
    assert held_out_known(made(data, []), one) == (0.0, "the bundle kept no fingerprints of what else it learnt")
    told, doubt = held_out_known(made(data, [fingerprint(one), features]), one)
    assert (told, doubt[:44]) == (0.0, "whether its held-out part stands in d2.xdf: ")
    # a loudness that both share, or a copy under much noise
    place = Place(5.0, 1.0, 2.0, 30.0, 0.01)
    monkeypatch.setattr(offline.data.known_content, "shared", lambda *_: [place])
    told, doubt = held_out_known(made(data, [fingerprint(one), fingerprint(two)]), one)
    assert told == 0.0
    assert "of its neural data agree with d2.xdf, by 0.01 where a copy has" in doubt


def test_the_card_of_a_first_day_says_that_a_second_one_may_hold_its_end(second: Path, tmp_path: Path) -> None:
    silent = placed(load_bundle(second), tmp_path / "silent", fingerprints={})
    found = card(silent, "d1.xdf")
    assert found["content"]["line"] == "CANNOT TELL: the bundle kept no fingerprints of what else it learnt"
    assert LEAK_UNTOLD in card_mark(found)
