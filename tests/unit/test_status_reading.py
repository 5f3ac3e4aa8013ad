"""A status read leniently, kind by kind: what is right is kept with its type, what is odd keeps its default."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bk_realtime.errors import BkError, FileError
from bk_realtime.session import status
from bk_realtime.session.status import Status, parse_object, read_status


def read(**values: Any) -> Status:
    status = Status.from_values({"state": "running", **values})
    assert status is not None
    return status


@pytest.mark.parametrize(
    ("name", "value", "want"),
    [
        ("age_ms", 3, 3.0),
        ("age_ms", 3.5, 3.5),
        ("age_ms", True, None),
        ("age_ms", "3", None),
        ("age_ms", float("inf"), None),
        ("age_ms", float("nan"), None),
        ("muted", False, False),
        ("muted", 0, True),
        ("simulated", True, True),
        ("age_by", "arrival", "arrival"),
        ("age_by", 3, "stamps"),
        ("gaps", 3.0, 3),
        ("gaps", 3.9, 3),
        ("gaps", True, None),
        ("holds", ["a", 3], ("a", "3")),
        ("holds", "a", ()),
        ("drift", {"A1": 0.5, "A2": "x", "A3": True}, {"A1": 0.5}),
        ("drift", [1], {}),
        (
            "stages",
            {"total": {"p50": 1, "p99": 2.5, "max": "x", "count": 7.0, "more": 1}, "other": {"p50": 1}, "decoder": 3},
            {"total": {"p50": 1.0, "p99": 2.5, "count": 7}},
        ),
        ("stages", 3, {}),
    ],
)
def test_each_kind_of_field(name: str, value: Any, want: Any) -> None:
    got = getattr(read(**{name: value}), name)
    assert got == want
    assert type(got) is type(want)


def test_the_figures_of_joined_streams() -> None:
    kept = {"eeg": {"offset_s": 1, "drift_ppm": -2.5, "wait_ms": "x"}, "other": 3}
    fields = [name for name, value in read().as_dict().items() if "join" in name]
    assert len(fields) == 1
    assert getattr(read(**{fields[0]: kept}), fields[0]) == {"eeg": {"offset_s": 1.0, "drift_ppm": -2.5}}


def test_what_was_written_is_read_back_whole() -> None:
    status = read(age_ms=41.5, muted=False, holds=["moved"], masked_channels=["A1"], drift={"A1": 0.25}, time=12.5)
    assert Status.parse(json.dumps(status.as_dict())) == status
    assert Status.parse(json.dumps(Status().as_dict())) == Status()


@pytest.mark.parametrize("values", [None, [], "running", {"muted": True}, {"state": None}, {"state": 1}])
def test_what_has_no_state_is_no_status(values: Any) -> None:
    assert Status.from_values(values) is None


def test_only_objects_are_read() -> None:
    assert parse_object('{"a": 1}') == {"a": 1}
    for text in ("[1]", "1", "", "{", "null", "[" * 100_000):
        assert parse_object(text) is None


def test_a_file_without_a_status_says_so(tmp_path: Path) -> None:
    path = tmp_path / "latency.json"
    with pytest.raises(FileError, match=r"no such file.*is this a session folder"):
        read_status(path)
    path.write_text("[]")
    with pytest.raises(FileError, match="expected a session's figures"):
        read_status(path)
    path.write_bytes(b'{"state": "running", "age_by": "\xff"}')
    with pytest.raises(BkError, match="expected UTF-8 text"):
        read_status(path)
    path.write_text('{"state": "running", "age_ms": 3}')
    assert read_status(path).age_ms == 3.0


@pytest.mark.parametrize(("value", "want"), [(2.0**63, 2.0**63), (-(2.0**63), -(2.0**63)), (2.0**63 * 1.01, None)])
def test_numbers_up_to_what_a_counter_holds(value: float, want: float | None) -> None:
    assert status._number(value) == want
