"""`python -m tests.bench.decoder_table`: cells are kept, what stopped goes on, and intervals count participants."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.bench import _decoder_cells, decoder_table
from tests.bench._decoder_cells import DECODERS, Cell, People, compute, keep, kept_cells
from tests.bench._decoder_results import read_rows, row_of_cell
from tests.bench.decoder_table import above_chance, interval, line_of, main, order, table
from tests.dask_cluster import dask_address
from tests.synthetic import synthetic_recording

WEIGHTED = "ridge, silence 1/4"


def cell_of(decoder: str, participant: int, fold: int, r: float, coupling: float = 1.0, shifted: float = 0.0) -> Any:
    """A cell as it is computed, without a training."""
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


def made(*told: Any, code: str = "abc") -> Any:
    """The same as a row of the table."""
    return {**row_of_cell(cell_of(*told), {}), "code": code}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options of a small table: a session of made-up speech and its words."""
    folder = tmp_path_factory.mktemp("session")
    sound = synthetic_recording(80.0, 2).audio
    soundfile.write(folder / "read.wav", sound, 22050)
    rows = [f"{t}\t{t + 2}\tword{t}" for t in range(0, 76, 3)]
    (folder / "words.tsv").write_text("\n".join(["onset\toffset\tword", *rows]) + "\n")
    told = ["--speech", str(folder / "read.wav"), "--words", str(folder / "words.tsv"), "--channels", "8"]
    told += ["--kept", str(folder / "none.jsonl")]
    return [*told, "--folds", "2", "--participants", "1", "--couplings", "1", "--decoders", "ridge"]


def test_an_interval_counts_participants_and_not_their_folds() -> None:
    people = {p: 0.02 + 0.01 * (p % 2) for p in range(1, 5)}
    cells = []
    for p, gain in people.items():
        for fold in range(5):
            wave = 0.3 * np.sin(fold)  # folds differ by much more than people do
            cells += [made("ridge", p, fold, 0.5 + wave), made(WEIGHTED, p, fold, 0.5 + wave + gain)]
    row = line_of(cells, WEIGHTED, 1.0, 5)
    assert row is not None
    gains = np.array(list(people.values()))
    mean, low, high = row["r_speech against"]
    reach = 3.182446 * gains.std(ddof=1) / 2  # Student's t for 3 degrees of freedom, four people
    np.testing.assert_allclose([mean, low, high], [0.025, 0.025 - reach, 0.025 + reach], rtol=1e-5)
    assert row["r_speech better in"] == 4
    assert row["mcd_db better in"] == 4
    turned = line_of(cells, "ridge", 1.0, 5, WEIGHTED)
    assert turned is not None
    np.testing.assert_allclose(turned["r_speech against"], (-mean, -high, -low))


def test_two_participants_have_no_interval_and_half_a_participant_no_line() -> None:
    assert np.isnan(interval(np.array([0.1, 0.2]))).all()
    cells = [made("ridge", 1, fold, 0.5) for fold in range(4)]
    assert line_of(cells, "ridge", 1.0, 5) is None
    assert line_of([*cells, made("ridge", 1, 4, 0.5)], "ridge", 1.0, 5) is not None


def test_what_chance_reaches_too_is_not_claimed() -> None:
    cells = [made("ridge", p, f, 0.001, 0.0) for p in range(3) for f in range(5)]
    cells += [made("ridge", p, f, 0.4, 1.0) for p in range(3) for f in range(5)]
    wanted = [Cell("ridge", c, p, f) for c in (1.0, 0.0) for p in range(3) for f in range(5)]
    lines = [line for line in table(cells, wanted, 5).splitlines() if "| ridge |" in line]
    assert [line.split("|")[-3].strip() for line in lines] == ["yes", "no"]
    assert "30 of 30 cells" in table(cells, wanted, 5)
    assert "SIMULATED" in table(cells, wanted, 5)


def test_chance_of_a_mean_is_told_by_means_and_deviations_of_its_cells() -> None:
    """As the draws themselves told it, when all of them were kept."""
    rng = np.random.default_rng(0)
    cells, draws = [], []
    for p in range(5):
        for fold in range(5):
            cell = cell_of("ridge", p, fold, 0.1)
            values = 0.02 * p + rng.uniform(-0.2, 0.2, 4000)  # no cell is normal, the mean of 25 is
            draws.append(values)
            cells.append({**cell, "chance": {"r_speech": values.tolist(), "r_partial": values.tolist()}})
    people: dict[int, list[Any]] = {}
    for cell in cells:
        people.setdefault(cell["participant"], []).append(row_of_cell(cell, {}))
    limit, p_value = above_chance(people, "r_speech")
    means = np.mean(draws, axis=0)
    assert limit == pytest.approx(np.quantile(means, 0.95), abs=0.002)
    assert p_value == pytest.approx((means >= 0.1).mean(), abs=0.003)


def test_a_line_of_two_codes_says_so() -> None:
    ridge = [made("ridge", 1, fold, 0.5) for fold in range(2)]
    wanted = [Cell(name, 1.0, 1, fold) for name in ("ridge", WEIGHTED) for fold in range(2)]
    same = table([*ridge, *(made(WEIGHTED, 1, fold, 0.6) for fold in range(2))], wanted, 2)
    assert "Code: abc (4 cells)." in same
    assert "*" not in same
    other = table([*ridge, *(made(WEIGHTED, 1, fold, 0.6, code="def") for fold in range(2))], wanted, 2)
    assert "| ridge, silence 1/4 * |" in other
    assert "| ridge |" in other
    assert "Code: abc (2 cells), def (2 cells). * A line of cells, or against cells, of more than one." in other
    assert "Not computed: ridge, silence 1/4 at coupling 1 (2 cells)." in table(ridge, wanted, 2)


def test_cheap_cells_come_first_and_seq2seq_is_of_few() -> None:
    cells = order([1, 2, 3, 4], [1, 2], [1.0, 0.0], 2, list(DECODERS))
    names = list(dict.fromkeys(c.decoder for c in cells))
    assert names == ["ridge", WEIGHTED, *[n for n in DECODERS if "ridge" not in n]]
    assert {c.participant for c in cells if c.decoder == "seq2seq"} == {1, 2}
    assert len({c.path(Path()) for c in cells}) == len(cells)


def test_cells_are_whole_or_not_there(tmp_path: Path) -> None:
    cell = Cell("ridge", 1.0, 1, 0)
    keep(cell, tmp_path, cell_of("ridge", 1, 0, float("nan")))
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

    monkeypatch.setattr(_decoder_cells, "compute", once)
    with pytest.raises(KeyboardInterrupt):
        main([*session, "--out", str(tmp_path)])
    assert main([*session, "--out", str(tmp_path), "--show"]) == 0
    assert "1 of 2 cells" in capsys.readouterr().out
    monkeypatch.setattr(_decoder_cells, "compute", lambda *told: computed.append(told[1].fold) or compute(*told))
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


def test_what_is_kept_is_not_computed_again_and_other_sound_or_code_is_said(
    session: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    computed: list[int] = []

    def fake(people: People, cell: Cell, cache: Path) -> dict[str, Any]:
        computed.append(cell.fold)
        return {**cell_of(cell.decoder, cell.participant, cell.fold, 0.5), "code": "abc"}

    monkeypatch.setattr(_decoder_cells, "compute", fake)
    monkeypatch.setattr(decoder_table, "code_version", lambda: "abc")
    kept = tmp_path / "kept.jsonl"
    told = [*session, "--kept", str(kept)]
    assert main([*told, "--out", str(tmp_path / "a"), "--keep"]) == 0
    assert computed == [0, 1]
    before = kept.read_text()
    # on another machine, whose folder is empty: nothing is computed, nothing said
    capsys.readouterr()
    assert main([*told, "--out", str(tmp_path / "b"), "--keep"]) == 0
    printed = capsys.readouterr().out
    assert computed == [0, 1]
    assert "2 of 2 cells are there" in printed
    assert "other code" not in printed
    assert kept.read_text() == before
    # another version of the program: its cells count, and it is said; or they are computed anew
    monkeypatch.setattr(decoder_table, "code_version", lambda: "xyz")
    assert main([*told, "--out", str(tmp_path / "b")]) == 0
    assert "2 of 2 cells are of other code (abc; this is xyz) and count" in capsys.readouterr().out
    assert main([*told, "--out", str(tmp_path / "c"), "--fresh"]) == 0
    assert computed == [0, 1, 0, 1]
    # other participants: left out, said, and not lost when theirs are kept beside them
    capsys.readouterr()
    assert main([*told, "--out", str(tmp_path / "d"), "--channels", "6", "--keep"]) == 0
    assert "2 cells are of other sound, words or participants and are left out" in capsys.readouterr().out
    assert computed == [0, 1, 0, 1, 0, 1]
    tables, rows = read_rows(kept)
    assert (len(tables), len(rows)) == (2, 4)
    assert set(before.splitlines()) < set(kept.read_text().splitlines())
    # what is kept is shown by itself
    few = ["--participants", "1", "--couplings", "1", "--decoders", "ridge"]
    assert main(["--show", "--kept", str(kept), *few]) == 0
    shown = capsys.readouterr().out
    assert shown.count("SIMULATED participants; 2 of 2 cells") == 2
    assert "channels 6" in shown
    assert "channels 8" in shown


def test_the_guide_holds_the_table_that_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--show"]) == 0
    (first, *rest) = capsys.readouterr().out.strip().splitlines()
    assert first.startswith("Table ")
    guide = (Path(__file__).parents[2] / "docs" / "inspect-train-evaluate.md").read_text()
    assert "\n".join(rest).strip() in guide
    tables, rows = read_rows(decoder_table.RESULTS)
    assert len(tables) == 1
    assert all("+changed" not in row["code"] for row in rows)


@pytest.mark.parametrize("line", ["{", "[]", '{"table": "a"}', '{"table": "nowhere", "decoder": "ridge"}'])
def test_a_kept_file_that_was_damaged_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    (tmp_path / "kept.jsonl").write_text(line + "\n")
    assert main(["--show", "--kept", str(tmp_path / "kept.jsonl")]) == 2
    error = capsys.readouterr().err
    assert "kept.jsonl, line 1: no row of the table" in error
    assert error.count("\n") == 1


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


@pytest.mark.slow
def test_cells_of_a_cluster_are_those_of_one_process(session: list[str], tmp_path: Path) -> None:
    assert main([*session, "--out", str(tmp_path / "here")]) == 0
    with dask_address(tmp_path / "dask") as address:
        assert main([*session, "--out", str(tmp_path / "lab"), "--scheduler", address]) == 0
    here, lab = (sorted((tmp_path / name / "cells").glob("*.json")) for name in ("here", "lab"))
    assert [path.name for path in here] == [path.name for path in lab]
    assert len(here) == 2
    for one, other in zip(here, lab, strict=True):
        first, second = (json.loads(path.read_text()) for path in (one, other))
        for measured in ("seconds", "cpu_seconds"):
            assert first.pop(measured) > 0
            assert second.pop(measured) > 0
        assert first["scores"] == second["scores"]
        assert first["chance"] == second["chance"]


def test_no_scheduler_at_the_address_is_one_line(
    session: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = [*session, "--out", str(tmp_path), "--scheduler", "nowhere://127.0.0.1:1"]
    assert main(told) == 2
    assert "--scheduler nowhere://127.0.0.1:1: no dask scheduler answers there" in capsys.readouterr().err


def test_a_table_that_somebody_else_fills_is_left_alone(
    session: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with decoder_table.only_one(tmp_path):
        assert main([*session, "--out", str(tmp_path)]) == 2
    assert "another process fills this table" in capsys.readouterr().err
    assert not (tmp_path / "cells").exists()
