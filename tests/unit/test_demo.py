"""What the demo does after its session, of which only the folder is made here: report or not, and its exit code."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from bk_realtime.commands import demo, run


@pytest.mark.parametrize(
    ("code", "figures", "report", "expected"),
    [
        (0, True, 0, 0),
        (0, True, 1, 1),  # live and offline disagree
        (1, True, 0, 1),  # not whole: its figures are shown all the same
        (1, True, 2, 1),
        (0, False, None, 0),  # Ctrl-C while it started: nothing to report
        (1, False, None, 1),
        (3, True, None, 3),  # the engine failed
    ],
)
def test_report_and_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, figures: bool, report: int | None, expected: int
) -> None:
    reported: list[str] = []

    def session(settings: run.Run) -> int:
        folder = settings.out / "2026-01-31_demo"
        folder.mkdir()
        if figures:
            (folder / "latency.json").write_text("{}")
        return code

    def start(argv: list[str], check: bool) -> SimpleNamespace:
        assert argv[1:4] == ["-m", "offline.session_report", str(tmp_path / "2026-01-31_demo")]
        reported.append(argv[3])
        return SimpleNamespace(returncode=report)

    monkeypatch.setattr(demo, "RECORDING", tmp_path)
    monkeypatch.setattr(run.Run, "run", session)
    monkeypatch.setattr(subprocess, "run", start)
    assert demo.Demo(out=tmp_path, bundle=tmp_path).run() == expected
    assert len(reported) == (report is not None)
