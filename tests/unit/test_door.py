"""Which streams are let in, and that nothing a stream says of itself ends who looks at it."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pylsl
import pytest
from pylsl.util import LostError

from bk_realtime.errors import StreamError
from bk_realtime.source.door import MOST_STREAMS, Door, connect, described, refusal
from bk_realtime.xdf.header import stream_description

ROOT = Path(__file__).resolve().parents[2]


def announced(**said: Any) -> Any:
    """A stream as it is seen on the network."""
    usual = {"name": "amp", "type": "sEEG", "source_id": "amp-1", "uid": "1", "hostname": "pc"}
    usual |= {"channel_count": 2, "nominal_srate": 512.0, "channel_format": pylsl.cf_float32}
    return SimpleNamespace(**{key: lambda value=value: value for key, value in (usual | said).items()})


@pytest.mark.parametrize(
    "said",
    [
        *({"nominal_srate": rate} for rate in (1e308, math.inf, -math.inf, math.nan, 1e12, 1e9, -1.0)),
        *({"channel_count": count} for count in (0, -1, 3_000_000)),
        {"channel_count": 60_000, "nominal_srate": 1e5},
        {"nominal_srate": 1e9, "channel_format": pylsl.cf_string},
        {"channel_format": 0},
        {"channel_format": 99},
        *({key: "a\x1b[2Jb"} for key in ("name", "type", "source_id", "hostname")),
        *({key: "x" * 1001} for key in ("name", "type", "source_id", "hostname")),
        {"name": "two\nlines"},
        {"name": ""},
        {"name": "(invalid: stod)", "uid": "", "channel_count": 0},
        {"name": None},
        {"nominal_srate": "512 Hz"},
    ],
    ids=str,
)
def test_a_bad_stream_is_refused_in_one_line_and_listed(said: dict[str, Any]) -> None:
    lines: list[str] = []
    door = Door(lines.append)
    good = announced(name="good", source_id="g", uid="2")
    for _ in range(3):
        assert door.admit([announced(**said), good]) == [good]
    assert door.refused == lines
    (line,) = lines
    assert line.startswith("refused ")
    assert line.isprintable()
    assert len(line) < 1000
    with pytest.raises(StreamError, match="refused"):
        connect(announced(**said), 5, recover=True)


@pytest.mark.parametrize(
    "said",
    [
        {"nominal_srate": 0.0},
        {"nominal_srate": -0.0},
        {"nominal_srate": 192e3},
        {"channel_count": 4096, "nominal_srate": 2e4},
        {"type": "", "source_id": "", "hostname": ""},
        {"name": "$x$ <b> \"'/../\u202eא 名"},
    ],
    ids=str,
)
def test_an_odd_stream_that_does_no_harm_is_let_in(said: dict[str, Any]) -> None:
    assert refusal(announced(**said)) == ""


def test_two_streams_of_one_uid_and_a_crowd_are_told() -> None:
    door = Door()
    assert len(door.admit([announced()])) == 1
    assert door.admit([announced(name="other")]) == []
    assert "it has the uid of 'amp'" in door.refused[0]
    crowd = [announced(name=f"n{i}", uid=str(i + 10)) for i in range(MOST_STREAMS)]
    assert len(door.admit(crowd)) == MOST_STREAMS
    assert "more than" in door.refused[1]


def test_who_comes_back_under_ever_new_names_fills_no_log() -> None:
    lines: list[str] = []
    door = Door(lines.append)
    for i in range(1000):
        door.admit([announced(name=f"n{i}", uid=f"u{i}", channel_count=0)])
    assert len(lines) == 100
    assert door.refused[-1] == "and 900 more"


def test_a_stream_that_is_gone_before_it_is_opened_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("could not create stream inlet.")

    monkeypatch.setattr(pylsl, "StreamInlet", refuse)
    with pytest.raises(LostError):
        connect(announced(), 5, recover=True)


def test_fast_streams_are_kept_for_a_shorter_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """LSL takes 19 bytes for each sample it may have to keep, at once: 2.2 GB for two minutes at 1 MHz."""
    kept: list[int] = []
    monkeypatch.setattr(pylsl, "StreamInlet", lambda _, keep_s, *__: kept.append(keep_s))
    for rate in (0.0, 512.0, 48e3, 1e6):
        connect(announced(nominal_srate=rate), 120, recover=True)
    assert kept == [120, 120, 120, 12]


@pytest.mark.parametrize(
    "desc",
    ["<a>" * 3000 + "</a>" * 3000, f"<a>{'x' * 10_000_000}</a>", "<a>\x01</a>", "<a>&#27;</a>", "<a>", "<a></b>"],
    ids=["deep", "long", "control", "escape", "cut", "crossed"],
)
def test_a_bad_description_is_refused_in_one_line(desc: str) -> None:
    info = pylsl.StreamInfo("amp", "sEEG", 2, 512, "float32", "amp-1").as_xml()
    assert described(info).name == "amp"
    assert described(info) == stream_description(info)
    with pytest.raises(StreamError) as caught:
        described(info.replace("<desc />", f"<desc>{desc}</desc>"))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_there_is_one_door() -> None:
    """Whoever else makes inlets or searches would have to know all that a stranger may send."""
    for package in ("bk_realtime", "gui", "offline"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.relative_to(ROOT).as_posix() != "bk_realtime/source/door.py":
                text = path.read_text(encoding="utf-8")
                for word in ("pylsl.StreamInlet(", "pylsl.ContinuousResolver(", "pylsl.resolve_"):
                    assert word not in text, f"{path}: {word}"
