"""`offline.transfer`: yesterday's decoder today, told by label, scored on what nothing else has seen."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import offline.training.recordings
import offline.transfer
from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings
from bk_realtime.decoder.bundle import Bundle, load_bundle, save_bundle
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.errors import InputError
from offline.data.fingerprint import Fingerprint, fingerprint
from offline.data.other_day import other_day
from offline.data.processed import process_recording
from offline.evaluation.transfer import Outcome, transfer
from offline.evaluation.transfer_report import transfer_csv, transfer_lines, transfer_table, transfer_values, verdict
from offline.evaluation.transfer_row import ANEW, AS_IT_IS, SCRATCH, TOGETHER
from offline.evaluation.transfer_settings import Transfer
from offline.io.recording import Recording
from offline.training.carried import Frames, OtherDays
from tests.synthetic import synthetic_recording

FEATURES, MEL = FeatureSettings(), MelSettings()
RATE = float(MEL.frame_rate)


def decoder_of(recording: Recording, folder: Path) -> Path:
    """A ridge bundle of all of a recording."""
    frames = Frames.of(process_recording(recording, FEATURES, MEL, recording.labels), MEL, 0.0)
    fit = OtherDays([], RidgeSettings(n_past=4), FEATURES).carry_on(frames, 100, RATE)[1]
    data = [{"name": recording.name, "sha256": recording.source_hash, "neural_sha256": recording.neural_hash}]
    bundle = Bundle(
        None, "ridge", FEATURES, MEL, VocoderSettings(), recording.labels, recording.sfreq, fit.mean, fit.std,
        fit.decoder, provenance={"data": data},
    )  # fmt: skip
    save_bundle(bundle, folder)
    return folder


def other_montage(recording: Recording) -> Recording:
    """The first channel lost, the second called otherwise, the rest on other inputs."""
    order = [1, *range(len(recording.labels) - 1, 1, -1)]
    labels = ["K9", *(recording.labels[c] for c in order[1:])]
    return replace(recording, neural=recording.neural[:, order], labels=tuple(labels))


@pytest.fixture(scope="module")
def days() -> dict[str, Recording]:
    yesterday = synthetic_recording(60.0, n_channels=6, gain=1.0, seed=1, name="d1")
    today = synthetic_recording(95.0, n_channels=6, gain=1.0, seed=2, name="d2")
    apart = synthetic_recording(95.0, n_channels=6, gain=0.0, seed=3, name="d3")
    return {"d1.xdf": yesterday, "d2.xdf": other_montage(today), "d3.xdf": apart, "whole.xdf": today}


@pytest.fixture(scope="module")
def bundle(days: dict[str, Recording], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return decoder_of(days["d1.xdf"], tmp_path_factory.mktemp("days") / "bundle")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("names") / "labels.toml"
    path.write_text('A2 = "K9"\n')
    return path


@pytest.fixture(autouse=True, scope="module")
def read(days: dict[str, Recording]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offline.training.recordings, "read_recording", lambda path, **_: days[Path(path).name])
        yield


@pytest.fixture(scope="module")
def moved(bundle: Path, names: Path, read: None) -> Outcome:
    return run(bundle, "d2.xdf", names)


def run(bundle: Path, today: str, names: Path | None = None, **settings: object) -> Outcome:
    values = {
        "yesterday": (Path("d1.xdf"),),
        "minutes": (0.0, 0.5, 1.0),
        "score_s": 20.0,
        "shifts": 20,
        "bootstrap": 60,
        **settings,
    }
    return transfer(Transfer(bundle, Path(today), label_map=names, **values), Console(quiet=True))  # type: ignore[arg-type]


def test_a_day_with_another_montage(moved: Outcome) -> None:
    outcome = moved
    assert outcome.today.lost == ("A1",)
    assert outcome.today.renamed == {"A2": "K9"}
    assert outcome.labels == ("A2", "A3", "A4", "A5", "A6")
    assert any("lost since: A1" in note for note in outcome.notes)
    assert any("taken by label" in note for note in outcome.notes)
    none, half, *_, last = outcome.rows
    assert set(none.scores) == {AS_IT_IS}
    assert set(last.scores) == {AS_IT_IS, ANEW, TOGETHER, SCRATCH}
    assert half.seen_s == pytest.approx(30.0, abs=0.02)
    assert last.seen_s < outcome.scored_s[0] - 2.0  # the guard
    assert outcome.scored_s[1] - outcome.scored_s[0] == pytest.approx(20.0, abs=0.02)
    assert last.scores[AS_IT_IS] == none.scores[AS_IT_IS]
    assert none.scores[AS_IT_IS].r > 0.4
    assert half.scores[TOGETHER].r > half.scores[SCRATCH].r - 0.02
    assert half.share > 0.0
    for score in last.scores.values():
        assert score.low <= score.r <= score.high
        assert score.r > score.r_chance
    assert "SIMULATED" in str(transfer_table(outcome).title)


def test_channels_go_by_label_and_a_lost_one_is_a_masked_one(
    bundle: Path, days: dict[str, Recording], names: Path
) -> None:
    told, plain = other_day(load_bundle(bundle), days["d2.xdf"], {"A2": "K9"}), days["whole.xdf"]
    at = [told.recording.labels.index(label) for label in plain.labels]
    np.testing.assert_array_equal(told.recording.neural[:, at[1:]], plain.neural[:, 1:])
    assert np.isnan(told.recording.neural[:, at[0]]).all()
    bad = other_day(load_bundle(bundle), replace(plain, bad=("A3",)))
    assert (bad.bad, bad.lost, "A3" in bad.present) == (("A3",), (), False)
    assert np.isnan(bad.recording.neural[:, 2]).all()
    assert not np.isnan(plain.neural).any()
    with pytest.raises(InputError, match="lacks 6 of the 6 channels"):
        other_day(load_bundle(bundle), replace(plain, labels=tuple("BCDEFG")))


def test_what_is_scored_is_seen_by_nothing_else(
    bundle: Path, days: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another brain and another sound in the scored part change scores, and nothing that was fitted or chosen."""
    fits: list[np.ndarray] = []
    real = OtherDays.carry_on

    def kept(self, *args):
        both = real(self, *args)
        fits.extend([*(fit.decoder.weight.numpy() for fit in both), both[0].mean, np.array([f.share for f in both])])
        return both

    monkeypatch.setattr(OtherDays, "carry_on", kept)
    one = run(bundle, "whole.xdf")
    first, n = fits.copy(), days["whole.xdf"]
    fits.clear()
    apart, cut = days["d3.xdf"], one.scored_s[0]
    neural, audio = n.neural.copy(), n.audio.copy()
    neural[int(cut * 512) + 1 :] = apart.neural[int(cut * 512) + 1 :]
    audio[int(cut * 22050) :] = apart.audio[int(cut * 22050) :]
    monkeypatch.setitem(days, "whole.xdf", replace(n, neural=neural, audio=audio))
    two = run(bundle, "whole.xdf")
    assert len(first) == 2 * 4
    for a, b in zip(first, fits, strict=True):
        np.testing.assert_array_equal(a, b)
    for a, b in zip(one.rows, two.rows, strict=True):
        assert (a.share, a.penalty, a.scratch_penalty) == pytest.approx(
            (b.share, b.penalty, b.scratch_penalty), nan_ok=True
        )
        assert a.scores[AS_IT_IS].r > b.scores[AS_IT_IS].r + 0.2


def test_nothing_is_claimed_of_a_brain_that_knows_nothing(bundle: Path) -> None:
    last = run(bundle, "d3.xdf", minutes=(1.0,)).rows[-1]
    assert "NOT above chance" in verdict(last)
    assert "better" not in verdict(last)


def test_what_cannot_be_told_is_said(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.evaluation.transfer.Ridge", type(None))  # as if the bundle were a network
    alone = run(bundle, "whole.xdf", yesterday=(), minutes=(0.2, 1.0, 90.0))
    assert TOGETHER not in alone.rows[-1].scores
    assert "CANNOT TELL" in verdict(alone.rows[-1])
    assert "--yesterday" in verdict(alone.rows[-1])
    said = " ".join(transfer_lines(alone))
    assert "carried on: nothing; from scratch: a ridge of today's first minutes" in said
    assert "chooses the penalty, then" in said
    assert set(alone.rows[0].scores) == {AS_IT_IS, ANEW}
    assert any("before the scored part are left out" in note for note in alone.notes)
    assert any("after 12 s nothing is fitted" in note for note in alone.notes)


def test_verdicts_go_by_the_interval(moved: Outcome) -> None:
    last = moved.rows[-1]
    words = {
        (0.05, 0.02, 0.08): "better than from scratch",
        (-0.05, -0.08, -0.02): "WORSE than from scratch",
        (0.01, -0.02, 0.04): "no difference",
        (0.05, float("nan"), float("nan")): "CANNOT TELL",
    }
    for gain, text in words.items():
        assert text in verdict(replace(last, gain=gain))
    # no interval is not the same as nothing found
    score = replace(last.scores[TOGETHER], low=float("nan"), high=float("nan"))
    assert "CANNOT TELL" in verdict(replace(last, scores={**last.scores, TOGETHER: score}))


@pytest.mark.parametrize("known", ["by hash", "among the days before"])
def test_a_today_that_is_known_is_refused(bundle: Path, known: str) -> None:
    if known == "by hash":
        with pytest.raises(InputError, match=r"trained on it.*expected a recording of another day"):
            run(bundle, "d1.xdf", yesterday=())
    else:
        with pytest.raises(InputError, match="the same recording comes twice"):
            run(bundle, "whole.xdf", yesterday=(Path("d2.xdf"), Path("whole.xdf")))


def test_command(
    bundle: Path, names: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(offline.transfer, "refuse_unread", lambda path: None)
    out = tmp_path / "t.json"
    words = ["--bundle", str(bundle), "--recording", "d2.xdf", "--yesterday", "d1.xdf", "--label-map", str(names)]
    words += ["--minutes", "0", "1", "--score-s", "20", "--shifts", "20", "--out", str(out)]
    assert offline.transfer.main(words) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "SIMULATED" in printed
    assert "verdict: after 1.0 min of today" in printed
    told = json.loads(out.read_text())
    assert told["simulated"] is True
    assert told["channels"] == {"decoder": 6, "fitted": 5, "lost": ["A1"], "bad": [], "renamed": {"A2": "K9"}}
    assert [row["seen_s"] for row in told["rows"]] == pytest.approx([0.0, 60.0], abs=0.02)
    lines = out.with_suffix(".csv").read_text().splitlines()
    assert lines[0] == "seen_s,way,r,low,high,r_chance,partial,partial_chance,share,simulated,contamination,leak"
    assert all(line.endswith(",true,cannot tell,cannot tell") for line in lines[1:])  # a bundle that says nothing
    assert "SIMULATED verdict: after" in printed
    assert told["leak"] == "the bundle dates from before bundles kept fingerprints; train it again"
    with pytest.raises(SystemExit):
        offline.transfer.main(words)
    assert "--overwrite" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        offline.transfer.main([*words, "--score-s", "3", "--overwrite"])
    assert "--score-s: expected 15 to 36000 seconds, got 3" in capsys.readouterr().err


def test_a_contaminated_bundle_needs_keep_and_every_row_is_marked(bundle: Path, names: Path, tmp_path: Path) -> None:
    was = load_bundle(bundle)
    said = {"verdict": "kept", "reason": "planted", "found": ["A1"], "excluded": [], "suspect": []}
    save_bundle(replace(was, provenance={**was.provenance, "contamination": said}), tmp_path / "bad")
    for policy in ("refuse", "exclude"):
        with pytest.raises(InputError, match=r"bundle bad is CONTAMINATED.*--contaminated keep"):
            run(tmp_path / "bad", "d2.xdf", names, contaminated=policy)
    kept = run(tmp_path / "bad", "d2.xdf", names, minutes=(0.0, 1.0), contaminated="keep")
    mark = "CONTAMINATED (LEAK: CANNOT TELL) "
    assert str(transfer_table(kept).title).startswith(mark)
    assert any(line.startswith(f"{mark}SIMULATED verdict: ") for line in transfer_lines(kept))
    rows = list(csv.DictReader(io.StringIO(transfer_csv(kept))))
    assert len(rows) == sum(len(row.scores) for row in kept.rows)
    for row in rows:
        assert (row["simulated"], row["contamination"], row["leak"]) == ("true", "CONTAMINATED", "cannot tell")
    values = transfer_values(kept)
    for row in values["rows"]:
        assert (row["simulated"], row["contamination"], row["leak"]) == (True, "CONTAMINATED", "cannot tell")
    assert values["verdict"].startswith(f"{mark}SIMULATED ")


def test_what_nobody_can_tell_of_copies_stands_beside_the_rows(
    bundle: Path, days: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of features nobody can tell whether yesterday's recording is in today's."""

    def untold(recording: Recording) -> Fingerprint:
        return replace(fingerprint(recording), neural=(None, None))

    monkeypatch.setattr("offline.evaluation.transfer.fingerprint", untold)
    outcome = run(bundle, "whole.xdf", minutes=(0.0,))
    assert any(note.startswith("leak by content: CANNOT TELL of d1.xdf: it holds features") for note in outcome.notes)
    assert "CANNOT TELL of whole.xdf" in outcome.doubt


def test_figures_are_plain_values(moved: Outcome) -> None:
    json.loads(json.dumps(transfer_values(moved), allow_nan=False))
    assert transfer_csv(moved).count("\n") == 1 + sum(len(row.scores) for row in moved.rows)
