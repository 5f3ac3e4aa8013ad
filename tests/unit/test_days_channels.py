"""Several days without the same channels: what is left out is told, a label map says what is only called otherwise."""

# ruff: noqa: F811 - fixtures are arguments
from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

import offline.training.recordings
import offline.training.run
from bk_realtime.errors import BkError
from offline.data.dataset import common_labels
from offline.io.recording import Recording
from offline.train import main
from offline.training.corpus import left_out
from offline.training.recordings import read_recordings
from tests.unit.two_days import days, read  # noqa: F401 - fixtures


def test_what_is_left_out_is_told_by_recording(days: dict[str, Recording]) -> None:
    recordings = list(days.values())
    assert left_out(recordings, common_labels(recordings)) == (
        "channels left out, because not every recording has them as good ones: A5 (bad in d2), A6 (not in d1)"
    )
    assert left_out(recordings[1:], common_labels(recordings[1:])) == ""
    assert left_out([recordings[0], recordings[0]], recordings[0].labels) == ""


def test_a_label_map_is_for_the_recordings_that_have_the_channel(
    tmp_path: Path, days: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = days["d2.xdf"]
    other = dataclasses.replace(other, labels=("X1", *other.labels[1:]))
    monkeypatch.setattr(
        offline.training.recordings, "read_recording", lambda path, **_: {**days, "d2.xdf": other}[Path(path).name]
    )
    names = tmp_path / "labels.toml"
    names.write_text('A1 = "X1"\n')
    paths = [Path("d1.xdf"), Path("d2.xdf")]
    first, second = read_recordings(paths, label_map=names)
    assert first.labels == days["d1.xdf"].labels
    assert second.labels == days["d2.xdf"].labels
    assert "A1" in common_labels([first, second])
    names.write_text('A1 = "X1"\nA2 = "Y7"\n')
    with pytest.raises(BkError, match="A2 = 'Y7': no recording has a channel of that name"):
        read_recordings(paths, label_map=names)


def exchanged(today: Recording) -> Recording:
    """Cables of A1 and A2 were exchanged: what is A1 is recorded as A2."""
    return dataclasses.replace(today, labels=("A2", "A1", *today.labels[2:]))


@pytest.fixture
def names(tmp_path: Path, days: dict[str, Recording], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cables of A1 and A2 were exchanged overnight, and a label map says so."""
    there = {**days, "d2.xdf": exchanged(days["d2.xdf"])}
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path, **_: there[Path(path).name])
    names = tmp_path / "labels.toml"
    names.write_text('A1 = "A2"\nA2 = "A1"\n')
    return names


def test_cables_exchanged_overnight_are_told_for_today_alone(names: Path, days: dict[str, Recording]) -> None:
    paths = [Path("d1.xdf"), Path("d2.xdf")]
    first, second = read_recordings(paths, label_map=names, days=(1, 2))
    assert (first.labels, second.labels) == (days["d1.xdf"].labels, days["d2.xdf"].labels)
    with pytest.raises(BkError, match="'A2': d1, d2 have such a channel, and d1 has 'A1' as another one") as refused:
        read_recordings(paths, label_map=names)
    assert "--days" in str(refused.value)
    assert "\n" not in str(refused.value)
    names.write_text('A1 = "A2"\nA2 = "A1"\nA3 = "A7"\n')
    with pytest.raises(BkError, match="A3 = 'A7': no recording of day 2 has a channel of that name"):
        read_recordings(paths, label_map=names, days=(1, 2))


def test_inputs_that_moved_by_one_are_told_for_today(
    tmp_path: Path, days: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    today = days["d2.xdf"]
    moved = dataclasses.replace(today, neural=today.neural[:, :3], labels=("A2", "A3", "A4"), bad=())
    there = {**days, "d2.xdf": moved}
    monkeypatch.setattr(offline.training.recordings, "read_recording", lambda path, **_: there[Path(path).name])
    names = tmp_path / "labels.toml"
    names.write_text('A1 = "A2"\nA2 = "A3"\nA3 = "A4"\n')
    first, second = read_recordings([Path("d1.xdf"), Path("d2.xdf")], label_map=names, days=(1, 2))
    assert (first.labels, second.labels) == (days["d1.xdf"].labels, ("A1", "A2", "A3"))


def test_the_command_passes_the_days_to_the_label_map(
    names: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["d1.xdf", "d2.xdf", "--days", "1", "2", "--label-map", str(names), "--out", str(tmp_path / "m")]
    read: list[Any] = []
    monkeypatch.setattr(offline.training.run, "train", lambda settings, console, got: read.extend(got))
    assert main([*words, "--decoder", "gru"]) == 0
    assert [one.labels[:2] for one in read] == [("A1", "A2"), ("A1", "A2")]
