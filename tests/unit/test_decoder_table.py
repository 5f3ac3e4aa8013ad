"""`python -m tests.bench.decoder_table`: cells are kept, what stopped goes on, and intervals count participants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.bench import decoder_table
from tests.bench._decoder_cells import DECODERS, Cell, People, compute, keep, kept_cells
from tests.bench.decoder_table import interval, main, order, row_of, table
from tests.synthetic import synthetic_recording

WEIGHTED = "ridge, silence 1/4"


def made(decoder: str, participant: int, fold: int, r: float, coupling: float = 1.0, shifted: float = 0.0) -> Any:
    """A cell as it is kept, without a training."""
    draws = (shifted + np.random.default_rng([participant, fold]).normal(0, 0.02, 100)).tolist()
    return {
        "decoder": decoder,
        "coupling": coupling,
        "participant": participant,
        "fold": fold,
        "scores": {"r": r, "r_speech": r, "r_partial": r, "mcd_db": 8.0 - r},
        "chance": {"r_speech": draws, "r_partial": draws},
        "fit": {},
        "cpu_seconds": 2.0,
        "code": "abc",
    }


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options of a small table: a session of made-up speech and its words."""
    folder = tmp_path_factory.mktemp("session")
    sound = synthetic_recording(80.0, 2).audio
    soundfile.write(folder / "read.wav", sound, 22050)
    rows = [f"{t}\t{t + 2}\tword{t}" for t in range(0, 76, 3)]
    (folder / "words.tsv").write_text("\n".join(["onset\toffset\tword", *rows]) + "\n")
    told = ["--speech", str(folder / "read.wav"), "--words", str(folder / "words.tsv"), "--channels", "8"]
    return [*told, "--folds", "2", "--participants", "1", "--couplings", "1", "--decoders", "ridge"]


def test_an_interval_counts_participants_and_not_their_folds() -> None:
    people = {p: 0.02 + 0.01 * (p % 2) for p in range(1, 5)}
    cells = []
    for p, gain in people.items():
        for fold in range(5):
            wave = 0.3 * np.sin(fold)  # folds differ by much more than people do
            cells += [made("ridge", p, fold, 0.5 + wave), made(WEIGHTED, p, fold, 0.5 + wave + gain)]
    row = row_of(cells, WEIGHTED, 1.0, 5)
    assert row is not None
    gains = np.array(list(people.values()))
    mean, low, high = row["r_speech against ridge"]
    reach = 3.182446 * gains.std(ddof=1) / 2  # Student's t for 3 degrees of freedom, four people
    np.testing.assert_allclose([mean, low, high], [0.025, 0.025 - reach, 0.025 + reach], rtol=1e-5)
    assert row["r_speech better in"] == 4
    assert row["mcd_db better in"] == 4


def test_two_participants_have_no_interval_and_half_a_participant_no_line() -> None:
    assert np.isnan(interval(np.array([0.1, 0.2]))).all()
    cells = [made("ridge", 1, fold, 0.5) for fold in range(4)]
    assert row_of(cells, "ridge", 1.0, 5) is None
    assert row_of([*cells, made("ridge", 1, 4, 0.5)], "ridge", 1.0, 5) is not None


def test_what_chance_reaches_too_is_not_claimed() -> None:
    cells = [made("ridge", p, f, 0.001, 0.0) for p in range(3) for f in range(5)]
    cells += [made("ridge", p, f, 0.4, 1.0) for p in range(3) for f in range(5)]
    wanted = [Cell("ridge", c, p, f) for c in (1.0, 0.0) for p in range(3) for f in range(5)]
    lines = [line for line in table(cells, wanted, 5).splitlines() if "| ridge |" in line]
    assert [line.split("|")[-3].strip() for line in lines] == ["yes", "no"]
    assert "30 of 30 cells" in table(cells, wanted, 5)
    assert "SIMULATED" in table(cells, wanted, 5)


def test_cheap_cells_come_first_and_seq2seq_is_of_few() -> None:
    cells = order([1, 2, 3, 4], [1, 2], [1.0, 0.0], 2, list(DECODERS))
    names = list(dict.fromkeys(c.decoder for c in cells))
    assert names == ["ridge", WEIGHTED, *[n for n in DECODERS if "ridge" not in n]]
    assert {c.participant for c in cells if c.decoder == "seq2seq"} == {1, 2}
    assert len({c.path(Path()) for c in cells}) == len(cells)


def test_cells_are_whole_or_not_there(tmp_path: Path) -> None:
    cell = Cell("ridge", 1.0, 1, 0)
    keep(cell, tmp_path, made("ridge", 1, 0, float("nan")))
    (tmp_path / "ridge.coupling_1.participant_1.fold_1.77.part.json").write_text('{"half')
    (found,) = kept_cells(tmp_path)
    assert found["participant"] == 1
    assert np.isnan(found["scores"]["r"])


def test_what_was_stopped_goes_on_and_computes_nothing_twice(
    session: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    computed: list[int] = []

    def once(people: People, cell: Cell, cache: Path) -> dict[str, Any]:
        if computed:
            raise KeyboardInterrupt
        computed.append(cell.fold)
        return compute(people, cell, cache)

    monkeypatch.setattr(decoder_table, "compute", once)
    with pytest.raises(KeyboardInterrupt):
        main([*session, "--out", str(tmp_path)])
    assert main([*session, "--out", str(tmp_path), "--show"]) == 0
    assert "1 of 2 cells" in capsys.readouterr().out
    monkeypatch.setattr(decoder_table, "compute", lambda *told: computed.append(told[1].fold) or compute(*told))
    assert main([*session, "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert computed == [0, 1]
    assert "2 of 2 cells" in printed
    cells = kept_cells(tmp_path / "cells")
    assert all(cell["simulated"] and cell["channels"] == 8 for cell in cells)
    assert all(cell["scores"]["r_speech"] > np.quantile(cell["chance"]["r_speech"], 0.95) for cell in cells)
    # another session in the same folder would mix two tables
    assert main([*session, "--out", str(tmp_path), "--channels", "6"]) == 2
    assert "another channels (8, now 6)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (["--decoders", "rigde"], "--decoders rigde: expected any of ridge; ridge, silence 1/4; gru"),
        (["--speech", "nowhere.wav"], "nowhere.wav: no such file"),
    ],
)
def test_bad_options_are_one_line(
    session: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], told: list[str], said: str
) -> None:
    assert main([*session, "--out", str(tmp_path / "t"), *told]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "t").exists()


def test_a_table_that_somebody_else_fills_is_left_alone(
    session: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with decoder_table.only_one(tmp_path):
        assert main([*session, "--out", str(tmp_path)]) == 2
    assert "another process fills this table" in capsys.readouterr().err
    assert not (tmp_path / "cells").exists()
