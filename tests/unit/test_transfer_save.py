"""`offline.transfer --save`: a bundle carried on with today's minutes, and all that it says of itself."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import offline.transfer
from bk_realtime.decoder.bundle import Bundle, load_bundle, save_bundle
from bk_realtime.errors import InputError
from offline.data.contamination import bundle_contamination
from offline.data.fingerprint import fingerprint
from offline.data.kept_prints import kept_tensors
from offline.data.known_content import FOUND, known_to
from offline.evaluation.transfer import Outcome
from offline.evaluation.transfer_report import transfer_csv, transfer_lines, transfer_table, transfer_values
from offline.evaluation.transfer_row import SCRATCH, TOGETHER
from offline.evaluation.transfer_save import save_carried
from offline.io.recording import Recording
from tests.unit.test_transfer import bundle, days, names, read, run

__all__ = ["bundle", "days", "names", "read"]  # fixtures


@pytest.fixture(scope="module")
def outcome(bundle: Path, names: Path, read: None) -> Outcome:
    return run(bundle, "d2.xdf", names, yesterday=(), save=Path("s"), minutes=(0.0, 0.5))


def saved(outcome: Outcome, folder: Path, name: str = "d2.xdf") -> Bundle:
    return save_carried(outcome, Path(name), folder / "saved", 0, False)


def test_the_bundle_says_where_it_comes_from_and_what_it_saw(outcome: Outcome, bundle: Path, tmp_path: Path) -> None:
    assert [row.seen_s for row in outcome.rows] == pytest.approx([0.0, 30.0], abs=0.02)  # no more than was asked for
    made = load_bundle(saved(outcome, tmp_path).path or "")
    assert made.labels == outcome.labels == ("A2", "A3", "A4", "A5", "A6")
    fit = outcome.carried
    assert fit is not None
    np.testing.assert_array_equal(made.decoder.weight, fit.fit.decoder.weight)
    np.testing.assert_array_equal(made.mean, fit.fit.mean)
    assert made.scores == {}  # yesterday kept no fingerprints: whether it knows the scored part cannot be told
    assert "cannot tell" in made.provenance["leak"]
    said = made.provenance["carried_on"]
    assert (said["bundle"], said["sha256"], said["lost"]) == ("bundle", load_bundle(bundle).digest, ["A1"])
    assert said["seen_s"] == pytest.approx(30.0, abs=0.1)
    assert said["verdict"] == fit.compared.text
    before, today = made.provenance["data"]
    assert before["name"] == "d1"
    assert today["name"] == "d2.xdf"
    ((first, stop),) = today["training"]
    rate = float(made.mel.frame_rate)
    assert (stop - first) / rate == pytest.approx(30.0, abs=0.02)
    assert [frame / rate for frame in today["held_out"]] == pytest.approx(outcome.scored_s)
    assert stop < today["held_out"][0]
    assert today["leak"].startswith("cannot tell whether bundle bundle knows it: the bundle dates from before")
    assert "leak" not in before  # it keeps nothing aside
    assert made.provenance["minutes"] == {"training": 0.5, "validation": 0.0, "test": 0.33}
    assert made.provenance["simulated"] is True
    with pytest.raises(InputError, match="trained on it"):
        run(made.path, "d2.xdf", yesterday=())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="trained on it"):
        run(made.path, "d1.xdf", yesterday=())  # type: ignore[arg-type]
    with pytest.raises(Exception, match="already holds a decoder bundle"):
        saved(outcome, tmp_path)


def test_the_table_says_what_is_carried_on(outcome: Outcome) -> None:
    last = outcome.rows[-1]
    assert {SCRATCH, TOGETHER} <= set(last.scores)
    assert any("carried on: the bundle's weights and today's" in line for line in transfer_lines(outcome))
    assert any("each 5 s are decoded before they are learnt" in line for line in transfer_lines(outcome))
    told = transfer_values(outcome)["rows"][-1]["counts_s"]
    assert told == ("all" if np.isinf(last.counts_s) else last.counts_s)
    assert str(outcome.rows[0].counts_s) == "nan"
    assert transfer_table(outcome).columns[5].header == "weight of yesterday"
    assert transfer_csv(outcome).count(TOGETHER) == 1


def test_it_is_known_by_content_as_other_bundles_are(
    outcome: Outcome, bundle: Path, days: dict[str, Recording], names: Path, tmp_path: Path
) -> None:
    was = dataclasses.replace(load_bundle(bundle), fingerprints=kept_tensors([fingerprint(days["d1.xdf"])]))
    save_bundle(was, tmp_path / "kept")
    made_of = run(tmp_path / "kept", "d2.xdf", names, yesterday=(), save=Path("s"))
    made = saved(made_of, tmp_path)
    assert made.scores["ridge"]["r_speech"] == pytest.approx(made_of.rows[-1].scores[TOGETHER].r, abs=1e-4)
    assert "leak" not in made.provenance
    assert made.provenance["data"][-1]["leak"] == "none"
    today = days["d2.xdf"]
    for known in (days["d1.xdf"], today):
        other = dataclasses.replace(known, source_hash="", neural_hash="", reading_hash="", neural=known.neural * 2.0)
        assert known_to(made, other).verdict == FOUND
    # without them of yesterday nobody could tell, and nothing is pretended
    assert saved(outcome, tmp_path / "b").fingerprints == {}
    learnt = {k: v for k, v in outcome.bundle.provenance.items() if k != "data"}  # as `learn` leaves it
    unlisted = dataclasses.replace(outcome, bundle=dataclasses.replace(outcome.bundle, provenance=learnt))
    nothing = saved(unlisted, tmp_path / "c")
    assert (nothing.fingerprints, nothing.scores) == ({}, {})


def test_what_was_in_the_channels_yesterday_is_in_it_today(outcome: Outcome, tmp_path: Path) -> None:
    for verdict in ("kept", "cannot tell"):
        said = {"contamination": {"verdict": verdict, "found": ["A2"], "reason": "the first day"}}
        provenance = {**outcome.bundle.provenance, **said}
        was = dataclasses.replace(outcome.bundle, provenance=provenance)
        made = saved(dataclasses.replace(outcome, bundle=was), tmp_path / verdict)
        assert bundle_contamination(made.provenance).verdict == verdict
        both = dataclasses.replace(outcome, bundle=was)
        assert transfer_values(both)["contamination"]["verdict"] == verdict
        assert str(transfer_table(both).title).startswith("CONTAMINATED") == (verdict == "kept")


@pytest.mark.parametrize(
    ("today", "told", "text"),
    [
        ("d1_few.xdf", {}, "2 of the 6 channels"),
        ("real.xdf", {}, "of a real participant"),
    ],
)
def test_what_cannot_be_carried_on_is_refused(
    bundle: Path, days: dict[str, Recording], tmp_path: Path, today: str, told: dict[str, object], text: str
) -> None:
    whole = days["whole.xdf"]
    days["d1_few.xdf"] = dataclasses.replace(whole, labels=("A1", "A2", "Q1", "Q2", "Q3", "Q4"))
    days["real.xdf"] = dataclasses.replace(whole, simulated=False)
    if today == "real.xdf":
        was = load_bundle(bundle)
        save_bundle(dataclasses.replace(was, provenance={**was.provenance, "simulated": True}), tmp_path / "made")
        bundle = tmp_path / "made"
    with pytest.raises(InputError, match=text):
        run(bundle, today, yesterday=(), save=tmp_path / "s", **told)


def test_nothing_is_saved_of_too_little(bundle: Path, tmp_path: Path) -> None:
    little = run(bundle, "whole.xdf", yesterday=(), save=tmp_path / "s", minutes=(0.2,))
    assert little.carried is None
    said = " ".join(transfer_lines(little))
    assert "carried on, from scratch: nothing was fitted" in said
    assert not any(words in said for words in ("a ridge of", "the bundle's weights", "quarter", "best so far"))
    assert "CANNOT TELL" in said
    with pytest.raises(InputError, match="nothing was carried on"):
        saved(little, tmp_path, "whole.xdf")


def test_command(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(offline.transfer, "refuse_unread", lambda path: None)
    words = ["--bundle", str(bundle), "--recording", "whole.xdf", "--score-s", "20", "--shifts", "20"]
    words += ["--save", str(tmp_path / "new")]
    assert offline.transfer.main(words) == 0
    assert "the bundle carried on" in " ".join(capsys.readouterr().out.split())
    seen = load_bundle(tmp_path / "new").provenance["carried_on"]["seen_s"]
    assert seen > 65.0  # all that there is before the scored part
    for more, text in (((), "already holds a decoder bundle"), (("--yesterday", "d1.xdf"), "expected one of them")):
        with pytest.raises(SystemExit, match="2"):
            offline.transfer.main([*words, *more])
        assert text in " ".join(capsys.readouterr().err.split())
    assert offline.transfer.main([*words, "--overwrite"]) == 0
