"""What a run kept of itself (TOML, JSON) and somebody changed since: one line that names the key, nothing accepted."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bk_realtime.errors import BkError
from offline.training.ablation import RESULTS, Ablation, run_ablation
from offline.training.run_folder import HASHES, WORK, begin_run
from offline.training.settings import Train
from offline.vocoder_lab import run_folder
from offline.vocoder_lab.scores import ScoreStore

CELL = '{"condition": "clean", "scores": %s, "cpu_ms_per_frame": %s}'


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("7", "rows: expected a table, got 7"),
        ('{"a": 7}', "rows.'a': expected a table"),
        ('{"a": {"d": %s}}' % (CELL % ("[[1, 2]]", "1.0")), "scores\\[1\\]: expected 4 values"),
        (
            '{"a": {"d": %s}}' % (CELL % ("[[1, 2, 3, true]]", "1.0")),
            "\\[4\\]: expected a number, got true",
        ),
        ('{"a": {"d": %s}}' % (CELL % ("[[1, 2, 3, Infinity]]", "1.0")), "expected a number, got inf"),
        ('{"a": {"d": %s}}' % (CELL % ("[[1, 2, 3, null]]", '"x"')), "cpu_ms_per_frame: expected a number, got 'x'"),
        ('{"a": {"d": {"scores": []}}}', "expected key 'cpu_ms_per_frame'"),
    ],
)
def test_scores_of_vocoders(rows: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "scores.json"
    path.write_text(f'{{"format": 2, "rows": {rows}}}')
    with pytest.raises(BkError, match=told) as caught:
        ScoreStore(path, {}, None)
    assert str(caught.value).endswith("; remove the file to score anew")


def test_scores_that_hold_what_could_not_be_scored_are_read(tmp_path: Path) -> None:
    path = tmp_path / "scores.json"
    path.write_text('{"format": 2, "rows": {"a": {"d": %s}}}' % (CELL % ("[[1.5, 0.9, 2.0, null]]", "null")))
    assert ScoreStore(path, {}, None).rows["a"]["d"]["scores"] == [[1.5, 0.9, 2.0, None]]
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BkError, match="expected scores as JSON"):
        ScoreStore(path, {}, None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("x = 1", "expected key 'results', got none"),
        ("results = 7", "results: expected a table, got 7"),
        ('[results.ridge]\nr = "x"', "results.'ridge'.'r': expected a number, got 'x'"),
    ],
)
def test_results_of_an_ablation(content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / RESULTS).write_text(content)
    settings = Ablation(recordings=(tmp_path / "x.xdf",), out=tmp_path, resume=True)
    with pytest.raises(BkError, match=told):
        run_ablation(settings, Console(file=io.StringIO()))


@pytest.mark.parametrize("value", ["7", "[1, 2]", "[['a']]"])
def test_hashes_and_files_of_a_training(value: str, tmp_path: Path) -> None:
    (tmp_path / WORK).mkdir()
    (tmp_path / WORK / "run.toml").write_text(f"{HASHES} = {value}\n")
    settings: Any = Train((tmp_path / "x.xdf",), tmp_path, resume=True)
    with pytest.raises(BkError, match=rf"run\.toml: {HASHES}"):
        begin_run(settings, ["a"])
    (tmp_path / run_folder.RUN).write_text("".join(f"{name} = {value}\n" for name in run_folder.FILES))
    with pytest.raises(BkError, match=r"run\.toml: trained_on"):
        run_folder.check_files(settings, {name: ["a"] for name in run_folder.FILES})
