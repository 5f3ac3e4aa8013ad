"""Markers of XDF files: exact codes, edges of trigger lines, JSON, and text that is made to hurt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.errors import BkError
from offline.io import Recording, read_recording
from tests.xdf_files import BRAIN, RNG, SFREQ, START, TIMES, N, Stream, amp, said, write


def texts(recording: Recording) -> list[tuple[int, str]]:
    return [(recording.sample_of(t), text) for t, text in recording.markers]


@pytest.mark.parametrize("kind", ["Markers", "markers", "Triggers", "TTL", "ttl", "Events", "Stimulus", "TRIGGER"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_codes_of_single_events_are_exact(kind: str, dtype: str, tmp_path: Path) -> None:
    codes = [65535, 1234567, 2**31 if dtype in ("float32", "float64", "int64") else 2**31 - 1, 0]
    recording = read_recording(
        write(tmp_path, amp(), Stream("codes", kind, 0.0, np.array(codes, dtype), START + np.arange(4)))
    )
    assert texts(recording) == [(i * SFREQ, str(code)) for i, code in enumerate(codes)]


@pytest.mark.parametrize("rate", [float(SFREQ), 500.0, 0.0])
@pytest.mark.parametrize("dtype", ["int16", "int32", "float32"])
def test_a_sampled_trigger_stream_gives_its_edges(rate: float, dtype: str, tmp_path: Path) -> None:
    true = rate or 1000.0
    line = np.zeros(int(8 * true), dtype)
    line[1000:1050], line[1050:1100], line[3000:3001] = 5, 7, 5
    trigger = Stream("box", "Triggers", rate, line, START + np.arange(len(line)) / true)
    recording = read_recording(write(tmp_path, amp(), trigger))
    expected = [(1000, "5"), (1050, "7"), (3000, "5")]
    assert [text for _, text in recording.markers] == [text for _, text in expected]
    np.testing.assert_allclose([t for t, _ in recording.markers], [START + i / true for i, _ in expected], atol=1e-6)
    assert said(recording, "markers: 3 from the changes of trigger line")


@pytest.mark.parametrize(
    ("label", "kind", "unit"),
    [
        ("STI 014", "", "uV"), ("Status", "", ""), ("x", "TRIG", ""), ("x", "stim", "0"), ("x", "TTL", "uV"),
        ("triggerStream", "EEG", "code"), ("EEG TRIG-Ref", "", "uV"),
    ],
)  # fmt: skip
def test_a_trigger_channel_of_the_amplifier_gives_its_edges(label: str, kind: str, unit: str, tmp_path: Path) -> None:
    keep = np.r_[0:2000, 3000:N]
    line = np.zeros(N)
    line[1000:1100], line[5000:] = 65535, 12
    types = ("EEG",) * 3 if kind else ("",) * 3
    path = write(
        tmp_path,
        amp(
            np.c_[BRAIN, line].astype("f4")[keep],
            TIMES[keep] + np.repeat(RNG.uniform(0, 0.002, len(keep) // 16 + 1), 16)[: len(keep)],
            labels=["A1", "A2", "A3", label],
            types=(*types, kind),
            units=(*["uV"] * 3, unit),
        ),
        Stream("cues", "Markers", 0.0, ["start;ook"], [START + 3]),
    )
    recording = read_recording(path)
    assert recording.labels == ("A1", "A2", "A3")
    assert [t for t in texts(recording) if t[1] != "start;ook"] == [(1000, "65535"), (5000, "12")]
    assert "start;ook" in [text for _, text in recording.markers]
    assert said(recording, f"markers: 2 from the changes of trigger line {label!r}")
    assert [text for _, text in read_recording(path, markers=label).markers] == ["65535", "12"]
    assert [text for _, text in read_recording(path, markers="cues").markers] == ["start;ook"]
    assert [text for _, text in read_recording(path, exclude=[label]).markers] == ["start;ook"]


def test_a_contact_with_the_name_of_a_trigger_is_brain(tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, amp(labels=["A1", "STI1", "A3"], types=("SEEG",) * 3)))
    assert recording.labels == ("A1", "STI1", "A3")
    assert recording.markers == []


def test_several_trigger_lines_are_named(tmp_path: Path) -> None:
    lines = np.zeros((N, 3), np.int16)
    lines[100:200, 0], lines[300:310, 2] = 1, 1
    box = Stream("box", "TTL", float(SFREQ), lines, TIMES, labels=["DIN1", "DIN2", "DIN3"])
    assert texts(read_recording(write(tmp_path, amp(), box))) == [(100, "DIN1=1"), (300, "DIN3=1")]


def test_json_markers_in_plain_words(tmp_path: Path) -> None:
    rows = [
        '{"event": "start", "word": "huis"}',
        '{"event": "end", "word": "huis"}',
        '{"a": [1]}',
        "start;ook",
        '{"',
        "",
    ]
    recording = read_recording(
        write(tmp_path, amp(), Stream("cues", "Markers", 0.0, rows, START + np.arange(len(rows))))
    )
    assert [text for _, text in recording.markers] == ["start;huis", "end;huis", *rows[2:]]
    assert said(recording, "JSON of 'cues' read as event;word", "start;huis")


@pytest.mark.parametrize(
    "rows",
    [
        ["[" * 50_000], ["{" * 50_000 + "}" * 50_000], ["\x00"], ["\ufffd" * 10], ["9" * 100_000],
        ['{"event": "\\ud800"}'], ['{"event": 1e999, "word": NaN}'],
    ],
)  # fmt: skip
def test_hostile_text_is_only_text(rows: Sequence[str], tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, amp(), Stream("cues", "Markers", 0.0, list(rows), [START + 1])))
    (marker,) = recording.markers
    assert marker[1].encode()


def test_markers_without_a_time_and_on_another_clock(tmp_path: Path) -> None:
    path = write(tmp_path, amp(), Stream("cues", "Markers", 0.0, ["a", "b", "c"], [np.nan, 1.7e9, np.inf]))
    recording = read_recording(path)
    assert recording.markers == [(1.7e9, "b")]
    assert said(recording, "markers: 2 without a time left out")
    assert said(recording, "all 1 lie outside the neural signal", "another clock")


def test_the_neural_stream_is_no_marker_stream(tmp_path: Path) -> None:
    with pytest.raises(BkError, match="'amp' is the neural stream; name its trigger channel"):
        read_recording(write(tmp_path, amp()), markers="amp")
