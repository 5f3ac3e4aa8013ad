"""Markers as text: codes exact, trigger lines by their edges, JSON in plain words, nothing breaks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from offline.io.markers import code_text, edges, is_marker_type, is_trigger, marker_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (65535, "65535"),
        (np.float32(65535), "65535"),
        (1234567.0, "1234567"),
        (np.float32(1234567), "1234567"),
        (2**31, "2147483648"),
        (np.int64(2**62), str(2**62)),
        (np.float64(2**31), "2147483648"),
        (np.uint64(2**64 - 1), str(2**64 - 1)),
        (-0.0, "0"),
        (np.float32(0.1), "0.1"),
        (2.5, "2.5"),
        (float("nan"), "nan"),
        (np.float32("inf"), "inf"),
        (1e300, "1e+300"),
        (np.True_, "1"),
        (b"ook", "ook"),
        ("start;huis", "start;huis"),
    ],
)
def test_codes_are_exact(value: Any, text: str) -> None:
    assert code_text(value) == text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"event": "start", "word": "huis"}', "start;huis"),
        ('{"word": "huis", "event": "start"}', "start;huis"),
        (' {"Event": "END", "Word": "huis"}\n', "end;huis"),
        ('{"type": "onset", "data": {"text": "één"}}', "start;één"),
        ('{"event": "stop", "stimulus": "huis", "trial": 3}', "end;huis"),
        ('{"end": "huis"}', "end;huis"),
        ('{"event": "word_start", "word": "huis"}', "start;huis"),
        ('{"event": "cue", "code": 65535}', "cue;65535"),
        ('{"type": "word", "name": "huis"}', "word;huis"),
        ('{"name": "start", "word": "huis"}', "start;huis"),
        ('{"event": "start"}', "start"),
        ('{"event": "on"}', "on"),
        ('{"word": "huis"}', "huis"),
        ('["start", "huis"]', "start;huis"),
        ('"huis"', "huis"),
    ],
)
def test_json_becomes_plain_words(text: str, read: str) -> None:
    assert marker_text(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "start;huis", "end;huis", "", "{", "{}", "[]", '{"a": 1}', '{"event": ""}', '{"event": {"event": null}}',
        "[1, [2]]",
        "[1, 2]",
        '{"event": true}',
        "{start;huis}", '{"x": NaN}', "[" * 20_000 + "]" * 20_000, '{"a":' * 9_000 + "1" + "}" * 9_000,
        '{"event": ' + "9" * 5_000 + "}", '{"event": "' + "x" * 70_000 + '"}', "\x00\ufffd{",
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_other_text_stays_as_it_is(text: str) -> None:
    assert marker_text(text) == text


def line(*runs: tuple[float, int], dtype: str = "int32") -> np.ndarray:
    return np.concatenate([np.full(n, value, dtype) for value, n in runs])


@pytest.mark.parametrize("dtype", ["int16", "int32", "int64", "float32", "float64"])
def test_edges_of_a_line_of_codes(dtype: str) -> None:
    notes: list[str] = []
    values = line((0, 10), (5, 3), (0, 4), (5, 1), (7, 2), (3, 2), (0, 5), (32767, 2), dtype=dtype)
    assert edges(values, "TRIG", notes) == [(10, "5"), (17, "5"), (18, "7"), (20, "3"), (27, "32767")]
    assert notes == ["markers: 5 from the changes of trigger line 'TRIG'"]


@pytest.mark.parametrize("dtype", ["int32", "float32", "float64"])
def test_large_codes_of_a_line(dtype: str) -> None:
    values = line((0, 10), (1234567, 3), (0, 4), (65535, 1), (0, 5), (1 << 30, 1), dtype=dtype)
    assert edges(values, "codes", []) == [(10, "1234567"), (17, "65535"), (23, str(1 << 30))]


def test_a_code_held_from_the_beginning_has_no_onset() -> None:
    notes: list[str] = []
    assert edges(line((9, 10), (0, 5), (2, 5)), "T", notes) == [(15, "2")]
    assert notes == ["markers: 1 from the changes of trigger line 'T'; it began at 9, whose onset is not known"]
    assert edges(line((0, 2), (5, 98)), "T", []) == [(2, "5")]  # held to the end is no rest
    assert edges(line((1, 10), (2, 10), (3, 10), (1, 10)), "T", []) == [(10, "2"), (20, "3"), (30, "1")]


def test_a_line_that_rests_at_another_level() -> None:
    notes: list[str] = []
    assert edges(line((0, 1), (255, 500), (3, 2), (255, 500), (4, 2), (255, 9)), "T", notes) == [
        (501, "3"),
        (1003, "4"),
    ]
    assert "(rest is 255)" in notes[0]
    assert edges(line((255, 500)), "T", []) == []
    assert edges(line((0, 500)), "T", []) == []


@pytest.mark.parametrize("sign", [0, 1 << 24])
@pytest.mark.parametrize("dtype", ["int32", "float64"])
def test_status_of_a_biosemi(sign: int, dtype: str) -> None:
    """Bit 23 is always set, bit 20 says that the electrodes are well: neither is a trigger."""
    base, well = (1 << 23) - sign, 1 << 20
    values = line((base, 50), (base + 12, 5), (base, 50), (base + well, 50), (base + well + 65535, 5), (base + well, 9),
                  dtype=dtype)  # fmt: skip
    notes: list[str] = []
    assert edges(values, "Status", notes) == [(50, "12"), (155, "65535")]
    assert "lower 16 of 24 bits" in notes[0]
    rests = line((1 << 20, 500), ((1 << 20) + 7, 3), (1 << 20, 500))
    assert edges(rests, "Trig1", []) == [(500, "7")]


def test_missing_values_hold_the_code() -> None:
    values = line((0, 10), (5, 10), (0, 10), dtype="float32")
    values[[0, 3, 12, 13]] = np.nan
    values[9:11] = np.inf
    assert edges(values, "T", []) == [(11, "5")]
    sparse = np.full(100, np.nan)
    sparse[[20, 40]] = 5
    assert edges(sparse, "T", []) == [(20, "5"), (40, "5")]
    assert edges(np.full(9, np.nan), "T", []) == []
    assert edges(np.full(9, np.inf), "T", []) == []
    assert edges(np.zeros(0), "T", []) == []
    assert edges(np.array([False, True, True, False]), "T", []) == [(1, "1")]


@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.parametrize("whole", [False, True])
def test_a_noisy_analog_line(turned: int, whole: bool) -> None:
    rng = np.random.default_rng(0)
    values = turned * (rng.normal(0, 20, 5000) + 1000.0 * line((0, 1500), (1, 100), (0, 1400), (1, 100), (0, 1900)))
    notes: list[str] = []
    assert edges(np.round(values) if whole else values, "TTL", notes) == [(1500, "1"), (3000, "1")]
    assert "analog" in notes[0]


@pytest.mark.parametrize("scale", [1, 1000])
def test_noise_and_counters_give_no_markers(scale: int) -> None:
    notes: list[str] = []
    assert edges(np.random.default_rng(0).normal(0, 1, 5000), "TTL", notes) == []
    assert edges(np.arange(5000) // 2 * scale, "TRIG", notes) == []
    assert len(notes) == 2
    assert all("neither codes nor two levels" in note for note in notes)


def test_names_and_types_of_trigger_channels() -> None:
    for label in (
        "STI",
        "STI 014",
        "STI101",
        "Status",
        "Trig1",
        "TRIG",
        "triggerStream",
        "TTL2",
        "DIN1",
        "EEG TRIG-Ref",
    ):
        assert is_trigger(label), label
    for label in ("STG1", "A1", "AUX1", "DC1", "ECG", "DINO", "Statusx", "LA1"):
        assert not is_trigger(label), label
    for kind in ("Triggers", "TTL", "events", "STIMULUS", "Markers", "trigger", "MyMarkers"):
        assert is_marker_type(kind), kind
        assert is_trigger("A1", kind)
    for kind in ("", "EEG", "Audio", "AUX"):
        assert not is_marker_type(kind), kind
